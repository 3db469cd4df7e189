//! Every call, by a client of the generated protocol over a connection in memory.

use std::sync::Arc;

use hyper_util::rt::TokioIo;
use tonic::Code;
use tonic::transport::{Endpoint, Server as Transport};

use super::{Rpc, Server};
use crate::private::Private;
use crate::schema::Schema;
use crate::specimen::{Configuration, Specimen, Thing};
use crate::value::{Type, Value, json, msgpack};
use crate::wire;
use crate::wire::provider_server::ProviderServer;

type Client = wire::provider_client::ProviderClient<tonic::transport::Channel>;

const TYPE: &str = "specimen_thing";

/// A client of an unconfigured provider.
async fn connected(specimen: Specimen) -> Client {
    let server = Arc::new(Server::new(specimen).expect("the specimen's declarations are in order"));
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(
        Transport::builder()
            .add_service(ProviderServer::new(Rpc(server)))
            .serve_with_incoming(tokio_stream::once(Ok::<_, std::io::Error>(theirs))),
    );
    let mut ours = Some(TokioIo::new(ours));
    let connector = tower::service_fn(move |_| {
        let ours = ours
            .take()
            .ok_or_else(|| std::io::Error::other("there is one connection"));
        async move { ours }
    });
    let channel = Endpoint::from_static("http://provider")
        .connect_with_connector(connector)
        .await;
    Client::new(channel.expect("the server is there"))
}

/// A client of a configured provider.
async fn configured() -> Client {
    configured_with(Specimen::default()).await
}

async fn configured_with(specimen: Specimen) -> Client {
    let mut client = connected(specimen).await;
    let answer = configure(&mut client, "good").await;
    assert_eq!(summaries(&answer.diagnostics), ["Configured"]);
    client
}

async fn configure(client: &mut Client, token: &str) -> wire::configure_provider::Response {
    let request = wire::configure_provider::Request {
        terraform_version: "1.11.4".to_owned(),
        config: Some(provider_config(Value::text(token))),
        ..Default::default()
    };
    client
        .configure_provider(request)
        .await
        .expect("it answers")
        .into_inner()
}

fn provider_config(token: Value) -> wire::DynamicValue {
    provider_config_with(token, Value::List(Vec::new()))
}

fn provider_config_with(token: Value, roles: Value) -> wire::DynamicValue {
    let of = Schema::of::<Configuration>().value_type().clone();
    let config = Value::Map([("token".to_owned(), token), ("role".to_owned(), roles)].into());
    wire::DynamicValue {
        msgpack: msgpack::encode(&config, &of).expect("it is of that type"),
        json: Vec::new(),
    }
}

fn thing_type() -> Type {
    Schema::of::<Thing>().value_type().clone()
}

/// A thing of that mode; attributes that are not named are null.
fn thing(mode: &str, entries: &[(&str, Value)]) -> Value {
    let mut thing = std::collections::BTreeMap::from([("mode".to_owned(), Value::text(mode))]);
    for name in ["id", "secret_wo", "size", "tags"] {
        thing.insert(name.to_owned(), Value::Null);
    }
    for (name, value) in entries {
        thing.insert((*name).to_owned(), value.clone());
    }
    Value::Map(thing)
}

/// A thing that exists.
fn made(mode: &str) -> Value {
    thing(mode, &[("id", Value::text("t-1")), ("size", number(1))])
}

fn number(number: i64) -> Value {
    Value::Number(number.into())
}

fn sent(value: &Value) -> Option<wire::DynamicValue> {
    let msgpack = msgpack::encode(value, &thing_type()).expect("it is a thing");
    Some(wire::DynamicValue {
        msgpack,
        json: Vec::new(),
    })
}

fn received(value: Option<wire::DynamicValue>) -> Value {
    let value = value.expect("there is a value");
    msgpack::decode(&value.msgpack, &thing_type()).expect("it is a thing")
}

