//! What a module says.

use super::Specimen;
use crate::{Attr, Call, Model, Object, Result};

/// The block `provider_meta`: who has written the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ModuleMeta {
    pub(crate) author: Attr<String>,
    pub(crate) since: Attr<i64>,
}

impl Model for ModuleMeta {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("author", |meta| &mut meta.author)
            .required()
            .check(|author| match author {
                "nobody" => Err("must be somebody".into()),
                _ => Ok(()),
            });
        object.attribute("since", |meta| &mut meta.since).optional();
    }
}

/// Tells in a warning who has written the module, if the call says so.
pub(super) fn tell_author(call: &mut Call<Specimen>) -> Result<()> {
    if let Some(meta) = call.provider_meta.get::<ModuleMeta>()? {
        let author = meta.author.known().cloned().unwrap_or_default();
        call.diagnostics.warning(format!("By {author}"), "");
    }
    Ok(())
}
