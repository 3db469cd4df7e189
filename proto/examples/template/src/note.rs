//! The resource `acme_note`.

use tfplugin::{Attr, Call, Create, Model, Object, Resource, Result, Schema, Update};

use crate::notes::Notes;

pub(crate) struct NoteResource;

/// `resource "acme_note" { ... }`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Note {
    title: Attr<String>,
    text: Attr<String>,
    path: Attr<String>,
}

impl Model for Note {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("title", |note| &mut note.title)
            .required()
            .replace()
            .check(check_title)
            .describe("Its name: letters, digits and hyphens.");
        object
            .attribute("text", |note| &mut note.text)
            .default("")
            .describe("What it says.");
        // It follows from the title, so no update changes it.
        object
            .attribute("path", |note| &mut note.path)
            .computed()
            .keep()
            .describe("Where it is.");
    }
}

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
        *state = Some(written(call, change.planned)?);
        Ok(())
    }

    async fn read(&self, call: &mut Call<Notes>, state: Note) -> Result<Option<Note>> {
        let text = call.client.read(known(&state.title))?;
        Ok(text.map(|text| Note {
            text: text.into(),
            ..state
        }))
    }

    async fn update(
        &self,
        call: &mut Call<Notes>,
        change: Update<Note>,
        state: &mut Note,
    ) -> Result<()> {
        *state = written(call, change.planned)?;
        Ok(())
    }

    async fn delete(&self, call: &mut Call<Notes>, state: &mut Note) -> Result<()> {
        call.client.remove(known(&state.title))
    }

    async fn import(&self, _: &mut Call<Notes>, id: &str) -> Result<Note> {
        // The rest is read next.
        Ok(Note {
            title: id.into(),
            ..Note::default()
        })
    }
}

fn written(call: &Call<Notes>, note: Note) -> Result<Note> {
    let title = known(&note.title);
    call.client.write(title, known(&note.text))?;
    let path = call.client.path(title).display().to_string();
    Ok(Note {
        path: path.into(),
        ..note
    })
}

/// In a state, and when something is applied, everything that is configured is known.
fn known(text: &Attr<String>) -> &str {
    text.known().map_or("", String::as_str)
}

pub(crate) fn check_title(title: &str) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !title.is_empty() && title.chars().all(fits) {
        Ok(())
    } else {
        Err("A title consists of letters, digits and hyphens.".to_owned())
    }
}
