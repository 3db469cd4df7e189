//! `resource "kv_note"`: the forerunner of `kv_entry`, good for nothing but to be moved.

use tfplugin::{Attr, Call, Create, Model, Object, Resource, Result, Schema, Update};

use crate::store::{Store, Stored};

pub(crate) struct Note;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NoteModel {
    pub(crate) title: Attr<String>,
    pub(crate) text: Attr<String>,
}

impl Model for NoteModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("title", |note| &mut note.title)
            .required()
            .replace()
            .describe("The name of the note.");
        object
            .attribute("text", |note| &mut note.text)
            .required()
            .describe("What it says.");
    }
}

impl Resource for Note {
    type Model = NoteModel;
    type Client = Store;
    const TYPE: &'static str = "note";

    fn schema(&self) -> Schema<NoteModel> {
        Schema::of::<NoteModel>()
            .describe("A note in the store.")
            .deprecated("Use `kv_entry`, with a `moved` block for what exists.")
    }

    async fn read(&self, call: &mut Call<Store>, state: NoteModel) -> Result<Option<NoteModel>> {
        let stored = call.client.get(state.title.get()?)?;
        Ok(stored.map(|stored| NoteModel {
            text: stored.value.into(),
            ..state
        }))
    }

    async fn create(
        &self,
        call: &mut Call<Store>,
        change: Create<NoteModel>,
        state: &mut Option<NoteModel>,
    ) -> Result<()> {
        write(call, &change.planned)?;
        *state = Some(change.planned);
        Ok(())
    }

    async fn update(
        &self,
        call: &mut Call<Store>,
        change: Update<NoteModel>,
        state: &mut NoteModel,
    ) -> Result<()> {
        write(call, &change.planned)?;
        *state = change.planned;
        Ok(())
    }

    async fn delete(&self, call: &mut Call<Store>, state: &mut NoteModel) -> Result<()> {
        call.client.remove(state.title.get()?)
    }
}

fn write(call: &Call<Store>, note: &NoteModel) -> Result<()> {
    let stored = Stored {
        value: note.text.get()?.clone(),
        ..Stored::default()
    };
    call.client.put(note.title.get()?, &stored)
}
