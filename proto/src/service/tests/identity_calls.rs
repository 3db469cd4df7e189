//! Identities: their schema, and how the calls pass them on.

use super::*;
use crate::specimen::ThingIdentity;
use crate::{
    Attr, Call, Configure, Create, Identified, Identity, Model, Object, Registry, Resource, Result,
    Update,
};

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
            Err(summary) => {
                assert_eq!(summaries(&answer.diagnostics), [summary]);
                let detail = &answer.diagnostics[0].detail;
                assert!(
                    detail.starts_with("`id` was \"t-2\" and is now \"t-1\"."),
                    "{detail}"
                );
            }
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

/// A provider of things that can be renamed.
struct Renaming;

#[derive(Clone, Debug, Default, PartialEq)]
struct Named {
    name: Attr<String>,
    labels: Attr<Vec<String>>,
}

impl Model for Named {
    fn declare(object: &mut Object<Self>) {
        object.attribute("name", |named| &mut named.name).required();
        object
            .attribute("labels", |named| &mut named.labels)
            .optional();
    }
}

impl Identity<Named> for Named {
    fn of(state: &Named) -> Self {
        state.clone()
    }

    fn import(self) -> Result<Named> {
        Ok(self)
    }
}

impl Provider for Renaming {
    type Configuration = ();
    type Client = ();
    const NAME: &'static str = "renaming";

    async fn configure(&self, _: &mut Configure, (): ()) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.resource(Things::<true>);
        registry.resource(Things::<false>);
    }
}

struct Things<const MUTABLE: bool>;

impl<const MUTABLE: bool> Resource for Things<MUTABLE> {
    type Model = Named;
    type Client = ();
    const TYPE: &'static str = if MUTABLE { "mutable" } else { "fixed" };

    fn identity(&self) -> Option<Identified<Named>> {
        let identified = Identified::by::<Named>();
        Some(if MUTABLE {
            identified.mutable()
        } else {
            identified
        })
    }

    async fn read(&self, _: &mut Call<()>, state: Named) -> Result<Option<Named>> {
        Ok(Some(Named {
            name: "renamed".into(),
            ..state
        }))
    }

    async fn create(
        &self,
        _: &mut Call<()>,
        change: Create<Named>,
        state: &mut Option<Named>,
    ) -> Result<()> {
        *state = Some(change.planned);
        Ok(())
    }

    async fn update(
        &self,
        _: &mut Call<()>,
        change: Update<Named>,
        state: &mut Named,
    ) -> Result<()> {
        *state = change.planned;
        Ok(())
    }

    async fn delete(&self, _: &mut Call<()>, _: &mut Named) -> Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn only_a_mutable_identity_changes_and_an_error_names_what_did() {
    let of = Schema::of::<Named>().value_type().clone();
    let encoded = |name: &str, label: &str| {
        let labels = Value::List(vec![Value::text(label)]);
        let named = [
            ("name".to_owned(), Value::text(name)),
            ("labels".to_owned(), labels),
        ];
        Some(wire::DynamicValue {
            msgpack: msgpack::encode(&Value::Map(named.into()), &of).expect("it has a name"),
            json: Vec::new(),
        })
    };
    let identity = |name, label| {
        let identity_data = encoded(name, label);
        Some(wire::ResourceIdentityData { identity_data })
    };
    let refused = "The provider changed the identity of an existing object: ";
    let mut client = configured_without(Renaming).await;
    for type_name in ["renaming_mutable", "renaming_fixed"] {
        let is_mutable = type_name.ends_with("mutable");
        let request = wire::read_resource::Request {
            type_name: type_name.to_owned(),
            current_state: encoded("a", "x"),
            current_identity: identity("a", "x"),
            ..Default::default()
        };
        let read = client.read_resource(request).await.expect("it answers");
        let request = wire::plan_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: encoded("a", "x"),
            proposed_new_state: encoded("renamed", "y"),
            config: encoded("renamed", "y"),
            prior_identity: identity("a", "x"),
            ..Default::default()
        };
        let planned = client.plan_resource_change(request).await;
        let request = wire::apply_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: encoded("a", "x"),
            planned_state: encoded("renamed", "y"),
            config: encoded("renamed", "y"),
            planned_identity: identity("a", "x"),
            ..Default::default()
        };
        let applied = client.apply_resource_change(request).await;
        let (read, planned, applied) = (
            read.into_inner(),
            planned.expect("it answers").into_inner(),
            applied.expect("it answers").into_inner(),
        );
        if is_mutable {
            assert_eq!(read.new_identity, identity("renamed", "x"));
            assert_eq!(planned.planned_identity, identity("renamed", "y"));
            assert_eq!(applied.new_identity, identity("renamed", "y"));
            let said = [read.diagnostics, planned.diagnostics, applied.diagnostics];
            assert!(said.iter().all(Vec::is_empty), "{said:?}");
            continue;
        }
        assert_eq!(
            summaries(&read.diagnostics),
            [format!("{refused}name").as_str()]
        );
        for diagnostics in [planned.diagnostics, applied.diagnostics] {
            assert_eq!(
                summaries(&diagnostics),
                [format!("{refused}labels"), format!("{refused}name")]
            );
            assert!(
                diagnostics[0]
                    .detail
                    .starts_with("`labels` was [\"x\"] and is now [\"y\"]."),
                "{diagnostics:?}"
            );
        }
    }
}
