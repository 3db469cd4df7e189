//! What `kv_entry` was before: another layout, another type.

use serde::Deserialize;
use tfplugin::{Migrations, MoveSource, RawState, Result};

use crate::entry::{EntryModel, Policy};
use crate::note::NoteModel;

pub(crate) fn migrations() -> Migrations<EntryModel> {
    Migrations::new()
        .upgrade(0, from_content)
        .moved_from("kv_note", from_note)
}

/// In version 0, `value` was called `content`, and there were no policies.
#[derive(Deserialize)]
struct Version0 {
    content: Option<String>,
}

fn from_content(raw: &RawState) -> Result<EntryModel> {
    let old: Version0 = raw.read()?;
    let mut entry: EntryModel = raw.model()?;
    entry.value = old.content.into();
    entry.policy = Policy::standard().into();
    Ok(entry)
}

fn from_note(source: &MoveSource) -> Result<EntryModel> {
    let note: NoteModel = source.state.model()?;
    let mut entry = EntryModel::of(note.title);
    entry.value = note.text;
    Ok(entry)
}
