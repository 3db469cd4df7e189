//! What tells entries apart: their key.

use tfplugin::{Attr, Identity, Model, Object, Result};

use crate::entry::EntryModel;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct EntryIdentity {
    key: Attr<String>,
}

impl Model for EntryIdentity {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("key", |identity| &mut identity.key)
            .required()
            .describe("The name of the entry.");
    }
}

impl Identity<EntryModel> for EntryIdentity {
    fn of(entry: &EntryModel) -> Self {
        Self {
            key: entry.key.clone(),
        }
    }

    fn import(self) -> Result<EntryModel> {
        Ok(EntryModel::of(self.key))
    }
}