fn summaries(diagnostics: &[wire::Diagnostic]) -> Vec<&str> {
    diagnostics
        .iter()
        .map(|diagnostic| diagnostic.summary.as_str())
        .collect()
}

/// The name of the root attribute a diagnostic is about.
fn attribute(diagnostic: &wire::Diagnostic) -> Option<&str> {
    match diagnostic
        .attribute
        .as_ref()?
        .steps
        .first()?
        .selector
        .as_ref()?
    {
        wire::attribute_path::step::Selector::AttributeName(name) => Some(name),
        _ => None,
    }
}

async fn plan(
    client: &mut Client,
    prior: &Value,
    config: &Value,
) -> wire::plan_resource_change::Response {
    let request = wire::plan_resource_change::Request {
        type_name: TYPE.to_owned(),
        prior_state: sent(prior),
        proposed_new_state: sent(config),
        config: sent(config),
        ..Default::default()
    };
    client
        .plan_resource_change(request)
        .await
        .expect("it answers")
        .into_inner()
}

async fn apply(
    client: &mut Client,
    prior: &Value,
    planned: &Value,
    config: &Value,
) -> wire::apply_resource_change::Response {
    let request = wire::apply_resource_change::Request {
        type_name: TYPE.to_owned(),
        prior_state: sent(prior),
        planned_state: sent(planned),
        config: sent(config),
        ..Default::default()
    };
    client
        .apply_resource_change(request)
        .await
        .expect("it answers")
        .into_inner()
}

/// Plans and applies a creation.
async fn create(client: &mut Client, config: &Value) -> wire::apply_resource_change::Response {
    let planned = plan(client, &Value::Null, config).await;
    assert!(planned.diagnostics.is_empty(), "{:?}", planned.diagnostics);
    apply(
        client,
        &Value::Null,
        &received(planned.planned_state),
        config,
    )
    .await
}

async fn read(client: &mut Client, state: &Value) -> wire::read_resource::Response {
    let request = wire::read_resource::Request {
        type_name: TYPE.to_owned(),
        current_state: sent(state),
        ..Default::default()
    };
    client
        .read_resource(request)
        .await
        .expect("it answers")
        .into_inner()
}

#[tokio::test]
async fn schema_and_metadata_name_the_same_types_and_capabilities() {
    let mut client = connected(Specimen::default()).await;
    let schema = client
        .get_provider_schema(wire::get_provider_schema::Request {})
        .await
        .expect("it answers");
    let schema = schema.into_inner();
    assert!(
        schema.resource_schemas.contains_key(TYPE) && schema.data_source_schemas.contains_key(TYPE)
    );
    let capabilities = schema.server_capabilities.expect("they are told");
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(!capabilities.move_resource_state && !capabilities.generate_resource_config);
    let metadata = client
        .get_metadata(wire::get_metadata::Request {})
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(metadata.server_capabilities, Some(capabilities));
    assert_eq!(metadata.resources[0].type_name, TYPE);
    assert_eq!(metadata.data_sources[0].type_name, TYPE);
    assert!(metadata.functions.is_empty());
}

#[tokio::test]
async fn what_is_not_implemented_says_so() {
    let mut client = connected(Specimen::default()).await;
    let answer = client
        .move_resource_state(wire::move_resource_state::Request::default())
        .await;
    assert_eq!(
        answer.expect_err("there is no move").code(),
        Code::Unimplemented
    );
    let answer = client
        .get_resource_identity_schemas(wire::get_resource_identity_schemas::Request {})
        .await;
    assert_eq!(
        answer.expect_err("there are no identities").code(),
        Code::Unimplemented
    );
}

#[tokio::test]
async fn the_provider_block_is_validated_unknown_values_included() {
    let mut client = connected(Specimen::default()).await;
    for (token, expected) in [
        (Value::text("x"), &[][..]),
        (Value::UNKNOWN, &[]),
        (Value::Null, &["No token"]),
        (Value::text("panic"), &["The provider crashed"]),
    ] {
        let request = wire::validate_provider_config::Request {
            config: Some(provider_config(token)),
        };
        let answer = client
            .validate_provider_config(request)
            .await
            .expect("it answers")
            .into_inner();
        assert_eq!(summaries(&answer.diagnostics), expected);
    }
}

