//! `resource "kv_entry"`: an entry of the store.

use std::collections::BTreeMap;
use std::time::Duration;

use tfplugin::{
    Attr, Call, Create, Diagnostic, Diagnostics, Dynamic, GoDuration, Identified, Limits,
    Migrations, Model, Object, Path, Plan, Resource, Result, Schema, Sensitive, Timeouts, Update,
    check,
};

use crate::entry_history;
use crate::store::{Store, Stored};

pub(crate) struct Entry;

const MAX_LENGTH: i64 = 100;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct EntryModel {
    id: Attr<String>,
    pub(crate) key: Attr<String>,
    pub(crate) value: Attr<String>,
    labels: Attr<BTreeMap<String, String>>,
    details: Attr<Dynamic>,
    login_wo: Attr<Login>,
    login_wo_version: Attr<i64>,
    pub(crate) policy: Attr<Policy>,
    notes: Attr<Vec<Note>>,
    readers: Attr<Vec<Reader>>,
    words: Attr<BTreeMap<String, Word>>,
    shelves: Vec<Shelf>,
    revision: Attr<i64>,
    length: Attr<i64>,
    timeouts: Attr<Timeouts<Entry>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Policy {
    max_length: Attr<i64>,
    trim: Attr<bool>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Login {
    user: Attr<String>,
    password: Attr<Sensitive<String>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Note {
    text: Attr<String>,
    author: Attr<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reader {
    name: Attr<String>,
    may_quote: Attr<bool>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Word {
    count: Attr<i64>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shelf {
    room: Attr<String>,
    label: Attr<String>,
}

impl Limits for Entry {
    const CREATE: Option<Duration> = Some(Duration::from_mins(20));
}

impl Model for EntryModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("id", |entry| &mut entry.id)
            .computed()
            .keep()
            .describe("The same as `key`.");
        object
            .attribute("key", |entry| &mut entry.key)
            .required()
            .replace()
            .check(check::not_empty)
            .check(check::matches(
                "letters, digits and hyphens",
                |key: &str| key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
            ))
            .describe("The name of the entry. Another one makes another entry.");
        object
            .attribute("value", |entry| &mut entry.value)
            .required()
            .describe("What to store.");
        object
            .attribute("labels", |entry| &mut entry.labels)
            .optional()
            .describe("Notes about the value.");
        object
            .attribute("details", |entry| &mut entry.details)
            .optional()
            .describe("Whatever else is known of it, in any form.");
        object
            .nested("login_wo", |entry| &mut entry.login_wo)
            .optional()
            .write_only()
            .describe("A secret; only its length is stored.");
        object
            .attribute("login_wo_version", |entry| &mut entry.login_wo_version)
            .optional()
            .describe("Raise it to store another secret.");
        object
            .nested("policy", |entry| &mut entry.policy)
            .default_object()
            .describe("What values may look like.");
        object
            .nested_list("notes", |entry| &mut entry.notes)
            .optional()
            .describe("What people say about the entry.");
        object
            .nested_set("readers", |entry| &mut entry.readers)
            .optional()
            .describe("Who reads it, in any order.");
        object
            .nested_map("words", |entry| &mut entry.words)
            .computed()
            .describe("How often each word occurs in the value.");
        object
            .attribute("revision", |entry| &mut entry.revision)
            .computed()
            .describe("How often it was written.");
        object
            .attribute("length", |entry| &mut entry.length)
            .computed()
            .describe("The length of the value.");
        object
            .block_list("shelf", |entry| &mut entry.shelves)
            .describe("Where it is kept.");
        object
            .block("timeouts", |entry| &mut entry.timeouts)
            .describe("How long to wait.");
    }
}

impl EntryModel {
    /// What is known of an entry if only its key is known.
    pub(crate) fn of(key: Attr<String>) -> Self {
        Self {
            id: key.clone(),
            key,
            policy: Policy::standard().into(),
            ..Self::default()
        }
    }

    /// Takes over what is stored.
    pub(crate) fn show(&mut self, stored: Stored) -> Result<()> {
        let details = stored.details.as_ref().map(Dynamic::of).transpose()?;
        self.details = details.into();
        self.length = length(&stored.value);
        self.words = words(&stored.value);
        self.value = stored.value.into();
        self.labels = stored.labels.into();
        self.revision = stored.revision.into();
        Ok(())
    }
}

impl Policy {
    /// What an entry without `policy` has.
    pub(crate) fn standard() -> Self {
        Self {
            max_length: MAX_LENGTH.into(),
            trim: false.into(),
        }
    }
}

impl Model for Policy {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("max_length", |policy| &mut policy.max_length)
            .default(MAX_LENGTH)
            .describe("Longer values are refused.");
        object
            .attribute("trim", |policy| &mut policy.trim)
            .default(false)
            .describe("Whether space around the value is removed.");
    }
}

impl Model for Login {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("user", |login| &mut login.user)
            .optional()
            .describe("Who logs in.");
        object
            .attribute("password", |login| &mut login.password)
            .required()
            .describe("The secret.");
    }
}

impl Model for Note {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("text", |note| &mut note.text)
            .required()
            .describe("What is said.");
        object
            .attribute("author", |note| &mut note.author)
            .default("anonymous")
            .describe("Who says it.");
    }
}

impl Model for Reader {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("name", |reader| &mut reader.name)
            .required()
            .describe("Who it is.");
        object
            .attribute("may_quote", |reader| &mut reader.may_quote)
            .default(false)
            .describe("Whether the value may be passed on.");
    }
}

