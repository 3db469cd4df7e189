//! Calls whose author returns `Err` without an error in it: Terraform must not take them for a
//! success.

use super::*;
use crate::wire::invoke_action::event::Type as Event;
use crate::{
    Action, Attr, Call, Configure, Create, DataSource, Diagnostic, Diagnostics, EphemeralResource,
    Identified, Identity, ListResource, Listing, Migrations, Model, Object, Opened, Plan, Progress,
    RawState, Registry, Resource, Result, Update,
};

const NOTE: &str = "mute_note";

const EXPECTED: &str = "The provider failed without an error";

/// Fails at everything, with a warning at most.
#[derive(Clone, Default)]
struct Mute {
    diagnostics: Diagnostics,
    configures: bool,
}

impl Mute {
    fn fails<T>(&self) -> Result<T> {
        Err(self.diagnostics.clone())
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Note {
    text: Attr<String>,
}

impl Model for Note {
    fn declare(object: &mut Object<Self>) {
        object.attribute("text", |note| &mut note.text).required();
    }
}

impl Identity<Note> for Note {
    fn of(state: &Note) -> Self {
        state.clone()
    }

    fn import(self) -> Result<Note> {
        Err(Diagnostics::new())
    }

    fn upgrade(_: i64, _: &RawState) -> Result<Self> {
        Err(Diagnostics::new())
    }

    const VERSION: i64 = 1;
}

impl Provider for Mute {
    type Configuration = ();
    type Client = Self;
    const NAME: &'static str = "mute";

    async fn configure(&self, _: &mut Configure, (): ()) -> Result<Self> {
        if self.configures {
            return Ok(self.clone());
        }
        self.fails()
    }

    fn register(&self, registry: &mut Registry<Self>) {
        registry.resource(self.clone());
        registry.data_source(self.clone());
        registry.ephemeral_resource(self.clone());
        registry.list_resource(self.clone());
        registry.action(self.clone());
    }
}

impl Resource for Mute {
    type Model = Note;
    type Client = Self;
    const TYPE: &'static str = "note";

    fn schema(&self) -> Schema<Note> {
        Schema::of::<Note>().version(1)
    }

    fn migrations(&self) -> Migrations<Note> {
        let (upgrading, moving) = (self.clone(), self.clone());
        Migrations::new()
            .upgrade(0, move |_| upgrading.fails())
            .moved_from("mute_old", move |_| moving.fails())
    }

    fn identity(&self) -> Option<Identified<Note>> {
        Some(Identified::by::<Note>())
    }

    async fn read(&self, _: &mut Call<Self>, _: Note) -> Result<Option<Note>> {
        self.fails()
    }

    async fn plan(&self, _: &mut Call<Self>, _: &mut Plan<Note>) -> Result<()> {
        self.fails()
    }

    async fn plan_destroy(&self, _: &mut Call<Self>, _: &Note) -> Result<()> {
        self.fails()
    }

    async fn create(
        &self,
        _: &mut Call<Self>,
        change: Create<Note>,
        state: &mut Option<Note>,
    ) -> Result<()> {
        *state = Some(change.planned);
        self.fails()
    }

    async fn update(&self, _: &mut Call<Self>, _: Update<Note>, _: &mut Note) -> Result<()> {
        self.fails()
    }

    async fn delete(&self, _: &mut Call<Self>, _: &mut Note) -> Result<()> {
        self.fails()
    }

    async fn import(&self, _: &mut Call<Self>, _: &str) -> Result<Note> {
        self.fails()
    }
}

impl DataSource for Mute {
    type Model = Note;
    type Client = Self;
    const TYPE: &'static str = "note";

    async fn read(&self, _: &mut Call<Self>, _: Note) -> Result<Note> {
        self.fails()
    }
}

impl EphemeralResource for Mute {
    type Model = Note;
    type Client = Self;
    const TYPE: &'static str = "note";

    async fn open(&self, _: &mut Call<Self>, _: Note) -> Result<Opened<Note>> {
        self.fails()
    }

    async fn renew(&self, _: &mut Call<Self>) -> Result<Option<std::time::SystemTime>> {
        self.fails()
    }

    async fn close(&self, _: &mut Call<Self>) -> Result<()> {
        self.fails()
    }
}

impl ListResource for Mute {
    type Resource = Self;
    type Model = ();
    type Client = Self;

    async fn list(&self, _: &mut Call<Self>, (): (), _: &mut Listing<Note>) -> Result<()> {
        self.fails()
    }
}

impl Action for Mute {
    type Model = ();
    type Client = Self;
    const TYPE: &'static str = "note";

    async fn plan(&self, _: &mut Call<Self>, (): ()) -> Result<()> {
        self.fails()
    }

    async fn invoke(&self, _: &mut Call<Self>, (): (), _: &Progress) -> Result<()> {
        self.fails()
    }
}

fn encoded(value: &Value, of: &Type) -> Option<wire::DynamicValue> {
    Some(wire::DynamicValue {
        msgpack: msgpack::encode(value, of).expect("it is of that type"),
        json: Vec::new(),
    })
}

fn nothing() -> Option<wire::DynamicValue> {
    let empty = Value::Map([].into());
    encoded(&empty, Schema::of::<()>().value_type())
}

fn note(text: &str) -> Option<wire::DynamicValue> {
    let note = Value::Map([("text".to_owned(), Value::text(text))].into());
    encoded(&note, Schema::of::<Note>().value_type())
}

fn no_note() -> Option<wire::DynamicValue> {
    encoded(&Value::Null, Schema::of::<Note>().value_type())
}

fn raw() -> Option<wire::RawState> {
    Some(wire::RawState {
        json: br#"{"text":"x"}"#.to_vec(),
        ..Default::default()
    })
}

/// Answers `Err` of that to every call, and returns what Terraform got to see.
async fn answers(diagnostics: Diagnostics) -> Vec<(&'static str, Vec<wire::Diagnostic>)> {
    let mut answers = Vec::new();
    macro_rules! answer {
        ($client:ident, $what:literal, $method:ident, $call:ident { $($field:ident: $value:expr),* $(,)? }) => {
            let request = wire::$call::Request { $($field: $value,)* ..Default::default() };
            let answer = $client.$method(request).await.expect("it answers").into_inner();
            answers.push(($what, answer.diagnostics));
        };
    }
    let name = || NOTE.to_owned();

    let mute = Mute {
        diagnostics: diagnostics.clone(),
        configures: false,
    };
    let mut client = connected_to(mute).await;
    answer!(
        client,
        "configure",
        configure_provider,
        configure_provider { config: nothing() }
    );

    let mute = Mute {
        diagnostics,
        configures: true,
    };
    let mut client = connected_to(mute).await;
    let request = wire::configure_provider::Request {
        config: nothing(),
        ..Default::default()
    };
    client.configure_provider(request).await.expect("it does");
    answer!(
        client,
        "upgrade",
        upgrade_resource_state,
        upgrade_resource_state {
            type_name: name(),
            raw_state: raw(),
        }
    );
    answer!(
        client,
        "upgrade of an identity",
        upgrade_resource_identity,
        upgrade_resource_identity {
            type_name: name(),
            raw_identity: raw(),
        }
    );
    answer!(
        client,
        "move",
        move_resource_state,
        move_resource_state {
            target_type_name: name(),
            source_type_name: "mute_old".to_owned(),
            source_state: raw(),
        }
    );
    answer!(
        client,
        "read",
        read_resource,
        read_resource {
            type_name: name(),
            current_state: note("x"),
        }
    );
    answer!(
        client,
        "plan",
        plan_resource_change,
        plan_resource_change {
            type_name: name(),
            prior_state: no_note(),
            proposed_new_state: note("x"),
            config: note("x"),
        }
    );
    answer!(
        client,
        "plan of a destruction",
        plan_resource_change,
        plan_resource_change {
            type_name: name(),
            prior_state: note("x"),
            proposed_new_state: no_note(),
            config: no_note(),
        }
    );
    answer!(
        client,
        "create",
        apply_resource_change,
        apply_resource_change {
            type_name: name(),
            prior_state: no_note(),
            planned_state: note("x"),
            config: note("x"),
        }
    );
    answer!(
        client,
        "update",
        apply_resource_change,
        apply_resource_change {
            type_name: name(),
            prior_state: note("x"),
            planned_state: note("y"),
            config: note("y"),
        }
    );
    answer!(
        client,
        "delete",
        apply_resource_change,
        apply_resource_change {
            type_name: name(),
            prior_state: note("x"),
            planned_state: no_note(),
            config: no_note(),
        }
    );
    answer!(
        client,
        "import",
        import_resource_state,
        import_resource_state {
            type_name: name(),
            id: "x".to_owned(),
        }
    );
    answer!(
        client,
        "import by identity",
        import_resource_state,
        import_resource_state {
            type_name: name(),
            identity: Some(wire::ResourceIdentityData {
                identity_data: note("x")
            }),
        }
    );
    answer!(
        client,
        "data source",
        read_data_source,
        read_data_source {
            type_name: name(),
            config: note("x"),
        }
    );
    answer!(
        client,
        "open",
        open_ephemeral_resource,
        open_ephemeral_resource {
            type_name: name(),
            config: note("x"),
        }
    );
    answer!(
        client,
        "renew",
        renew_ephemeral_resource,
        renew_ephemeral_resource { type_name: name() }
    );
    answer!(
        client,
        "close",
        close_ephemeral_resource,
        close_ephemeral_resource { type_name: name() }
    );
    answer!(
        client,
        "plan of an action",
        plan_action,
        plan_action {
            action_type: name(),
            config: nothing(),
        }
    );

    let request = wire::list_resource::Request {
        type_name: name(),
        config: nothing(),
        ..Default::default()
    };
    let mut events = client
        .list_resource(request)
        .await
        .expect("it answers")
        .into_inner();
    let last = events.message().await.expect("the stream is in order");
    answers.push((
        "list",
        last.map(|event| event.diagnostic).unwrap_or_default(),
    ));

    let request = wire::invoke_action::Request {
        action_type: name(),
        config: nothing(),
        ..Default::default()
    };
    let mut events = client
        .invoke_action(request)
        .await
        .expect("it answers")
        .into_inner();
    let last = events.message().await.expect("the stream is in order");
    match last.and_then(|event| event.r#type) {
        Some(Event::Completed(completed)) => answers.push(("action", completed.diagnostics)),
        other => panic!("the action has no end: {other:?}"),
    }
    answers
}

#[tokio::test]
async fn a_failure_without_an_error_gets_one_in_every_call() {
    for (call, diagnostics) in answers(Diagnostics::new()).await {
        assert_eq!(summaries(&diagnostics), [EXPECTED], "{call}");
    }
    let warning = Diagnostic::warning("It may have failed");
    for (call, diagnostics) in answers(warning.into()).await {
        let summaries = summaries(&diagnostics);
        assert_eq!(summaries.last(), Some(&EXPECTED), "{call}");
    }
}

#[tokio::test]
async fn a_failure_with_an_error_says_no_more() {
    let error = Diagnostic::error("Out of paper");
    for (call, diagnostics) in answers(error.into()).await {
        let expected = match call {
            // The crate itself makes an identity, so the provider has no error of its own.
            "import by identity" | "upgrade of an identity" => EXPECTED,
            _ => "Out of paper",
        };
        assert_eq!(summaries(&diagnostics), [expected], "{call}");
    }
}