#[tokio::test]
async fn a_failed_configuration_leaves_resources_unconfigured() {
    let mut client = connected(Specimen::default()).await;
    let answer = configure(&mut client, "wrong").await;
    assert_eq!(attribute(&answer.diagnostics[0]), Some("token"));
    let answer = read(&mut client, &made("x")).await;
    assert_eq!(
        summaries(&answer.diagnostics),
        ["The provider is not configured"]
    );
    // The process may be configured again, as in debug mode.
    configure(&mut client, "good").await;
    assert!(read(&mut client, &made("x")).await.diagnostics.is_empty());
}

#[tokio::test]
async fn an_unknown_number_of_blocks_does_not_configure() {
    let mut client = connected(Specimen::default()).await;
    let request = wire::configure_provider::Request {
        config: Some(provider_config_with(Value::text("good"), Value::UNKNOWN)),
        ..Default::default()
    };
    let answer = client
        .configure_provider(request)
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(attribute(&answer.diagnostics[0]), Some("role"));
    let answer = read(&mut client, &made("x")).await;
    assert_eq!(
        summaries(&answer.diagnostics),
        ["The provider is not configured"]
    );
}

#[tokio::test]
async fn a_resource_block_is_validated() {
    let mut client = connected(Specimen::default()).await;
    let mut request = wire::validate_resource_config::Request {
        type_name: TYPE.to_owned(),
        config: sent(&thing("invalid", &[("secret_wo", Value::text("s"))])),
        client_capabilities: None,
    };
    let answer = client
        .validate_resource_config(request.clone())
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(
        summaries(&answer.diagnostics),
        [
            "Invalid mode",
            "Write-only attributes need Terraform 1.11 or later"
        ]
    );
    assert_eq!(attribute(&answer.diagnostics[1]), Some("secret_wo"));
    request.client_capabilities = Some(wire::ClientCapabilities {
        write_only_attributes_allowed: true,
        ..Default::default()
    });
    let answer = client
        .validate_resource_config(request)
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(summaries(&answer.diagnostics), ["Invalid mode"]);
}

#[tokio::test]
async fn a_null_element_is_refused_at_its_place() {
    let mut client = connected(Specimen::default()).await;
    let tags = Value::List(vec![Value::text("a"), Value::Null]);
    let request = wire::validate_resource_config::Request {
        type_name: TYPE.to_owned(),
        config: sent(&thing("x", &[("tags", tags)])),
        client_capabilities: None,
    };
    let answer = client
        .validate_resource_config(request)
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(
        answer.diagnostics[0].detail,
        "An element must not be null.\n\nAttribute: tags[1]"
    );
    let steps = &answer.diagnostics[0]
        .attribute
        .as_ref()
        .expect("it has a path")
        .steps;
    assert_eq!(steps.len(), 2, "tags[1]: {steps:?}");
}

#[tokio::test]
async fn state_of_this_and_older_versions_is_read_newer_is_refused() {
    let mut client = connected(Specimen::default()).await;
    let state =
        br#"{"id":"t-1","mode":"x","tags":null,"removed_attribute":[1],"secret_wo":"leaked"}"#;
    for (version, raw, expected) in [
        (2, &state[..], &[][..]),
        (1, state, &[]),
        (
            3,
            state,
            &["The state was written by a newer version of the provider"],
        ),
        (
            2,
            b"",
            &["The state has a form that this provider cannot read"],
        ),
        (2, b"{", &["The state does not fit the provider's schema"]),
    ] {
        let request = wire::upgrade_resource_state::Request {
            type_name: TYPE.to_owned(),
            version,
            raw_state: Some(wire::RawState {
                json: raw.to_vec(),
                ..Default::default()
            }),
        };
        let answer = client
            .upgrade_resource_state(request)
            .await
            .expect("it answers")
            .into_inner();
        assert_eq!(
            summaries(&answer.diagnostics),
            expected,
            "version {version}"
        );
        if expected.is_empty() {
            assert_eq!(
                received(answer.upgraded_state),
                thing("x", &[("id", Value::text("t-1"))])
            );
        }
    }
}

