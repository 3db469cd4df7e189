//! A provider for this crate's own tests: one resource whose `mode` says how it behaves.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;

use crate::{
    Arguments, Attr, Call, Configure, Create, DataSource, Diagnostic, Diagnostics,
    EphemeralResource, Function, FunctionError, Identified, Identity, Migrations, Model, Object,
    Opened, Parameters, Path, Plan, Provider, RawState, Registry, Resource, Result, Schema,
    Signature, Update,
};

/// The provider. Its client is itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Specimen {
    /// Told when a call of mode `wait` has begun.
    pub(crate) waiting: Arc<Notify>,
    /// How many calls of mode `wait` have begun.
    pub(crate) begun: Arc<AtomicUsize>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Configuration {
    token: Attr<String>,
    roles: Vec<Role>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Role {
    name: Attr<String>,
}

impl Model for Role {
    fn declare(object: &mut Object<Self>) {
        object.attribute("name", |role| &mut role.name).required();
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Thing {
    pub(crate) id: Attr<String>,
    pub(crate) mode: Attr<String>,
    pub(crate) tags: Attr<Vec<String>>,
    pub(crate) secret_wo: Attr<String>,
    pub(crate) size: Attr<i64>,
}

impl Model for Configuration {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("token", |configuration| &mut configuration.token)
            .optional()
            .sensitive();
        object.block_list("role", |configuration| &mut configuration.roles);
    }
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

impl Provider for Specimen {
    type Configuration = Configuration;
    type Client = Self;
    const NAME: &'static str = "specimen";

    fn schema(&self) -> Schema<Configuration> {
        Schema::of::<Configuration>()
    }

    fn validate(&self, configuration: &Configuration, diagnostics: &mut Diagnostics) {
        if configuration.token == Attr::from("panic") {
            panic!("a bad token");
        }
        if configuration.token.is_null() {
            diagnostics.warning("No token", "Some calls will fail.");
        }
    }

    async fn configure(&self, call: &mut Configure, configuration: Configuration) -> Result<Self> {
        if configuration.token == Attr::from("wrong") {
            return Err(Diagnostic::error("Wrong token")
                .at(Path::root("token"))
                .into());
        }
        call.diagnostics
            .warning("Configured", call.terraform_version.clone());
        Ok(self.clone())
    }

    fn register(&self, registry: &mut Registry<Self>) {
        registry.resource(Things);
        registry.data_source(Lookup);
        registry.ephemeral_resource(Session);
        registry.function(Repeat);
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
        if config.mode == Attr::from("invalid") {
            diagnostics.push(Diagnostic::error("Invalid mode").at(Path::root("mode")));
        }
    }

    async fn read(&self, call: &mut Call<Specimen>, mut state: Thing) -> Result<Option<Thing>> {
        call.private.set(
            "reads",
            &(call.private.get::<u32>("reads").unwrap_or_default() + 1),
        );
        // A careless author: this must not get out.
        state.secret_wo = "read back".into();
        match state.mode.known().map(String::as_str) {
            Some("gone") => Ok(None),
            Some("drift") => Ok(Some(Thing {
                size: 99.into(),
                ..state
            })),
            Some("unreadable") => Err(Diagnostic::error("Unreadable").into()),
            _ => Ok(Some(state)),
        }
    }

    async fn plan(&self, _: &mut Call<Specimen>, plan: &mut Plan<Thing>) -> Result<()> {
        match plan.planned.mode.known().map(String::as_str) {
            Some("meddle") => plan.planned.mode = "other".into(),
            Some("replace") => plan.replace.push(Path::root("mode")),
            _ => {}
        }
        plan.planned.secret_wo = plan.config.secret_wo.clone();
        Ok(())
    }

    async fn plan_destroy(&self, call: &mut Call<Specimen>, _: &Thing) -> Result<()> {
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
        let Create { config, planned } = change;
        let mode = planned.mode.known().cloned().unwrap_or_default();
        if mode == "fail early" {
            return Err(Diagnostic::error("Refused").into());
        }
        *state = Some(Thing {
            id: "t-1".into(),
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
        if change.planned.mode == Attr::from("fail") {
            return Err(Diagnostic::error("Update refused").into());
        }
        *state = Thing {
            size: 2.into(),
            ..change.planned
        };
        Ok(())
    }

    async fn delete(&self, _: &mut Call<Specimen>, state: &mut Thing) -> Result<()> {
        if state.mode == Attr::from("stuck") {
            state.size = 0.into();
            return Err(Diagnostic::error("Half gone").into());
        }
        Ok(())
    }
}

/// What tells things apart; the tags come along when they are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ThingIdentity {
    id: Attr<String>,
    tags: Attr<Vec<String>>,
}

impl Model for ThingIdentity {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("id", |identity| &mut identity.id)
            .required()
            .describe("Its id.");
        object
            .attribute("tags", |identity| &mut identity.tags)
            .optional();
    }
}

impl Identity<Thing> for ThingIdentity {
    const VERSION: i64 = 1;

    fn of(state: &Thing) -> Self {
        Self {
            id: state.id.clone(),
            tags: state.tags.clone(),
        }
    }

    fn import(self) -> Result<Thing> {
        if self.id == Attr::from("nonsense") {
            return Err(Diagnostic::error("No such id").into());
        }
        Ok(Thing {
            id: self.id,
            secret_wo: "a careless author".into(),
            ..Thing::default()
        })
    }

    fn upgrade(_: i64, raw: &RawState) -> Result<Self> {
        let id: String = raw.read()?;
        Ok(Self {
            id: id.into(),
            ..Self::default()
        })
    }
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

/// The data source: finds every thing whose name is not `missing`.
pub(crate) struct Lookup;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Found {
    name: Attr<String>,
    size: Attr<i64>,
}

impl Model for Found {
    fn declare(object: &mut Object<Self>) {
        object.attribute("name", |found| &mut found.name).required();
        object.attribute("size", |found| &mut found.size).computed();
    }
}

impl DataSource for Lookup {
    type Model = Found;
    type Client = Specimen;
    const TYPE: &'static str = "thing";

    fn schema(&self) -> Schema<Found> {
        Schema::of::<Found>()
    }

    async fn read(&self, _: &mut Call<Specimen>, config: Found) -> Result<Found> {
        match config.name.known().map(String::as_str) {
            Some("missing") => Err(Diagnostic::error("Not found").at(Path::root("name")).into()),
            Some("meddle") => Ok(Found {
                name: "other".into(),
                size: 1.into(),
            }),
            _ => Ok(Found {
                size: 5.into(),
                ..config
            }),
        }
    }
}

/// The ephemeral resource: its name says how it behaves.
pub(crate) struct Session;

impl EphemeralResource for Session {
    type Model = Found;
    type Client = Specimen;
    const TYPE: &'static str = "session";

    fn schema(&self) -> Schema<Found> {
        Schema::of::<Found>()
    }

    fn validate(&self, config: &Found, diagnostics: &mut Diagnostics) {
        if config.name == Attr::from("invalid") {
            diagnostics.push(Diagnostic::error("Invalid name").at(Path::root("name")));
        }
    }

    async fn open(&self, call: &mut Call<Specimen>, mut config: Found) -> Result<Opened<Found>> {
        match config.name.known().map(String::as_str) {
            Some("missing") => return Err(Diagnostic::error("Not found").into()),
            Some("meddle") => config.name = "other".into(),
            _ => {}
        }
        call.private.set("renewals", &0);
        config.size = 5.into();
        Ok(Opened::new(config).renew_at(SystemTime::UNIX_EPOCH + Duration::from_secs(60)))
    }

    async fn renew(&self, call: &mut Call<Specimen>) -> Result<Option<SystemTime>> {
        let renewals: u64 = call.private.get("renewals").unwrap_or_default();
        call.private.set("renewals", &(renewals + 1));
        Ok((renewals == 0).then_some(SystemTime::UNIX_EPOCH + Duration::from_secs(120)))
    }

    async fn close(&self, call: &mut Call<Specimen>) -> Result<()> {
        let renewals: u64 = call.private.get("renewals").unwrap_or_default();
        call.diagnostics
            .warning("Closed", format!("{renewals} renewals"));
        Ok(())
    }
}

/// The function: says its texts several times.
pub(crate) struct Repeat;

#[derive(Debug, Default)]
pub(crate) struct Repetition {
    times: i64,
    between: Attr<String>,
    texts: Vec<String>,
}

impl Arguments for Repetition {
    fn declare(parameters: &mut Parameters<Self>) {
        parameters
            .parameter("times", |arguments| &mut arguments.times)
            .check(|times| {
                if *times < 10 {
                    Ok(())
                } else {
                    Err("must be below 10".into())
                }
            })
            .describe("How often.");
        parameters.parameter("between", |arguments| &mut arguments.between);
        parameters.variadic("texts", |arguments| &mut arguments.texts);
    }
}

impl Function for Repeat {
    type Arguments = Repetition;
    type Output = Attr<String>;
    const NAME: &'static str = "repeat";

    fn signature(&self) -> Signature<Repetition> {
        Signature::of::<Repetition>()
            .summary("Says it again")
            .deprecated("Use another.")
    }

    fn call(&self, arguments: Repetition) -> Result<Attr<String>, FunctionError> {
        if arguments.between.is_unknown() {
            return Ok(Attr::Unknown);
        }
        if let Some(index) = arguments.texts.iter().position(String::is_empty) {
            return Err(FunctionError::new("must not be empty").argument(2 + index));
        }
        let between = arguments.between.into_known().unwrap_or_default();
        let times = usize::try_from(arguments.times).expect("a panic is what the tests want");
        let texts = arguments.texts.join(&between);
        Ok(vec![texts; times].join(&between).into())
    }
}