impl Model for Word {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("count", |word| &mut word.count)
            .computed()
            .describe("The number of times.");
    }
}

impl Model for Shelf {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("room", |shelf| &mut shelf.room)
            .required()
            .replace()
            .describe("The room it is in. In another room it is another entry.");
        object
            .attribute("label", |shelf| &mut shelf.label)
            .optional()
            .describe("What stands on it.");
    }
}

impl Resource for Entry {
    type Model = EntryModel;
    type Client = Store;
    const TYPE: &'static str = "entry";

    fn schema(&self) -> Schema<EntryModel> {
        Schema::of::<EntryModel>()
            .version(1)
            .describe("An entry of the store.")
    }

    fn migrations(&self) -> Migrations<EntryModel> {
        entry_history::migrations()
    }

    fn identity(&self) -> Option<Identified<EntryModel>> {
        Some(Identified::by_attributes(&["key"]))
    }

    fn validate(&self, config: &EntryModel, diagnostics: &mut Diagnostics) {
        // Terraform cannot see when a write-only value changes; the version tells it.
        diagnostics.extend(check::required_together(&[
            ("login_wo", &config.login_wo),
            ("login_wo_version", &config.login_wo_version),
        ]));
    }

    async fn read(
        &self,
        call: &mut Call<Store>,
        mut state: EntryModel,
    ) -> Result<Option<EntryModel>> {
        let Some(stored) = call.client.get(state.key.get()?)? else {
            return Ok(None);
        };
        state.id = state.key.clone();
        if state.policy.is_null() {
            state.policy = Policy::standard().into();
        }
        state.show(stored)?;
        Ok(Some(state))
    }

    async fn plan(&self, _: &mut Call<Store>, plan: &mut Plan<EntryModel>) -> Result<()> {
        plan.planned.id = plan.planned.key.clone();
        if let (Attr::Known(value), Attr::Known(policy)) =
            (&plan.planned.value, &plan.planned.policy)
        {
            plan.planned.length = length(value);
            plan.planned.words = words(value);
            if policy
                .max_length
                .known()
                .is_some_and(|max| value.len() as i64 > *max)
            {
                let detail = "Shorten it, or raise policy.max_length.";
                return Err(Diagnostic::error("The value is too long")
                    .detail(detail)
                    .at(Path::root("value"))
                    .into());
            }
        }
        Ok(())
    }

    async fn plan_destroy(&self, call: &mut Call<Store>, prior: &EntryModel) -> Result<()> {
        if prior.notes.known().is_some_and(|notes| !notes.is_empty()) {
            call.diagnostics.warning(
                "The notes will be lost",
                "What people say about the entry stands nowhere but in the state.",
            );
        }
        Ok(())
    }

    async fn create(
        &self,
        call: &mut Call<Store>,
        change: Create<EntryModel>,
        state: &mut Option<EntryModel>,
    ) -> Result<()> {
        let Create {
            config, planned, ..
        } = change;
        if planned.value == "panic" {
            panic!("the value is \"panic\"");
        }
        pause(&planned, call).await?;
        let stored = stored(&planned, &config, 1)?;
        call.client.put(planned.key.get()?, &stored)?;
        call.private.set("first_value", &stored.value);
        *state = Some(EntryModel {
            revision: 1.into(),
            ..planned
        });
        Ok(())
    }

    async fn update(
        &self,
        call: &mut Call<Store>,
        change: Update<EntryModel>,
        state: &mut EntryModel,
    ) -> Result<()> {
        let Update {
            config,
            prior,
            planned,
            ..
        } = change;
        let revision = prior.revision.get()? + 1;
        let stored = stored(&planned, &config, revision)?;
        call.client.put(planned.key.get()?, &stored)?;
        *state = EntryModel {
            revision: revision.into(),
            ..planned
        };
        Ok(())
    }

    async fn delete(&self, call: &mut Call<Store>, state: &mut EntryModel) -> Result<()> {
        call.client.remove(state.key.get()?)
    }
}

/// A value of the form `sleep 5s` takes that long to store.
async fn pause(planned: &EntryModel, call: &Call<Store>) -> Result<()> {
    let value = planned.value.known();
    let pause = value.and_then(|value| value.strip_prefix("sleep ")?.parse::<GoDuration>().ok());
    let Some(pause) = pause else {
        return Ok(());
    };
    let asleep = async {
        tokio::time::sleep(pause.duration()).await;
        Ok(())
    };
    call.within(planned.timeouts.create(), asleep).await
}

fn stored(planned: &EntryModel, config: &EntryModel, revision: i64) -> Result<Stored> {
    Ok(Stored {
        value: planned.value.clone().unwrap_or_default(),
        labels: planned.labels.known().cloned(),
        details: planned.details.known().map(Dynamic::read).transpose()?,
        secret_length: (config.login_wo.as_ref())
            .and_then(|login| login.password.as_ref())
            .map(|password| password.expose().len())
            .unwrap_or_default(),
        revision,
    })
}

fn length(value: &str) -> Attr<i64> {
    Attr::Known(value.len() as i64)
}

fn words(value: &str) -> Attr<BTreeMap<String, Word>> {
    let mut counts = BTreeMap::<String, i64>::new();
    for word in value.split_whitespace() {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    let words = counts.into_iter().map(|(word, count)| {
        (
            word,
            Word {
                count: count.into(),
            },
        )
    });
    Attr::Known(words.collect())
}
