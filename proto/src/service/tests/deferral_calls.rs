//! Calls that are deferred until the next plan, for clients that allow it and for those that do
//! not.

use super::*;
use crate::specimen::{Found, Pokes};
use crate::wire::deferred::Reason;
use crate::{
    Attr, Call, Configure, Create, Deferral, Model, Object, Registry, Resource, Result, Update,
};

/// A Terraform that can put something off in a plan.
const ALPHA: &str = "1.16.0-alpha20260101";

/// A provider that such a Terraform has configured.
async fn with_experiments() -> Client {
    let mut client = connected(Specimen::default()).await;
    let answer = configure_by(ALPHA, &mut client, "good").await;
    assert_eq!(summaries(&answer.diagnostics), ["Configured"]);
    client
}

/// What Terraform says when it was started with `-allow-deferral`, and always while it applies.
fn allowing() -> Option<wire::ClientCapabilities> {
    Some(wire::ClientCapabilities {
        deferral_allowed: true,
        ..Default::default()
    })
}

fn reason(deferred: Option<wire::Deferred>) -> Option<Reason> {
    deferred.map(|deferred| deferred.reason())
}

const NOT_YET: &str = "This cannot be done yet, and Terraform cannot defer it";

async fn read_with(
    client: &mut Client,
    mode: &str,
    client_capabilities: Option<wire::ClientCapabilities>,
) -> wire::read_resource::Response {
    let request = wire::read_resource::Request {
        type_name: TYPE.to_owned(),
        current_state: sent(&made(mode)),
        client_capabilities,
        ..Default::default()
    };
    let answer = client.read_resource(request).await;
    answer.expect("it answers").into_inner()
}

async fn plan_with(
    client: &mut Client,
    prior: &Value,
    config: &Value,
    client_capabilities: Option<wire::ClientCapabilities>,
) -> wire::plan_resource_change::Response {
    let request = wire::plan_resource_change::Request {
        type_name: TYPE.to_owned(),
        prior_state: sent(prior),
        proposed_new_state: sent(config),
        config: sent(config),
        client_capabilities,
        ..Default::default()
    };
    let answer = client.plan_resource_change(request).await;
    answer.expect("it answers").into_inner()
}

fn found_type() -> Type {
    Schema::of::<Found>().value_type().clone()
}

fn found(name: &str) -> Option<wire::DynamicValue> {
    let config = [
        ("name".to_owned(), Value::text(name)),
        ("size".to_owned(), Value::Null),
    ];
    let msgpack = msgpack::encode(&Value::Map(config.into()), &found_type());
    Some(wire::DynamicValue {
        msgpack: msgpack.expect("it is of that type"),
        json: Vec::new(),
    })
}

async fn look_up(
    client: &mut Client,
    name: &str,
    client_capabilities: Option<wire::ClientCapabilities>,
) -> wire::read_data_source::Response {
    let request = wire::read_data_source::Request {
        type_name: TYPE.to_owned(),
        config: found(name),
        client_capabilities,
        ..Default::default()
    };
    let answer = client.read_data_source(request).await;
    answer.expect("it answers").into_inner()
}

async fn open(
    client: &mut Client,
    client_capabilities: Option<wire::ClientCapabilities>,
) -> wire::open_ephemeral_resource::Response {
    let request = wire::open_ephemeral_resource::Request {
        type_name: "specimen_session".to_owned(),
        config: found("defer"),
        client_capabilities,
    };
    let answer = client.open_ephemeral_resource(request).await;
    answer.expect("it answers").into_inner()
}

async fn plan_action(
    client: &mut Client,
    times: i64,
    client_capabilities: Option<wire::ClientCapabilities>,
) -> wire::plan_action::Response {
    let of = Schema::of::<Pokes>().value_type().clone();
    let config = Value::Map([("times".to_owned(), number(times))].into());
    let request = wire::plan_action::Request {
        action_type: "specimen_poke".to_owned(),
        config: Some(wire::DynamicValue {
            msgpack: msgpack::encode(&config, &of).expect("it is of that type"),
            json: Vec::new(),
        }),
        client_capabilities,
    };
    let answer = client.plan_action(request).await;
    answer.expect("it answers").into_inner()
}

