//! The provider: its block, and what it offers.

use tfplugin::{
    Attr, Configure, Diagnostic, Model, Object, Path, Provider, Registry, Result, Schema,
};

use crate::note::NoteResource;
use crate::note_lookup::NoteLookup;
use crate::notes::Notes;

pub(crate) struct Acme;

/// `provider "acme" { ... }`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Configuration {
    directory: Attr<String>,
}

impl Model for Configuration {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("directory", |configuration| &mut configuration.directory)
            .required()
            .describe("Where the notes are.");
    }
}

impl Provider for Acme {
    type Configuration = Configuration;
    type Client = Notes;
    const NAME: &'static str = "acme";

    fn schema(&self) -> Schema<Configuration> {
        Schema::of::<Configuration>().describe("Notes in a directory.")
    }

    async fn configure(&self, _: &mut Configure, configuration: Configuration) -> Result<Notes> {
        let Some(directory) = configuration.directory.known() else {
            return Err(Diagnostic::error("The directory is not known yet")
                .detail("Set it to a value that does not depend on resources to be created.")
                .at(Path::root("directory"))
                .into());
        };
        Ok(Notes::in_directory(directory))
    }

    fn register(&self, registry: &mut Registry<Notes>) {
        registry.resource(NoteResource);
        registry.data_source(NoteLookup);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terraform_takes_every_declaration() {
        tfplugin::check_declarations(&Acme).unwrap();
    }
}
