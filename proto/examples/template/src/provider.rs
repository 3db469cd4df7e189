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
    use tfplugin::testing::{Action, Client, Refusal, json};

    use super::*;

    #[test]
    fn terraform_takes_every_declaration() {
        tfplugin::check_declarations(&Acme).unwrap();
    }

    #[tokio::test]
    async fn a_note_lives_from_plan_to_destroy() -> Result<(), Refusal> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let client = Client::new(Acme).await?;
        client
            .configure(json!({ "directory": directory.path() }))
            .await?;
        let config = json!({ "title": "greeting", "text": "hello" });

        let mut note = client.resource("acme_note");
        let planned = note.plan(config.clone()).await?;
        assert_eq!(planned.action(), Action::Create);
        note.apply_plan(planned, config.clone()).await?;
        assert!(note.plan(config).await?.is_empty());
        let found = client
            .data_source("acme_note", json!({ "title": "greeting" }))
            .await?;
        assert_eq!(found["text"], "hello");

        note.destroy().await?;
        assert!(!directory.path().join("greeting.txt").exists());
        Ok(())
    }
}