#[tokio::test]
async fn reading_finds_drift_and_loss_and_keeps_secrets_out() {
    let mut client = configured().await;
    let answer = read(&mut client, &made("x")).await;
    assert_eq!(
        received(answer.new_state),
        made("x"),
        "the write-only value is not there"
    );
    let remembered = Private::from_bytes(&answer.private);
    assert_eq!(
        remembered.get("reads"),
        Some(1),
        "what the resource remembers goes along"
    );
    let answer = read(&mut client, &made("drift")).await;
    assert_eq!(received(answer.new_state).entry("size"), &number(99));
    let answer = read(&mut client, &made("gone")).await;
    assert_eq!(received(answer.new_state), Value::Null);
    assert!(answer.diagnostics.is_empty());
    let answer = read(&mut client, &made("unreadable")).await;
    assert_eq!(
        received(answer.new_state),
        made("unreadable"),
        "a failed read loses nothing"
    );
    assert_eq!(summaries(&answer.diagnostics), ["Unreadable"]);
}

#[tokio::test]
async fn what_a_resource_remembers_goes_from_call_to_call() {
    let mut client = configured().await;
    let mut private = Private::default();
    private.set("reads", &41);
    let request = wire::read_resource::Request {
        type_name: TYPE.to_owned(),
        current_state: sent(&made("x")),
        private: private.to_bytes(),
        ..Default::default()
    };
    let answer = client
        .read_resource(request)
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(Private::from_bytes(&answer.private).get("reads"), Some(42));
    let request = wire::plan_resource_change::Request {
        type_name: TYPE.to_owned(),
        prior_state: sent(&made("x")),
        proposed_new_state: sent(&thing("y", &[])),
        config: sent(&thing("y", &[])),
        prior_private: answer.private.clone(),
        ..Default::default()
    };
    let planned = client
        .plan_resource_change(request)
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(planned.planned_private, answer.private);
}

#[tokio::test]
async fn a_plan_is_made_checked_and_free_of_secrets() {
    let mut client = configured().await;
    let config = thing("x", &[("secret_wo", Value::text("s"))]);
    let answer = plan(&mut client, &Value::Null, &config).await;
    let expected = thing("x", &[("id", Value::UNKNOWN), ("size", Value::UNKNOWN)]);
    assert_eq!(received(answer.planned_state), expected);
    let answer = plan(&mut client, &Value::Null, &thing("meddle", &[])).await;
    assert_eq!(
        summaries(&answer.diagnostics),
        ["The provider planned something else than was configured"]
    );
    assert_eq!(attribute(&answer.diagnostics[0]), Some("mode"));
    let answer = plan(&mut client, &made("x"), &thing("replace", &[])).await;
    assert_eq!(answer.requires_replace.len(), 1);
    let answer = plan(&mut client, &Value::Null, &thing("replace", &[])).await;
    assert!(
        answer.requires_replace.is_empty(),
        "nothing to replace on creation"
    );
}

#[tokio::test]
async fn a_partly_known_list_is_planned_as_it_was_configured() {
    let mut client = configured().await;
    let config = thing(
        "x",
        &[("tags", Value::List(vec![Value::text("a"), Value::UNKNOWN]))],
    );
    let answer = plan(&mut client, &Value::Null, &config).await;
    assert_eq!(
        received(answer.planned_state).entry("tags"),
        config.entry("tags")
    );
}

#[tokio::test]
async fn planning_a_destruction_warns() {
    let mut client = configured().await;
    let answer = plan(&mut client, &made("x"), &Value::Null).await;
    assert_eq!(summaries(&answer.diagnostics), ["Gone for good"]);
    assert_eq!(received(answer.planned_state), Value::Null);
}