#[tokio::test]
async fn a_read_that_is_put_off_leaves_the_state_as_it_is() {
    let mut client = with_experiments().await;
    for mode in ["defer", "defer gone"] {
        let answer = read_with(&mut client, mode, allowing()).await;
        assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
        assert_eq!(reason(answer.deferred), Some(Reason::AbsentPrereq));
        assert_eq!(received(answer.new_state), made(mode));
    }
    let answer = read_with(&mut client, "x", allowing()).await;
    assert_eq!(answer.deferred, None, "it is allowed, and not wanted");
}

#[tokio::test]
async fn a_plan_that_is_put_off_shows_what_is_known_of_it() {
    let mut client = with_experiments().await;
    let config = thing("defer", &[]);
    let answer = plan_with(&mut client, &Value::Null, &config, allowing()).await;
    assert_eq!(reason(answer.deferred), Some(Reason::ResourceConfigUnknown));
    assert_eq!(summaries(&answer.diagnostics), ["Put off"], "the warning");
    let planned = received(answer.planned_state);
    assert_eq!(planned.entry("size"), &number(7), "as the author found out");
    assert!(planned.entry("id").is_unknown());

    let answer = plan_with(&mut client, &made("defer"), &Value::Null, allowing()).await;
    assert_eq!(reason(answer.deferred), Some(Reason::AbsentPrereq));
    assert_eq!(received(answer.planned_state), Value::Null);
}

#[tokio::test]
async fn errors_count_more_than_a_deferral() {
    let mut client = with_experiments().await;
    let config = thing("defer and fail", &[]);
    let answer = plan_with(&mut client, &Value::Null, &config, allowing()).await;
    assert_eq!(summaries(&answer.diagnostics), ["Refused"]);
    assert_eq!(answer.deferred, None);
}

#[tokio::test]
async fn other_things_are_put_off_as_well() {
    let mut client = with_experiments().await;
    let answer = look_up(&mut client, "defer", allowing()).await;
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    assert_eq!(reason(answer.deferred), Some(Reason::AbsentPrereq));
    let state = answer.state.expect("there is a value");
    let state = msgpack::decode(&state.msgpack, &found_type()).expect("it is found");
    assert_eq!(state.entry("name"), &Value::text("defer"));
    assert!(state.entry("size").is_unknown());

    let answer = open(&mut client, allowing()).await;
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    assert_eq!(reason(answer.deferred), Some(Reason::AbsentPrereq));

    let answer = plan_action(&mut client, 77, allowing()).await;
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    assert_eq!(reason(answer.deferred), Some(Reason::ProviderConfigUnknown));
    // Terraform takes no other reason.
    let answer = plan_action(&mut client, 78, allowing()).await;
    assert_eq!(
        summaries(&answer.diagnostics),
        ["The provider deferred an action for a reason other than its own configuration"]
    );
}

#[tokio::test]
async fn where_nothing_can_be_put_off_it_is_an_error() {
    let mut client = with_experiments().await;
    for capabilities in [None, Some(wire::ClientCapabilities::default())] {
        let read = read_with(&mut client, "defer", capabilities).await;
        assert_eq!(summaries(&read.diagnostics), [NOT_YET]);
        assert!(read.diagnostics[0].detail.contains("-target"));
        assert_eq!(
            (read.deferred, received(read.new_state)),
            (None, made("defer"))
        );
        let config = thing("defer", &[]);
        let planned = plan_with(&mut client, &Value::Null, &config, capabilities).await;
        assert_eq!(summaries(&planned.diagnostics), ["Put off", NOT_YET]);
        assert_eq!(planned.deferred, None);
        let looked_up = look_up(&mut client, "defer", capabilities).await;
        assert_eq!(summaries(&looked_up.diagnostics), [NOT_YET]);
        assert_eq!(looked_up.deferred, None);
        let opened = open(&mut client, capabilities).await;
        assert_eq!(summaries(&opened.diagnostics), [NOT_YET]);
        let action = plan_action(&mut client, 77, capabilities).await;
        assert_eq!(summaries(&action.diagnostics), [NOT_YET]);
    }
}

