//! Every call, by a client of the generated protocol over a connection in memory.

mod action_calls;
mod change_calls;
mod computed_block_calls;
mod configuration_calls;
mod data_source_calls;
mod declarations;
mod deferral_calls;
mod ephemeral_calls;
mod float_calls;
mod function_calls;
mod identity_calls;
mod list_calls;
mod malformed_calls;
mod migration_calls;
mod provider_calls;
mod provider_meta_calls;
mod required_calls;
mod resource_calls;
mod silent_failures;

use std::sync::Arc;

use hyper_util::rt::TokioIo;
use tonic::transport::{Endpoint, Server as Transport};

use super::{Declared, Rpc, Server};
use crate::provider::Provider;
use crate::schema::Schema;
use crate::specimen::{Configuration, Specimen, Thing};
use crate::value::{Type, Value, msgpack};
use crate::wire;
use crate::wire::provider_server::ProviderServer;

type Client = wire::provider_client::ProviderClient<tonic::transport::Channel>;

const TYPE: &str = "specimen_thing";

/// A client of an unconfigured provider.
async fn connected(specimen: Specimen) -> Client {
    connected_to(specimen).await
}

async fn connected_to(provider: impl Provider) -> Client {
    Client::new(channel_to(provider).await)
}

async fn channel_to(provider: impl Provider) -> tonic::transport::Channel {
    let server = Server::new(provider).expect("the declarations are in order");
    channel_to_declared(Ok(Arc::new(server))).await
}

async fn channel_to_declared<P: Provider>(provider: Declared<P>) -> tonic::transport::Channel {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(
        Transport::builder()
            .add_service(ProviderServer::new(Rpc(provider)))
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
    channel.expect("the server is there")
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
    configure_by("1.11.4", client, token).await
}

async fn configure_by(
    terraform_version: &str,
    client: &mut Client,
    token: &str,
) -> wire::configure_provider::Response {
    let request = wire::configure_provider::Request {
        terraform_version: terraform_version.to_owned(),
        config: Some(provider_config(Value::text(token))),
        ..Default::default()
    };
    client
        .configure_provider(request)
        .await
        .expect("it answers")
        .into_inner()
}

/// A client of a provider whose block has no attributes, configured.
async fn configured_without(provider: impl Provider<Configuration = ()>) -> Client {
    configured_without_by("1.11.4", provider).await
}

async fn configured_without_by(
    terraform_version: &str,
    provider: impl Provider<Configuration = ()>,
) -> Client {
    let mut client = connected_to(provider).await;
    let of = Type::Object(std::collections::BTreeMap::new());
    let config = msgpack::encode(&Value::map([]), &of).expect("it is of that type");
    let request = wire::configure_provider::Request {
        config: Some(wire::DynamicValue {
            msgpack: config,
            json: Vec::new(),
        }),
        terraform_version: terraform_version.to_owned(),
        ..Default::default()
    };
    let answer = client.configure_provider(request).await;
    let answer = answer.expect("it answers").into_inner();
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    client
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
