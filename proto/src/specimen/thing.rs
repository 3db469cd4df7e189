//! The resource: its `mode` says how it behaves.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::module_meta::tell_author;
use super::{Specimen, ThingIdentity};
use crate::{
    Attr, Call, Create, Deferral, Diagnostic, Diagnostics, Identified, Migrations, Model, Object,
    Path, Plan, RawState, Resource, Result, Schema, Update,
};

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Thing {
    pub(crate) id: Attr<String>,
    pub(crate) mode: Attr<String>,
    pub(crate) tags: Attr<Vec<String>>,
    pub(crate) secret_wo: Attr<String>,
    pub(crate) size: Attr<i64>,
}

impl Model for Thing {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("id", |thing| &mut thing.id)
            .computed()
            .keep();
        object.attribute("mode", |thing| &mut thing.mode).required();
        object.attribute("tags", |thing| &mut thing.tags).optional();
        object
            .attribute("secret_wo", |thing| &mut thing.secret_wo)
            .optional()
            .write_only();
        object.attribute("size", |thing| &mut thing.size).computed();
    }
}

pub(crate) struct Things;

impl Resource for Things {
    type Model = Thing;
    type Client = Specimen;
    const TYPE: &'static str = "thing";

    fn schema(&self) -> Schema<Thing> {
        Schema::of::<Thing>().version(2)
    }

    fn migrations(&self) -> Migrations<Thing> {
        Migrations::new()
            .upgrade(0, renamed)
            .moved_from("specimen_old", |source| renamed(&source.state))
    }

    fn identity(&self) -> Option<Identified<Thing>> {
        Some(Identified::by::<ThingIdentity>())
    }

    fn validate(&self, config: &Thing, diagnostics: &mut Diagnostics) {
        if config.mode == "invalid" {
            diagnostics.push(Diagnostic::error("Invalid mode").at(Path::root("mode")));
        }
    }

    async fn read(&self, call: &mut Call<Specimen>, mut state: Thing) -> Result<Option<Thing>> {
        call.private.set(
            "reads",
            &(call.private.get::<u32>("reads").unwrap_or_default() + 1),
        );
        tell_author(call)?;
        // A careless author: this must not get out.
        state.secret_wo = "read back".into();
        match state.mode.known().map(String::as_str) {
            Some("gone") => Ok(None),
            Some("drift") => Ok(Some(Thing {
                size: 99.into(),
                ..state
            })),
            Some("defer") => call.defer(Deferral::AbsentPrerequisite),
            // A careless author, who says both.
            Some("defer gone") => {
                let _: Result<()> = call.defer(Deferral::AbsentPrerequisite);
                Ok(None)
            }
            Some("unreadable") => Err(Diagnostic::error("Unreadable").into()),
            _ => Ok(Some(state)),
        }
    }

    async fn plan(&self, call: &mut Call<Specimen>, plan: &mut Plan<Thing>) -> Result<()> {
        tell_author(call)?;
        match plan.planned.mode.known().map(String::as_str) {
            Some("defer") => {
                plan.planned.size = 7.into();
                call.diagnostics.warning("Put off", "");
                return call.defer(Deferral::ConfigUnknown);
            }
            Some("defer and fail") => {
                let _: Result<()> = call.defer(Deferral::ConfigUnknown);
                return Err(Diagnostic::error("Refused").into());
            }
            Some("meddle") => plan.planned.mode = "other".into(),
            Some("grow") => plan.planned.size = 2.into(),
            Some("replace") => plan.replace.push(Path::root("mode")),
            Some("lose") => plan.replace.push(Path::root("modus")),
            Some("choose") => choose(call, plan),
            _ => {}
        }
        plan.planned.secret_wo = plan.config.secret_wo.clone();
        Ok(())
    }

    async fn plan_destroy(&self, call: &mut Call<Specimen>, prior: &Thing) -> Result<()> {
        if prior.mode == "defer" {
            return call.defer(Deferral::AbsentPrerequisite);
        }
        call.diagnostics
            .warning("Gone for good", "There is no way back.");
        Ok(())
    }

    async fn create(
        &self,
        call: &mut Call<Specimen>,
        change: Create<Thing>,
        state: &mut Option<Thing>,
    ) -> Result<()> {
        tell_author(call)?;
        let Create { config, planned } = change;
        let mode = planned.mode.known().cloned().unwrap_or_default();
        match mode.as_str() {
            "fail early" => return Err(Diagnostic::error("Refused").into()),
            "defer late" => return call.defer(Deferral::AbsentPrerequisite),
            _ => {}
        }
        *state = Some(Thing {
            id: planned.id.known().map_or("t-1", String::as_str).into(),
            secret_wo: config.secret_wo,
            ..planned
        });
        match mode.as_str() {
            "fail late" => return Err(Diagnostic::error("Half done").into()),
            "panic" => panic!("create fell over"),
            "unknown" => return Ok(()),
            "wait" => {
                call.client.begun.fetch_add(1, Ordering::SeqCst);
                call.client.waiting.notify_one();
                tokio::select! {
                    () = call.stop.cancelled() => return Err(Diagnostic::error("Stopped").into()),
                    () = tokio::time::sleep(Duration::from_secs(60)) => {}
                }
            }
            "nothing" => {
                *state = None;
                return Ok(());
            }
            _ => {}
        }
        if let Some(state) = state {
            state.size = 1.into();
            if mode == "lie" {
                state.tags = Attr::Known(vec!["invented".to_owned()]);
            }
        }
        Ok(())
    }

    async fn update(
        &self,
        _: &mut Call<Specimen>,
        change: Update<Thing>,
        state: &mut Thing,
    ) -> Result<()> {
        if change.planned.mode == "fail" {
            return Err(Diagnostic::error("Update refused").into());
        }
        *state = Thing {
            size: 2.into(),
            ..change.planned
        };
        Ok(())
    }

    async fn delete(&self, call: &mut Call<Specimen>, state: &mut Thing) -> Result<()> {
        tell_author(call)?;
        if state.mode == "stuck" {
            state.size = 0.into();
            return Err(Diagnostic::error("Half gone").into());
        }
        Ok(())
    }
}

/// Plans an id that nothing determines, if the second plan can know it.
fn choose(call: &mut Call<Specimen>, plan: &mut Plan<Thing>) {
    let first = plan.planned_private.of_first.as_ref();
    let made_up = || {
        format!(
            "t-{}",
            call.client.chosen.fetch_add(1, Ordering::SeqCst) + 2
        )
    };
    let id = match first.and_then(|first| first.get::<String>("id")) {
        Some(id) => id,
        None if plan.planned_private.is_stored => made_up(),
        None => return,
    };
    call.private.set("id", &id);
    plan.planned.id = id.into();
}

/// In version 0, and in things of the old type, `mode` was called `kind`.
fn renamed(raw: &RawState) -> Result<Thing> {
    let old: std::collections::BTreeMap<String, serde_json::Value> = raw.read()?;
    let kind = old["kind"]
        .as_str()
        .expect("a panic is what the tests want");
    Ok(Thing {
        mode: kind.into(),
        id: if kind == "unknown" {
            Attr::Unknown
        } else {
            "t-1".into()
        },
        secret_wo: "a careless author".into(),
        ..Thing::default()
    })
}