#[tokio::test]
async fn a_creation_is_applied() {
    let mut client = configured().await;
    let answer = create(&mut client, &thing("x", &[("secret_wo", Value::text("s"))])).await;
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    assert_eq!(received(answer.new_state), made("x"));
}

#[tokio::test]
async fn a_failed_creation_returns_what_exists() {
    let mut client = configured().await;
    for (mode, summary, state) in [
        ("fail early", "Refused", Value::Null),
        (
            "fail late",
            "Half done",
            thing("fail late", &[("id", Value::text("t-1"))]),
        ),
        (
            "panic",
            "The provider crashed",
            thing("panic", &[("id", Value::text("t-1"))]),
        ),
        (
            "unknown",
            "The provider left a value unknown after apply",
            thing("unknown", &[("id", Value::text("t-1"))]),
        ),
        (
            "nothing",
            "The provider reported success without a state",
            Value::Null,
        ),
    ] {
        let answer = create(&mut client, &thing(mode, &[])).await;
        assert_eq!(summaries(&answer.diagnostics), [summary]);
        assert_eq!(received(answer.new_state), state, "{mode}");
    }
}

#[tokio::test]
async fn an_apply_that_contradicts_its_plan_is_refused() {
    let mut client = configured().await;
    let answer = create(&mut client, &thing("lie", &[])).await;
    assert_eq!(
        summaries(&answer.diagnostics),
        ["The provider made something else than it had planned"]
    );
    assert_eq!(attribute(&answer.diagnostics[0]), Some("tags"));
}

#[tokio::test]
async fn an_update_is_applied_or_leaves_the_prior_state() {
    let mut client = configured().await;
    let config = thing("y", &[]);
    let planned = received(plan(&mut client, &made("x"), &config).await.planned_state);
    assert_eq!(planned.entry("id"), &Value::text("t-1"), "kept");
    assert_eq!(planned.entry("size"), &Value::UNKNOWN, "not kept");
    let answer = apply(&mut client, &made("x"), &planned, &config).await;
    assert_eq!(received(answer.new_state).entry("size"), &number(2));
    let config = thing("fail", &[]);
    let planned = received(plan(&mut client, &made("x"), &config).await.planned_state);
    let answer = apply(&mut client, &made("x"), &planned, &config).await;
    assert_eq!(summaries(&answer.diagnostics), ["Update refused"]);
    assert_eq!(received(answer.new_state), made("x"));
}

#[tokio::test]
async fn a_deletion_leaves_nothing_or_what_is_left() {
    let mut client = configured().await;
    let answer = apply(&mut client, &made("x"), &Value::Null, &Value::Null).await;
    assert_eq!(received(answer.new_state), Value::Null);
    let answer = apply(&mut client, &made("stuck"), &Value::Null, &Value::Null).await;
    assert_eq!(summaries(&answer.diagnostics), ["Half gone"]);
    assert_eq!(received(answer.new_state).entry("size"), &number(0));
}

#[tokio::test]
async fn import_is_refused_where_it_is_not_written() {
    let mut client = configured().await;
    let request = wire::import_resource_state::Request {
        type_name: TYPE.to_owned(),
        id: "t-1".to_owned(),
        ..Default::default()
    };
    let answer = client
        .import_resource_state(request)
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(summaries(&answer.diagnostics), ["Import is not supported"]);
    assert!(answer.imported_resources.is_empty());
}

