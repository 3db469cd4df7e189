#![doc = "The provider of the crate page."]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use tfplugin::{
    Attr, Call, Configure, Create, Model, Object, Provider, Registry, Resource, Result, Schema,
    Update,
};

/// What `resource "memo_note" "x" { ... }` holds.
#[derive(Clone, Debug, Default, PartialEq)]
struct Note {
    title: Attr<String>,
    text: Attr<String>,
    length: Attr<i64>,
}

impl Model for Note {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("title", |note| &mut note.title)
            .required()
            .replace()
            .describe("Its name.");
        object
            .attribute("text", |note| &mut note.text)
            .default("")
            .describe("What it says.");
        object
            .attribute("length", |note| &mut note.length)
            .computed()
            .describe("The text's length in bytes.");
    }
}

/// The notes by title: what every call gets to work with.
type Notes = Arc<Mutex<BTreeMap<String, String>>>;

struct NoteResource;

impl Resource for NoteResource {
    type Model = Note;
    type Client = Notes;
    const TYPE: &'static str = "note";

    fn schema(&self) -> Schema<Note> {
        Schema::of::<Note>().describe("A note.")
    }

    async fn create(
        &self,
        call: &mut Call<Notes>,
        change: Create<Note>,
        state: &mut Option<Note>,
    ) -> Result<()> {
        *state = Some(write(call, change.planned)?);
        Ok(())
    }

    async fn read(&self, call: &mut Call<Notes>, state: Note) -> Result<Option<Note>> {
        let notes = call.client.lock().unwrap();
        let text = notes.get(state.title.get()?);
        Ok(text.map(|text| Note {
            text: text.clone().into(),
            ..state.clone()
        }))
    }

    async fn update(
        &self,
        call: &mut Call<Notes>,
        change: Update<Note>,
        state: &mut Note,
    ) -> Result<()> {
        *state = write(call, change.planned)?;
        Ok(())
    }

    async fn delete(&self, call: &mut Call<Notes>, state: &mut Note) -> Result<()> {
        call.client.lock().unwrap().remove(state.title.get()?);
        Ok(())
    }
}

fn write(call: &Call<Notes>, note: Note) -> Result<Note> {
    let (title, text) = (note.title.get()?, note.text.get()?);
    let mut notes = call.client.lock().unwrap();
    notes.insert(title.clone(), text.clone());
    Ok(Note {
        length: (text.len() as i64).into(),
        ..note
    })
}

#[derive(Default)]
struct Memo {
    notes: Notes,
}

impl Provider for Memo {
    // `provider "memo" {}` has no attributes.
    type Configuration = ();
    type Client = Notes;
    const NAME: &'static str = "memo";

    fn schema(&self) -> Schema<()> {
        Schema::of::<()>().describe("Notes in memory.")
    }

    async fn configure(&self, _: &mut Configure, (): ()) -> Result<Notes> {
        // Terraform configures the provider at every command; the notes outlive that.
        Ok(Arc::clone(&self.notes))
    }

    fn register(&self, registry: &mut Registry<Notes>) {
        registry.resource(NoteResource);
    }
}

fn main() -> ExitCode {
    let address = "registry.terraform.io/example/memo";
    tfplugin::serve_from_args(Memo::default(), address, env!("CARGO_PKG_VERSION"))
}
