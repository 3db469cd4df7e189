//! The block `provider_meta`, in every call that has it.

use super::*;
use crate::specimen::{Found, ModuleMeta};
use crate::{Attr, Call, Model, Object, ProviderMeta, Registry};

fn block(author: Value) -> Option<wire::DynamicValue> {
    let of = Schema::of::<ModuleMeta>().value_type().clone();
    let meta = [
        ("author".to_owned(), author),
        ("since".to_owned(), number(2026)),
    ];
    let msgpack = msgpack::encode(&Value::Map(meta.into()), &of);
    Some(wire::DynamicValue {
        msgpack: msgpack.expect("it is of that type"),
        json: Vec::new(),
    })
}

/// The answer of each call that can have the block.
async fn said(provider_meta: Option<wire::DynamicValue>) -> Vec<Vec<wire::Diagnostic>> {
    let mut client = configured().await;
    let type_name = TYPE.to_owned();
    let request = wire::read_resource::Request {
        type_name: type_name.clone(),
        current_state: sent(&made("x")),
        provider_meta: provider_meta.clone(),
        ..Default::default()
    };
    let read = client.read_resource(request).await;
    let config = thing("x", &[]);
    let request = wire::plan_resource_change::Request {
        type_name: type_name.clone(),
        prior_state: sent(&Value::Null),
        proposed_new_state: sent(&config),
        config: sent(&config),
        provider_meta: provider_meta.clone(),
        ..Default::default()
    };
    let planned = client.plan_resource_change(request).await;
    let request = wire::apply_resource_change::Request {
        type_name: type_name.clone(),
        prior_state: sent(&made("x")),
        planned_state: sent(&Value::Null),
        config: sent(&Value::Null),
        provider_meta: provider_meta.clone(),
        ..Default::default()
    };
    let deleted = client.apply_resource_change(request).await;
    let deleted = deleted.expect("it answers").into_inner();
    // An object that was not deleted stays in the state.
    let failed = deleted.diagnostics.iter().any(|one| one.severity == 1);
    assert_eq!(received(deleted.new_state).is_null(), !failed);
    let of = Schema::of::<Found>().value_type().clone();
    let config = Value::Map(
        [
            ("name".to_owned(), Value::text("x")),
            ("size".to_owned(), Value::Null),
        ]
        .into(),
    );
    let request = wire::read_data_source::Request {
        type_name,
        config: Some(wire::DynamicValue {
            msgpack: msgpack::encode(&config, &of).expect("it is of that type"),
            json: Vec::new(),
        }),
        provider_meta,
        ..Default::default()
    };
    let found = client.read_data_source(request).await;
    vec![
        read.expect("it answers").into_inner().diagnostics,
        planned.expect("it answers").into_inner().diagnostics,
        deleted.diagnostics,
        found.expect("it answers").into_inner().diagnostics,
    ]
}

#[tokio::test]
async fn every_call_brings_what_the_module_says() {
    for diagnostics in said(block(Value::text("Ada"))).await {
        assert_eq!(summaries(&diagnostics), ["By Ada"]);
    }
    // From a module without the block, Terraform sends null.
    let null = wire::DynamicValue {
        msgpack: vec![0xc0],
        json: Vec::new(),
    };
    for none in [None, Some(null)] {
        for diagnostics in said(none).await {
            assert_eq!(summaries(&diagnostics), [""; 0]);
        }
    }
}

#[tokio::test]
async fn what_a_module_says_is_checked_and_the_error_names_the_block() {
    for (author, summary, detail) in [
        (
            Value::text("nobody"),
            "Invalid value in the block provider_meta: author",
            "must be somebody",
        ),
        (
            Value::Null,
            "Missing required argument in the block provider_meta: author",
            "module's provider_meta block",
        ),
    ] {
        for diagnostics in said(block(author.clone())).await {
            assert_eq!(summaries(&diagnostics), [summary]);
            assert!(
                diagnostics[0].detail.contains(detail),
                "{}",
                diagnostics[0].detail
            );
            assert_eq!(diagnostics[0].attribute, None, "it is not in the resource");
        }
    }
}

#[tokio::test]
async fn terraform_is_told_what_modules_may_say() {
    let mut client = connected(Specimen::default()).await;
    let answer = client
        .get_provider_schema(wire::get_provider_schema::Request {})
        .await
        .expect("it answers")
        .into_inner();
    let block = answer.provider_meta.and_then(|schema| schema.block);
    let attributes = block.expect("it is declared").attributes;
    let names: Vec<(&str, bool)> = attributes
        .iter()
        .map(|attribute| (&*attribute.name, attribute.required))
        .collect();
    assert_eq!(names, [("author", true), ("since", false)]);
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Wrong {
    blocks: Vec<()>,
    found: Attr<String>,
}

impl Model for Wrong {
    fn declare(object: &mut Object<Self>) {
        object.block_list("block", |wrong| &mut wrong.blocks);
        object
            .attribute("found", |wrong| &mut wrong.found)
            .computed();
    }
}

#[test]
fn what_terraform_would_refuse_is_found_at_start() {
    let mut registry = Registry::<()>::new("specimen");
    registry.provider_meta(Schema::of::<Wrong>());
    registry.provider_meta(Schema::of::<Wrong>());
    assert_eq!(
        registry.faults(),
        [
            "block provider_meta, attribute block: Terraform does not allow blocks here, only \
             attributes",
            "block provider_meta, attribute found: the provider returns no values for this \
             object, so it must not have computed attributes or defaults",
            "block provider_meta: registered twice",
        ]
    );
}

#[test]
fn another_model_than_the_declared_one_is_an_error() {
    let mut call = Call::new(());
    assert_eq!(call.provider_meta.get::<ModuleMeta>(), Ok(None));
    let meta = ModuleMeta {
        author: "Ada".into(),
        ..ModuleMeta::default()
    };
    call.provider_meta = ProviderMeta::new(meta.clone());
    assert_eq!(call.provider_meta.get::<ModuleMeta>(), Ok(Some(&meta)));
    let error = call
        .provider_meta
        .get::<Wrong>()
        .expect_err("it has another type");
    let error = error.iter().next().expect("there is one");
    assert!(
        error.summary().contains("ModuleMeta") && error.summary().contains("Wrong"),
        "{error:?}"
    );
}
