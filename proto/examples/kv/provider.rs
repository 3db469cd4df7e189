//! The provider: where the store is.

use std::path::PathBuf;

use tfplugin::{
    Attr, Configure, Diagnostic, Model, Object, Path, Provider, Registry, Result, Schema,
};

use crate::cabinet::Cabinet;
use crate::copy_action::Copy;
use crate::entry::Entry;
use crate::entry_data::EntryData;
use crate::entry_list::EntryList;
use crate::key_function::Key;
use crate::lease::Lease;
use crate::note::Note;
use crate::pair_function::Pair;
use crate::store::Store;

pub(crate) struct Kv;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Configuration {
    directory: Attr<String>,
    mirrors: Vec<Mirror>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Mirror {
    directory: Attr<String>,
}

impl Model for Configuration {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("directory", |configuration| &mut configuration.directory)
            .required()
            .describe("Where the entries are kept, one file each.");
        object
            .block_list("mirror", |configuration| &mut configuration.mirrors)
            .describe("Another directory that gets a copy of every entry.");
    }
}

impl Model for Mirror {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("directory", |mirror| &mut mirror.directory)
            .required()
            .describe("Where the copies are kept.");
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
        let path = Path::root("directory");
        let mirrors = configuration
            .mirrors
            .into_iter()
            .enumerate()
            .map(|(index, mirror)| {
                known(
                    mirror.directory,
                    Path::root("mirror").index(index).attribute("directory"),
                )
            });
        Ok(Store {
            directory: known(configuration.directory, path)?,
            mirrors: mirrors.collect::<Result<_>>()?,
        })
    }

    fn register(&self, registry: &mut Registry<Store>) {
        registry.resource(Entry);
        registry.resource(Note);
        registry.resource(Cabinet);
        registry.data_source(EntryData);
        registry.ephemeral_resource(Lease);
        registry.list_resource(EntryList);
        registry.action(Copy);
        registry.function(Key);
        registry.function(Pair);
    }
}

fn known(directory: Attr<String>, path: Path) -> Result<PathBuf> {
    let directory = directory.into_known().ok_or_else(|| {
        Diagnostic::error("The directory is not known yet")
            .detail("Set it to a value that does not depend on resources.")
            .at(path)
    })?;
    Ok(directory.into())
}
