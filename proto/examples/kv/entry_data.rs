//! `data "kv_entry"`: looks an entry up.

use tfplugin::{Attr, Call, DataSource, Diagnostic, Model, Object, Path, Result, Schema};

use crate::store::Store;

pub(crate) struct EntryData;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct EntryDataModel {
    key: Attr<String>,
    value: Attr<String>,
    revision: Attr<i64>,
}

impl Model for EntryDataModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("key", |data| &mut data.key)
            .required()
            .describe("The key to look up.");
        object
            .attribute("value", |data| &mut data.value)
            .computed()
            .describe("What is stored.");
        object
            .attribute("revision", |data| &mut data.revision)
            .computed()
            .describe("How often it was written.");
    }
}

impl DataSource for EntryData {
    type Model = EntryDataModel;
    type Client = Store;
    const TYPE: &'static str = "entry";

    fn schema(&self) -> Schema<EntryDataModel> {
        Schema::of::<EntryDataModel>().describe("An entry that exists already.")
    }

    async fn read(
        &self,
        call: &mut Call<Store>,
        mut config: EntryDataModel,
    ) -> Result<EntryDataModel> {
        let key = config.key.get()?;
        let stored = call.client.get(key)?.ok_or_else(|| {
            Diagnostic::error("No such entry")
                .detail(format!("The store has no entry {key:?}. Create it first."))
                .at(Path::root("key"))
        })?;
        config.value = stored.value.into();
        config.revision = stored.revision.into();
        Ok(config)
    }
}
