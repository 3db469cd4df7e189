//! Blocks that the provider fills in, as Terraform 1.16 allows.

use super::*;
use crate::{Attr, Call, Configure, Create, Model, Object, Registry, Resource, Result, Update};

const CRATE: &str = "store_crate";

#[derive(Clone, Debug, Default, PartialEq)]
struct Crate {
    name: Attr<String>,
    lid: Attr<Part>,
    layers: Vec<Part>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Part {
    color: Attr<String>,
}

impl Model for Part {
    fn declare(object: &mut Object<Self>) {
        object.attribute("color", |part| &mut part.color).required();
    }
}

impl Model for Crate {
    fn declare(object: &mut Object<Self>) {
        object.attribute("name", |one| &mut one.name).required();
        object.block("lid", |one| &mut one.lid).computed();
        object.block_list("layer", |one| &mut one.layers).computed();
    }
}

impl Part {
    fn red() -> Self {
        let color = "red".into();
        Self { color }
    }
}

/// Crates come with a red lid and one red layer, if nobody asks for something else.
struct Crates;

impl Resource for Crates {
    type Model = Crate;
    type Client = ();
    const TYPE: &'static str = "crate";

    async fn read(&self, _: &mut Call<()>, state: Crate) -> Result<Option<Crate>> {
        Ok(Some(state))
    }

    async fn create(
        &self,
        _: &mut Call<()>,
        change: Create<Crate>,
        state: &mut Option<Crate>,
    ) -> Result<()> {
        let Crate { name, lid, layers } = change.planned;
        *state = Some(Crate {
            name,
            lid: Attr::Known(lid.into_known().unwrap_or_else(Part::red)),
            layers: match layers.is_empty() {
                true => vec![Part::red()],
                false => layers,
            },
        });
        Ok(())
    }

    async fn update(&self, _: &mut Call<()>, _: Update<Crate>, _: &mut Crate) -> Result<()> {
        Ok(())
    }

    async fn delete(&self, _: &mut Call<()>, _: &mut Crate) -> Result<()> {
        Ok(())
    }
}

struct Store;

impl Provider for Store {
    type Configuration = ();
    type Client = ();
    const NAME: &'static str = "store";

    async fn configure(&self, _: &mut Configure, (): ()) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.resource(Crates);
    }
}

async fn store() -> Client {
    let mut client = connected_to(Store).await;
    let answer = client
        .configure_provider(wire::configure_provider::Request {
            config: Some(wire::DynamicValue {
                json: b"{}".to_vec(),
                ..Default::default()
            }),
            ..Default::default()
        })
        .await;
    let diagnostics = answer.expect("it answers").into_inner().diagnostics;
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    client
}

fn crate_type() -> Type {
    Schema::of::<Crate>().value_type().clone()
}

fn part(color: &str) -> Value {
    Value::Map([("color".to_owned(), Value::text(color))].into())
}

fn a_crate(lid: Value, layers: Value) -> Value {
    let entries = [("name", Value::text("x")), ("lid", lid), ("layer", layers)];
    Value::Map(entries.map(|(name, value)| (name.to_owned(), value)).into())
}

fn sent_crate(value: &Value) -> Option<wire::DynamicValue> {
    let msgpack = msgpack::encode(value, &crate_type()).expect("it is a crate");
    Some(wire::DynamicValue {
        msgpack,
        json: Vec::new(),
    })
}

fn received_crate(value: Option<wire::DynamicValue>) -> Value {
    let value = value.expect("there is a value");
    msgpack::decode(&value.msgpack, &crate_type()).expect("it is a crate")
}

async fn planned(client: &mut Client, prior: &Value, config: &Value) -> Value {
    let request = wire::plan_resource_change::Request {
        type_name: CRATE.to_owned(),
        prior_state: sent_crate(prior),
        proposed_new_state: sent_crate(config),
        config: sent_crate(config),
        ..Default::default()
    };
    let answer = client.plan_resource_change(request).await;
    let answer = answer.expect("it answers").into_inner();
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    received_crate(answer.planned_state)
}

async fn created(client: &mut Client, planned: &Value, config: &Value) -> Value {
    let request = wire::apply_resource_change::Request {
        type_name: CRATE.to_owned(),
        prior_state: sent_crate(&Value::Null),
        planned_state: sent_crate(planned),
        config: sent_crate(config),
        ..Default::default()
    };
    let answer = client.apply_resource_change(request).await;
    let answer = answer.expect("it answers").into_inner();
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    received_crate(answer.new_state)
}

#[tokio::test]
async fn the_schema_says_which_blocks_are_computed() {
    let mut client = connected_to(Store).await;
    let request = wire::get_provider_schema::Request {};
    let answer = client.get_provider_schema(request).await;
    let schema = answer.expect("it answers").into_inner().resource_schemas[CRATE].clone();
    let block = schema.block.expect("a schema has a block");
    assert!(!block.computed);
    let inner = block.block_types.iter();
    let computed: Vec<bool> = inner
        .map(|block| block.block.as_ref().expect("a block").computed)
        .collect();
    assert_eq!(computed, [true, true]);
}

#[tokio::test]
async fn a_client_that_does_not_know_computed_blocks_is_refused_at_each_of_them() {
    let mut client = store().await;
    for (allowed, expected) in [(true, &[][..]), (false, &["lid", "layer"])] {
        let config = a_crate(part("blue"), Value::List(Vec::new()));
        let request = wire::validate_resource_config::Request {
            type_name: CRATE.to_owned(),
            config: sent_crate(&config),
            client_capabilities: Some(wire::ClientCapabilities {
                write_only_attributes_allowed: true,
                computed_blocks_allowed: allowed,
                ..Default::default()
            }),
        };
        let answer = client.validate_resource_config(request).await;
        let diagnostics = answer.expect("it answers").into_inner().diagnostics;
        let places: Vec<_> = diagnostics.iter().filter_map(attribute).collect();
        assert_eq!(places, expected, "{diagnostics:?}");
        for refusal in &diagnostics {
            assert_eq!(
                refusal.summary,
                "Computed blocks need Terraform 1.16 or later"
            );
        }
    }
}

#[tokio::test]
async fn blocks_that_are_not_configured_are_filled_in_and_stay() {
    let none = || Value::List(Vec::new());
    for unset in [Value::Null, none()] {
        let mut client = store().await;
        let config = a_crate(Value::Null, unset);
        let plan = planned(&mut client, &Value::Null, &config).await;
        assert_eq!(plan, a_crate(Value::UNKNOWN, Value::UNKNOWN));
        let made = created(&mut client, &plan, &config).await;
        let red = a_crate(part("red"), Value::List(vec![part("red")]));
        assert_eq!(made, red);
        assert_eq!(planned(&mut client, &made, &config).await, made);
    }
}

#[tokio::test]
async fn blocks_that_are_configured_are_planned_as_they_are() {
    let mut client = store().await;
    let config = a_crate(part("blue"), Value::List(vec![part("green"), part("red")]));
    let plan = planned(&mut client, &Value::Null, &config).await;
    assert_eq!(plan, config);
    assert_eq!(created(&mut client, &plan, &config).await, config);
}
