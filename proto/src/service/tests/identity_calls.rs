//! Identities: their schema, and their way through the calls.

use super::*;
use crate::specimen::ThingIdentity;

fn identity_type() -> Type {
    Schema::of::<ThingIdentity>().value_type().clone()
}

fn identity(id: &str, tags: Value) -> Value {
    Value::Map(
        [
            ("id".to_owned(), Value::text(id)),
            ("tags".to_owned(), tags),
        ]
        .into(),
    )
}

fn tags() -> Value {
    Value::List(vec![Value::text("a")])
}

fn tagged() -> Value {
    thing(
        "x",
        &[
            ("id", Value::text("t-1")),
            ("tags", tags()),
            ("size", number(1)),
        ],
    )
}

fn sent_identity(identity: &Value) -> Option<wire::ResourceIdentityData> {
    let msgpack = msgpack::encode(identity, &identity_type()).expect("it is an identity");
    Some(wire::ResourceIdentityData {
        identity_data: Some(wire::DynamicValue {
            msgpack,
            json: Vec::new(),
        }),
    })
}

fn received_identity(identity: Option<wire::ResourceIdentityData>) -> Option<Value> {
    let data = identity?.identity_data.expect("an identity has data");
    Some(msgpack::decode(&data.msgpack, &identity_type()).expect("it is an identity"))
}

