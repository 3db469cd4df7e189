//! The provider: where the store is.

use tfplugin::{
    Attr, Configure, Diagnostic, Model, Object, Path, Provider, Registry, Result, Schema,
};

use crate::entry::Entry;
use crate::entry_data::EntryData;
use crate::store::Store;

pub(crate) struct Kv;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Configuration {
    directory: Attr<String>,
}

impl Model for Configuration {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("directory", |configuration| &mut configuration.directory)
            .required()
            .describe("Where the entries are kept, one file each.");
    }
}

impl Provider for Kv {
    type Configuration = Configuration;
    type Client = Store;
    const NAME: &'static str = "kv";

    fn schema(&self) -> Schema<Configuration> {
        Schema::of::<Configuration>().describe("A key-value store in a directory.")
    }

    async fn configure(&self, _: &mut Configure, configuration: Configuration) -> Result<Store> {
        let directory = configuration.directory.into_known().ok_or_else(|| {
            Diagnostic::error("The directory is not known yet")
                .detail("Set it to a value that does not depend on resources.")
                .at(Path::root("directory"))
        })?;
        Ok(Store {
            directory: directory.into(),
        })
    }

    fn register(&self, registry: &mut Registry<Store>) {
        registry.resource(Entry);
        registry.data_source(EntryData);
    }
}