#[tokio::test]
async fn a_data_source_is_read_and_may_not_change_its_configuration() {
    let mut client = configured().await;
    let of = Type::Object(
        [
            ("name".to_owned(), Type::String),
            ("size".to_owned(), Type::Number),
        ]
        .into(),
    );
    for (name, expected) in [
        ("x", &[][..]),
        ("missing", &["Not found"]),
        (
            "meddle",
            &["The provider changed the configuration of a data source"],
        ),
    ] {
        let config = Value::Map(
            [
                ("name".to_owned(), Value::text(name)),
                ("size".to_owned(), Value::Null),
            ]
            .into(),
        );
        // JSON is as good as MessagePack on the way in.
        let json = json::encode(&config, &of)
            .expect("it is of that type")
            .into_bytes();
        let config = Some(wire::DynamicValue {
            msgpack: Vec::new(),
            json,
        });
        let validation = wire::validate_data_resource_config::Request {
            type_name: TYPE.to_owned(),
            config: config.clone(),
        };
        let answer = client
            .validate_data_resource_config(validation)
            .await
            .expect("it answers")
            .into_inner();
        assert!(answer.diagnostics.is_empty());
        let request = wire::read_data_source::Request {
            type_name: TYPE.to_owned(),
            config,
            ..Default::default()
        };
        let answer = client
            .read_data_source(request)
            .await
            .expect("it answers")
            .into_inner();
        assert_eq!(summaries(&answer.diagnostics), expected);
        if expected.is_empty() {
            let found = msgpack::decode(&answer.state.expect("there is a value").msgpack, &of)
                .expect("it is found");
            assert_eq!(found.entry("size"), &number(5));
        }
    }
}

#[tokio::test]
async fn stopping_ends_the_calls_in_progress_and_no_later_ones() {
    let specimen = Specimen::default();
    let waiting = Arc::clone(&specimen.waiting);
    let mut client = configured_with(specimen).await;
    let config = thing("wait", &[]);
    let planned = received(plan(&mut client, &Value::Null, &config).await.planned_state);
    let mut other = client.clone();
    let applying =
        tokio::spawn(async move { apply(&mut other, &Value::Null, &planned, &config).await });
    waiting.notified().await;
    client
        .stop_provider(wire::stop_provider::Request {})
        .await
        .expect("it answers at once");
    let answer = applying.await.expect("it ends");
    assert_eq!(summaries(&answer.diagnostics), ["Stopped"]);
    assert_eq!(
        received(answer.new_state).entry("id"),
        &Value::text("t-1"),
        "and nothing is orphaned"
    );
    assert!(
        create(&mut client, &thing("x", &[]))
            .await
            .diagnostics
            .is_empty()
    );
}

#[tokio::test]
async fn malformed_requests_get_a_diagnostic() {
    let mut client = configured().await;
    let request = wire::read_resource::Request {
        type_name: "specimen_other".to_owned(),
        ..Default::default()
    };
    let answer = client
        .read_resource(request)
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(summaries(&answer.diagnostics), ["Unknown resource"]);
    let garbage = wire::DynamicValue {
        msgpack: vec![0xc1, 0xff],
        json: Vec::new(),
    };
    let request = wire::plan_resource_change::Request {
        type_name: TYPE.to_owned(),
        config: Some(garbage),
        ..Default::default()
    };
    let answer = client
        .plan_resource_change(request)
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(
        summaries(&answer.diagnostics),
        ["Terraform sent a value that the provider cannot read"]
    );
}

#[test]
fn faulty_declarations_do_not_start() {
    use crate::{Attr, Configure, Model, Object, Provider, Registry, Result, ServeError};

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Faulty {
        token: Attr<String>,
    }
    impl Model for Faulty {
        fn declare(object: &mut Object<Self>) {
            object.attribute("alias", |faulty| &mut faulty.token);
        }
    }
    impl Provider for Faulty {
        type Configuration = Self;
        type Client = ();
        const NAME: &'static str = "faulty";
        fn schema(&self) -> Schema<Self> {
            Schema::of::<Self>()
        }
        async fn configure(&self, _: &mut Configure, _: Self) -> Result<()> {
            Ok(())
        }
        fn register(&self, _: &mut Registry<()>) {}
    }
    let Err(ServeError::Declarations(faults)) = Server::new(Faulty::default()) else {
        panic!("the declarations are faulty");
    };
    assert_eq!(faults.len(), 2, "reserved, and without a mark: {faults:?}");
}
