//! The data source.

use super::Specimen;
use super::module_meta::tell_author;
use crate::{Attr, Call, DataSource, Deferral, Diagnostic, Model, Object, Path, Result};

/// The data source: finds every thing whose name is not `missing`.
pub(crate) struct Lookup;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Found {
    pub(super) name: Attr<String>,
    pub(super) size: Attr<i64>,
}

impl Model for Found {
    fn declare(object: &mut Object<Self>) {
        object.attribute("name", |found| &mut found.name).required();
        object.attribute("size", |found| &mut found.size).computed();
    }
}

impl DataSource for Lookup {
    type Model = Found;
    type Client = Specimen;
    const TYPE: &'static str = "thing";

    async fn read(&self, call: &mut Call<Specimen>, config: Found) -> Result<Found> {
        tell_author(call)?;
        match config.name.known().map(String::as_str) {
            Some("missing") => Err(Diagnostic::error("Not found").at(Path::root("name")).into()),
            Some("defer") => call.defer(Deferral::AbsentPrerequisite),
            Some("meddle") => Ok(Found {
                name: "other".into(),
                size: 1.into(),
            }),
            _ => Ok(Found {
                size: 5.into(),
                ..config
            }),
        }
    }
}