#[tokio::test]
async fn the_schema_says_what_an_import_names() {
    let mut client = connected(Specimen::default()).await;
    let answer = client
        .get_resource_identity_schemas(wire::get_resource_identity_schemas::Request {})
        .await
        .expect("it answers")
        .into_inner();
    let schema = &answer.identity_schemas[TYPE];
    assert_eq!(schema.version, 1);
    let [id, tags] = &schema.identity_attributes[..] else {
        panic!("there are two: {schema:?}");
    };
    assert!(id.required_for_import && !id.optional_for_import);
    assert_eq!((&*id.name, &*id.description), ("id", "Its id."));
    assert!(!tags.required_for_import && tags.optional_for_import);
    assert_eq!(tags.r#type, br#"["list","string"]"#);
}

#[tokio::test]
async fn identities_of_older_versions_are_rewritten() {
    for (version, raw, expected) in [
        (0, &br#""t-1""#[..], Ok("t-1")),
        (1, br#"{"id":"t-1"}"#, Ok("t-1")),
        (
            2,
            br#"{}"#,
            Err("The identity was written by a newer version of the provider"),
        ),
        (0, br#"{}"#, Err("The old state cannot be read")),
    ] {
        let mut client = connected(Specimen::default()).await;
        let request = wire::upgrade_resource_identity::Request {
            type_name: TYPE.to_owned(),
            version,
            raw_identity: Some(wire::RawState {
                json: raw.to_vec(),
                ..Default::default()
            }),
        };
        let answer = client
            .upgrade_resource_identity(request)
            .await
            .expect("it answers")
            .into_inner();
        match expected {
            Ok(id) => assert_eq!(
                received_identity(answer.upgraded_identity),
                Some(identity(id, Value::Null))
            ),
            Err(summary) => assert_eq!(summaries(&answer.diagnostics), [summary]),
        }
    }
}

#[tokio::test]
async fn an_identity_appears_as_soon_as_it_is_known() {
    let mut client = configured().await;
    let config = thing("x", &[("tags", tags())]);
    let planned = plan(&mut client, &Value::Null, &config).await;
    assert_eq!(
        received_identity(planned.planned_identity),
        None,
        "the id is not known yet"
    );
    let made = create(&mut client, &config).await;
    assert_eq!(
        received_identity(made.new_identity),
        Some(identity("t-1", tags()))
    );
    let mut client = configured().await;
    let answer = client
        .move_resource_state(wire::move_resource_state::Request {
            source_type_name: "specimen_old".to_owned(),
            source_state: Some(wire::RawState {
                json: br#"{"kind":"x"}"#.to_vec(),
                ..Default::default()
            }),
            target_type_name: TYPE.to_owned(),
            ..Default::default()
        })
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(
        received_identity(answer.target_identity),
        Some(identity("t-1", Value::Null))
    );
}

#[tokio::test]
async fn reading_completes_an_identity_and_never_changes_it() {
    for (before, expected) in [
        (None, Ok(())),
        (Some(identity("t-1", Value::Null)), Ok(())),
        (Some(identity("t-1", tags())), Ok(())),
        (
            Some(identity("t-2", tags())),
            Err("The provider changed the identity of an existing object: id"),
        ),
    ] {
        let mut client = configured().await;
        let request = wire::read_resource::Request {
            type_name: TYPE.to_owned(),
            current_state: sent(&tagged()),
            current_identity: before.as_ref().and_then(sent_identity),
            ..Default::default()
        };
        let answer = client
            .read_resource(request)
            .await
            .expect("it answers")
            .into_inner();
        assert_eq!(
            received(answer.new_state),
            tagged(),
            "the state counts anyway"
        );
        match expected {
            Ok(()) => assert_eq!(
                received_identity(answer.new_identity),
                Some(identity("t-1", tags()))
            ),
            Err(summary) => assert_eq!(summaries(&answer.diagnostics), [summary]),
        }
    }
}

#[tokio::test]
async fn an_update_keeps_the_identity_and_a_replacement_does_not() {
    let replaced = Value::List(vec![Value::text("b")]);
    for (mode, tags_after, expected) in [
        ("y", tags(), &[][..]),
        (
            "y",
            replaced.clone(),
            &["The provider changed the identity of an existing object: tags"],
        ),
        ("replace", replaced, &[]),
    ] {
        let mut client = configured().await;
        let config = thing(mode, &[("tags", tags_after.clone())]);
        let request = wire::plan_resource_change::Request {
            type_name: TYPE.to_owned(),
            prior_state: sent(&tagged()),
            proposed_new_state: sent(&config),
            config: sent(&config),
            prior_identity: sent_identity(&identity("t-1", tags())),
            ..Default::default()
        };
        let answer = client
            .plan_resource_change(request)
            .await
            .expect("it answers")
            .into_inner();
        assert_eq!(summaries(&answer.diagnostics), expected);
        if expected.is_empty() {
            assert_eq!(
                received_identity(answer.planned_identity),
                Some(identity("t-1", tags_after))
            );
        }
    }
}

#[tokio::test]
async fn an_identity_is_imported_and_ends_with_its_object() {
    let mut client = configured().await;
    let import = |id: &str| wire::import_resource_state::Request {
        type_name: TYPE.to_owned(),
        identity: sent_identity(&identity(id, tags())),
        ..Default::default()
    };
    let answer = client
        .import_resource_state(import("t-1"))
        .await
        .expect("it answers")
        .into_inner();
    let [imported] = &answer.imported_resources[..] else {
        panic!("one thing is imported: {answer:?}");
    };
    let state = received(imported.state.clone());
    assert_eq!(state.entry("id"), &Value::text("t-1"));
    assert_eq!(state.entry("secret_wo"), &Value::Null);
    assert_eq!(
        received_identity(imported.identity.clone()),
        Some(identity("t-1", tags())),
        "as it was named, until it is read"
    );
    let answer = client
        .import_resource_state(import("nonsense"))
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(summaries(&answer.diagnostics), ["No such id"]);

    let request = wire::apply_resource_change::Request {
        type_name: TYPE.to_owned(),
        prior_state: sent(&tagged()),
        planned_state: sent(&Value::Null),
        config: sent(&Value::Null),
        planned_identity: sent_identity(&identity("t-1", tags())),
        ..Default::default()
    };
    let answer = client
        .apply_resource_change(request)
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(
        (answer.new_identity, answer.diagnostics),
        (None, Vec::new())
    );
}

/// Terraform 1.16.5 and later send none while they delete.
#[tokio::test]
async fn an_object_is_destroyed_without_its_identity() {
    let null = msgpack::encode(&Value::Null, &identity_type()).expect("null is of every type");
    let of = |identity_data| Some(wire::ResourceIdentityData { identity_data });
    for none in [
        None,
        of(None),
        of(Some(wire::DynamicValue::default())),
        of(Some(wire::DynamicValue {
            msgpack: null,
            json: Vec::new(),
        })),
    ] {
        let mut client = configured().await;
        let request = wire::plan_resource_change::Request {
            type_name: TYPE.to_owned(),
            prior_state: sent(&tagged()),
            proposed_new_state: sent(&Value::Null),
            config: sent(&Value::Null),
            prior_identity: none.clone(),
            ..Default::default()
        };
        let answer = client.plan_resource_change(request).await;
        let answer = answer.expect("it answers").into_inner();
        assert_eq!(summaries(&answer.diagnostics), ["Gone for good"]);
        assert_eq!(answer.planned_identity, None);

        for (mode, left) in [("x", Value::Null), ("stuck", identity("t-1", tags()))] {
            let mut prior = tagged();
            if let Value::Map(entries) = &mut prior {
                entries.insert("mode".to_owned(), Value::text(mode));
            }
            let request = wire::apply_resource_change::Request {
                type_name: TYPE.to_owned(),
                prior_state: sent(&prior),
                planned_state: sent(&Value::Null),
                config: sent(&Value::Null),
                planned_identity: none.clone(),
                ..Default::default()
            };
            let answer = client.apply_resource_change(request).await;
            let answer = answer.expect("it answers").into_inner();
            let new_identity = received_identity(answer.new_identity).unwrap_or_default();
            assert_eq!(new_identity, left, "{:?}", answer.diagnostics);
        }
    }
}