#[tokio::test]
async fn a_release_that_says_so_while_it_applies_takes_no_deferral() {
    let mut client = configured().await;
    let config = thing("defer", &[]);
    let planned = plan_with(&mut client, &Value::Null, &config, allowing()).await;
    assert_eq!(summaries(&planned.diagnostics), ["Put off", NOT_YET]);
    assert_eq!(planned.deferred, None);
    let looked_up = look_up(&mut client, "defer", allowing()).await;
    assert_eq!(summaries(&looked_up.diagnostics), [NOT_YET]);
    assert_eq!(looked_up.deferred, None);

    // One process may serve several versions.
    configure_by(ALPHA, &mut client, "good").await;
    let looked_up = look_up(&mut client, "defer", allowing()).await;
    assert_eq!(reason(looked_up.deferred), Some(Reason::AbsentPrereq));
    configure(&mut client, "good").await;
    let looked_up = look_up(&mut client, "defer", allowing()).await;
    assert_eq!(looked_up.deferred, None);
}

#[tokio::test]
async fn a_change_in_progress_cannot_be_put_off() {
    let mut client = with_experiments().await;
    let made = create(&mut client, &thing("defer late", &[])).await;
    assert_eq!(
        summaries(&made.diagnostics),
        ["The provider deferred a call that cannot be deferred"]
    );
}

/// A provider whose configuration has an unknown token.
async fn configured_later(
    client: &mut Client,
    config: wire::DynamicValue,
    client_capabilities: Option<wire::ClientCapabilities>,
) -> wire::configure_provider::Response {
    let request = wire::configure_provider::Request {
        terraform_version: ALPHA.to_owned(),
        config: Some(config),
        client_capabilities,
    };
    let answer = client.configure_provider(request).await;
    answer.expect("it answers").into_inner()
}

#[tokio::test]
async fn a_provider_that_waits_for_its_configuration_puts_everything_off() {
    let mut client = connected(Specimen::default()).await;
    let unknown = provider_config(Value::UNKNOWN);
    let answer = configured_later(&mut client, unknown, allowing()).await;
    assert!(answer.diagnostics.is_empty(), "nobody has configured it");
    let waits = Some(Reason::ProviderConfigUnknown);

    // The author would fail: none of these gets there.
    let answer = read_with(&mut client, "unreadable", allowing()).await;
    assert_eq!(
        (reason(answer.deferred), answer.diagnostics),
        (waits, vec![])
    );
    assert_eq!(received(answer.new_state), made("unreadable"));
    let config = thing("meddle", &[("tags", Value::UNKNOWN)]);
    let answer = plan_with(&mut client, &Value::Null, &config, allowing()).await;
    assert_eq!(
        (reason(answer.deferred), answer.diagnostics),
        (waits, vec![])
    );
    let planned = received(answer.planned_state);
    assert_eq!(planned.entry("mode"), &Value::text("meddle"));
    assert!(planned.entry("id").is_unknown() && planned.entry("tags").is_unknown());
    let answer = plan_with(&mut client, &made("x"), &Value::Null, allowing()).await;
    assert_eq!(
        (reason(answer.deferred), answer.diagnostics),
        (waits, vec![])
    );
    assert_eq!(received(answer.planned_state), Value::Null);
    let answer = look_up(&mut client, "missing", allowing()).await;
    assert_eq!(
        (reason(answer.deferred), answer.diagnostics),
        (waits, vec![])
    );
    let request = wire::import_resource_state::Request {
        type_name: TYPE.to_owned(),
        id: "t-1".to_owned(),
        client_capabilities: allowing(),
        ..Default::default()
    };
    let answer = client.import_resource_state(request).await;
    let answer = answer.expect("it answers").into_inner();
    assert_eq!(
        (reason(answer.deferred), answer.diagnostics),
        (waits, vec![])
    );
    assert!(answer.imported_resources.is_empty());
    // Terraform does not announce here that it accepts a deferral.
    let answer = open(&mut client, None).await;
    assert_eq!(
        (reason(answer.deferred), answer.diagnostics),
        (waits, vec![])
    );
    let answer = plan_action(&mut client, 78, allowing()).await;
    assert_eq!(
        (reason(answer.deferred), answer.diagnostics),
        (waits, vec![])
    );

    // What cannot wait is refused.
    for answer in [
        read_with(&mut client, "x", None).await.diagnostics,
        apply(&mut client, &Value::Null, &made("x"), &thing("x", &[]))
            .await
            .diagnostics,
    ] {
        assert_eq!(
            summaries(&answer),
            ["The provider's configuration is not known yet"]
        );
    }

    // And then it is known.
    configure_by(ALPHA, &mut client, "good").await;
    let answer = read_with(&mut client, "x", allowing()).await;
    assert_eq!((answer.deferred, answer.diagnostics), (None, vec![]));
}

