//! The calls about the provider itself, and requests that make no sense.

use super::*;
use crate::{Configure, Model, Object, Registry};

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
    assert!(capabilities.move_resource_state && capabilities.generate_resource_config);
    let metadata = client
        .get_metadata(wire::get_metadata::Request {})
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(metadata.server_capabilities, Some(capabilities));
    assert_eq!(metadata.resources[0].type_name, TYPE);
    assert_eq!(metadata.data_sources[0].type_name, TYPE);
    assert_eq!(metadata.functions[0].name, "repeat");
    assert_eq!(
        metadata.ephemeral_resources[0].type_name,
        "specimen_session"
    );
    assert!(
        schema
            .ephemeral_resource_schemas
            .contains_key("specimen_session")
    );
    assert_eq!(metadata.list_resources[0].type_name, TYPE);
    assert!(schema.list_resource_schemas.contains_key(TYPE));
    assert_eq!(metadata.actions[0].type_name, "specimen_poke");
    assert!(schema.action_schemas.contains_key("specimen_poke"));
    let functions = client
        .get_functions(wire::get_functions::Request {})
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(functions.functions, schema.functions);
}

/// A provider that offers nothing.
#[derive(Clone, Debug, Default, PartialEq)]
struct Bare;

impl Model for Bare {
    fn declare(_: &mut Object<Self>) {}
}

impl Provider for Bare {
    type Configuration = Self;
    type Client = ();
    const NAME: &'static str = "bare";

    fn schema(&self) -> Schema<Self> {
        Schema::of::<Self>()
    }

    async fn configure(&self, _: &mut Configure, _: Self) -> crate::Result<()> {
        Ok(())
    }

    fn register(&self, _: &mut Registry<()>) {}
}

#[tokio::test]
async fn what_a_provider_does_not_have_is_neither_advertised_nor_half_answered() {
    let mut client = connected_to(Bare).await;
    let metadata = client
        .get_metadata(wire::get_metadata::Request {})
        .await
        .expect("it answers")
        .into_inner();
    let capabilities = wire::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        ..Default::default()
    };
    let nothing = wire::get_metadata::Response {
        server_capabilities: Some(capabilities),
        ..Default::default()
    };
    assert_eq!(metadata, nothing);
    let identities = client
        .get_resource_identity_schemas(wire::get_resource_identity_schemas::Request {})
        .await
        .expect("it answers")
        .into_inner();
    assert!(identities.identity_schemas.is_empty());
    let answer = client
        .move_resource_state(wire::move_resource_state::Request::default())
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(summaries(&answer.diagnostics), ["Unknown resource"]);
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
fn only_a_resource_with_an_identity_can_be_listed() {
    use crate::specimen::ThingsList;

    let mut registry = Registry::<Specimen>::new("specimen");
    registry.list_resource(ThingsList);
    registry.list_resource(ThingsList);
    assert_eq!(
        registry.faults(),
        [
            "list resource specimen_thing: there is no such resource",
            "list resource specimen_thing: registered twice"
        ]
    );
}
