//! `list "kv_entry"`: finds the entries of the store.

use tfplugin::{Attr, Call, ListResource, Listing, Model, Object, Result, Schema};

use crate::entry::{Entry, EntryModel};
use crate::store::Store;

pub(crate) struct EntryList;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct EntryListModel {
    prefix: Attr<String>,
}

impl Model for EntryListModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("prefix", |list| &mut list.prefix)
            .optional()
            .describe("Only entries whose keys begin with it.");
    }
}

impl ListResource for EntryList {
    type Resource = Entry;
    type Model = EntryListModel;
    type Client = Store;

    fn schema(&self) -> Schema<EntryListModel> {
        Schema::of::<EntryListModel>().describe("The entries of the store.")
    }

    async fn list(
        &self,
        call: &mut Call<Store>,
        config: EntryListModel,
        listing: &mut Listing<EntryModel>,
    ) -> Result<()> {
        let prefix = config.prefix.unwrap_or_default();
        for key in call.client.keys()? {
            if !key.starts_with(&prefix) {
                continue;
            }
            let mut entry = EntryModel::of(key.as_str().into());
            if listing.wants_states()
                && let Some(stored) = call.client.get(&key)?
            {
                entry.show(stored)?;
            }
            if !listing.push(key, entry).await {
                break;
            }
        }
        Ok(())
    }
}
