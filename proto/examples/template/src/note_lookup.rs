//! The data source `acme_note`.

use tfplugin::{Attr, Call, DataSource, Diagnostic, Model, Object, Path, Result, Schema};

use crate::note::check_title;
use crate::notes::Notes;

pub(crate) struct NoteLookup;

/// `data "acme_note" { ... }`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lookup {
    title: Attr<String>,
    text: Attr<String>,
}

impl Model for Lookup {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("title", |lookup| &mut lookup.title)
            .required()
            .check(check_title)
            .describe("Its name.");
        object
            .attribute("text", |lookup| &mut lookup.text)
            .computed()
            .describe("What it says.");
    }
}

impl DataSource for NoteLookup {
    type Model = Lookup;
    type Client = Notes;
    const TYPE: &'static str = "note";

    fn schema(&self) -> Schema<Lookup> {
        Schema::of::<Lookup>().describe("A note that exists.")
    }

    async fn read(&self, call: &mut Call<Notes>, config: Lookup) -> Result<Lookup> {
        let title = config.title.known().map_or("", String::as_str);
        let Some(text) = call.client.read(title)? else {
            return Err(Diagnostic::error("There is no such note")
                .detail(format!("No note is called {title}."))
                .at(Path::root("title"))
                .into());
        };
        Ok(Lookup {
            text: text.into(),
            ..config
        })
    }
}
