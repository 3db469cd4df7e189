//! Null where a value is required, in every kind of block.

use super::*;
use crate::schema::Model;
use crate::specimen::{Found, Pokes, Wanted};

/// The configuration of an `M`: what is not named is null.
fn config<M: Model>(entries: &[(&str, Value)]) -> Option<wire::DynamicValue> {
    let of = Schema::of::<M>().value_type().clone();
    let Type::Object(attributes) = &of else {
        panic!("a model is an object")
    };
    let value = |name: &str| {
        let entry = entries.iter().find(|(named, _)| *named == name);
        entry.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let config = attributes.keys().map(|name| (name.clone(), value(name)));
    let msgpack = msgpack::encode(&Value::Map(config.collect()), &of);
    Some(wire::DynamicValue {
        msgpack: msgpack.expect("it is of that type"),
        json: Vec::new(),
    })
}

/// One error, at that attribute.
fn refused(diagnostics: &[wire::Diagnostic], path: &[&str]) {
    assert_eq!(summaries(diagnostics), ["Missing required argument"]);
    let steps = &diagnostics[0]
        .attribute
        .as_ref()
        .expect("it has a path")
        .steps;
    let names: Vec<String> = steps
        .iter()
        .map(|step| match step.selector.as_ref() {
            Some(wire::attribute_path::step::Selector::AttributeName(name)) => name.clone(),
            Some(wire::attribute_path::step::Selector::ElementKeyInt(index)) => index.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, path);
    let last = names.last().expect("a path is not empty");
    let detail = &diagnostics[0].detail;
    assert!(
        detail.contains(&format!("`{last}` is required")),
        "{detail}"
    );
}

#[tokio::test]
async fn the_provider_block_needs_what_is_required_in_its_blocks_too() {
    let mut client = connected(Specimen::default()).await;
    let role = |name| Value::Map([("name".to_owned(), name)].into());
    let roles = |name| Value::List(vec![role(Value::text("x")), role(name)]);
    let mut validate = async |name| {
        let request = wire::validate_provider_config::Request {
            config: Some(provider_config_with(Value::text("x"), roles(name))),
        };
        let answer = client.validate_provider_config(request).await;
        answer.expect("it answers").into_inner().diagnostics
    };
    refused(&validate(Value::Null).await, &["role", "1", "name"]);
    assert!(validate(Value::UNKNOWN).await.is_empty());
}

#[tokio::test]
async fn a_resource_needs_what_is_required() {
    let mut client = connected(Specimen::default()).await;
    let mut validate = async |mode| {
        let request = wire::validate_resource_config::Request {
            type_name: TYPE.to_owned(),
            config: config::<Thing>(&[("mode", mode)]),
            ..Default::default()
        };
        let answer = client.validate_resource_config(request).await;
        answer.expect("it answers").into_inner().diagnostics
    };
    refused(&validate(Value::Null).await, &["mode"]);
    assert!(validate(Value::UNKNOWN).await.is_empty());
}

#[tokio::test]
async fn a_data_source_needs_what_is_required() {
    let mut client = connected(Specimen::default()).await;
    let mut validate = async |name| {
        let request = wire::validate_data_resource_config::Request {
            type_name: TYPE.to_owned(),
            config: config::<Found>(&[("name", name)]),
        };
        let answer = client.validate_data_resource_config(request).await;
        answer.expect("it answers").into_inner().diagnostics
    };
    refused(&validate(Value::Null).await, &["name"]);
    assert!(validate(Value::UNKNOWN).await.is_empty());
}

#[tokio::test]
async fn an_ephemeral_resource_needs_what_is_required() {
    let mut client = connected(Specimen::default()).await;
    let mut validate = async |name| {
        let request = wire::validate_ephemeral_resource_config::Request {
            type_name: "specimen_session".to_owned(),
            config: config::<Found>(&[("name", name)]),
        };
        let answer = client.validate_ephemeral_resource_config(request).await;
        answer.expect("it answers").into_inner().diagnostics
    };
    refused(&validate(Value::Null).await, &["name"]);
    assert!(validate(Value::UNKNOWN).await.is_empty());
}

#[tokio::test]
async fn a_list_needs_what_is_required() {
    let mut client = connected(Specimen::default()).await;
    let mut validate = async |count| {
        let request = wire::validate_list_resource_config::Request {
            type_name: TYPE.to_owned(),
            config: config::<Wanted>(&[("count", count)]),
            ..Default::default()
        };
        let answer = client.validate_list_resource_config(request).await;
        answer.expect("it answers").into_inner().diagnostics
    };
    refused(&validate(Value::Null).await, &["count"]);
    assert!(validate(Value::UNKNOWN).await.is_empty());
}

#[tokio::test]
async fn an_action_needs_what_is_required() {
    let mut client = connected(Specimen::default()).await;
    let mut validate = async |times| {
        let request = wire::validate_action_config::Request {
            type_name: "specimen_poke".to_owned(),
            config: config::<Pokes>(&[("times", times)]),
        };
        let answer = client.validate_action_config(request).await;
        answer.expect("it answers").into_inner().diagnostics
    };
    refused(&validate(Value::Null).await, &["times"]);
    assert!(validate(Value::UNKNOWN).await.is_empty());
}