#[tokio::test]
async fn a_provider_is_configured_where_it_cannot_or_does_not_want_to_wait() {
    let unknown = || provider_config(Value::UNKNOWN);
    let mut client = connected(Specimen::default()).await;
    let answer = configured_later(&mut client, unknown(), None).await;
    assert_eq!(summaries(&answer.diagnostics), ["Configured"]);
    let known = provider_config(Value::text("later"));
    let answer = configured_later(&mut client, known, allowing()).await;
    assert_eq!(
        summaries(&answer.diagnostics),
        ["Configured"],
        "nobody asks about what is known"
    );
}

#[tokio::test]
async fn blocks_whose_number_is_unknown_are_waited_for_if_the_author_waits() {
    for (token, expected) in [
        ("later", &[][..]),
        ("good", &["The provider's configuration is not known yet"]),
    ] {
        let mut client = connected(Specimen::default()).await;
        let config = provider_config_with(Value::text(token), Value::UNKNOWN);
        let answer = configured_later(&mut client, config, allowing()).await;
        assert_eq!(summaries(&answer.diagnostics), expected, "{token}");
    }
}

/// A provider whose only resource cannot be imported yet.
struct Late;

#[derive(Clone, Debug, Default, PartialEq)]
struct Guest {
    name: Attr<String>,
}

impl Model for Guest {
    fn declare(object: &mut Object<Self>) {
        object.attribute("name", |guest| &mut guest.name).required();
    }
}

impl Provider for Late {
    type Configuration = ();
    type Client = ();
    const NAME: &'static str = "late";

    async fn configure(&self, _: &mut Configure, (): ()) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.resource(Guests);
    }
}

struct Guests;

impl Resource for Guests {
    type Model = Guest;
    type Client = ();
    const TYPE: &'static str = "guest";

    async fn read(&self, _: &mut Call<()>, state: Guest) -> Result<Option<Guest>> {
        Ok(Some(state))
    }

    async fn create(
        &self,
        _: &mut Call<()>,
        change: Create<Guest>,
        state: &mut Option<Guest>,
    ) -> Result<()> {
        *state = Some(change.planned);
        Ok(())
    }

    async fn update(
        &self,
        _: &mut Call<()>,
        change: Update<Guest>,
        state: &mut Guest,
    ) -> Result<()> {
        *state = change.planned;
        Ok(())
    }

    async fn delete(&self, _: &mut Call<()>, _: &mut Guest) -> Result<()> {
        Ok(())
    }

    async fn import(&self, call: &mut Call<()>, _: &str) -> Result<Guest> {
        call.defer(Deferral::AbsentPrerequisite)
    }
}

#[tokio::test]
async fn an_import_that_is_put_off_imports_nothing_yet() {
    let mut client = configured_without_by(ALPHA, Late).await;
    for (capabilities, expected) in [
        (allowing(), (Some(Reason::AbsentPrereq), &[][..])),
        (None, (None, &[NOT_YET])),
    ] {
        let request = wire::import_resource_state::Request {
            type_name: "late_guest".to_owned(),
            id: "Ada".to_owned(),
            client_capabilities: capabilities,
            ..Default::default()
        };
        let answer = client.import_resource_state(request).await;
        let answer = answer.expect("it answers").into_inner();
        assert!(answer.imported_resources.is_empty());
        let found = (reason(answer.deferred), &summaries(&answer.diagnostics)[..]);
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_test_finds_out_what_was_put_off() {
    let mut call = Call::new(()).deferrable();
    assert!(call.can_defer());
    let returned = Guests.import(&mut call, "Ada").await;
    assert_eq!(returned, Err(crate::Diagnostics::new()));
    assert_eq!(call.deferred(), Some(Deferral::AbsentPrerequisite));
    let mut call = Call::new(());
    assert!(!call.can_defer());
    let returned = Guests.import(&mut call, "Ada").await;
    assert!(returned.is_err_and(|errors| errors.has_errors()));
    assert_eq!(call.deferred(), None);
}
