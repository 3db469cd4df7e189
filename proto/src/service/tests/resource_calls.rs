//! Validation, reading and import of resources.

use super::*;
use crate::private::Private;

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
            "Write-only attributes need Terraform or OpenTofu 1.11 or later"
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
    assert_eq!(
        summaries(&answer.diagnostics),
        ["Import by id is not supported"]
    );
    assert!(answer.imported_resources.is_empty());
}

#[tokio::test]
async fn a_state_with_an_unreadable_value_can_still_be_read_and_destroyed() {
    let mut client = configured().await;
    let half = Value::Number("1.5".parse().expect("a number"));
    let state = thing("x", &[("id", Value::text("t-1")), ("size", half)]);
    let answer = read(&mut client, &state).await;
    assert_eq!(
        summaries(&answer.diagnostics),
        ["The value of size in the state cannot be read"]
    );
    assert_eq!(attribute(&answer.diagnostics[0]), None);
    assert_eq!(
        answer.diagnostics[0].severity(),
        wire::diagnostic::Severity::Warning
    );
    assert_eq!(
        received(answer.new_state),
        state,
        "what nobody has touched is not lost"
    );
    let planned = plan(&mut client, &state, &Value::Null).await;
    assert!(received(planned.planned_state).is_null());
    let answer = apply(&mut client, &state, &Value::Null, &Value::Null).await;
    assert!(received(answer.new_state).is_null());
    assert_eq!(
        summaries(&answer.diagnostics),
        ["The value of size in the state cannot be read"]
    );
}

#[tokio::test]
async fn an_unreadable_value_in_the_state_is_planned_again() {
    let mut client = configured().await;
    let half = Value::Number("1.5".parse().expect("a number"));
    let prior = thing("x", &[("id", Value::text("t-1")), ("size", half)]);
    let config = thing("y", &[]);
    let planned = plan(&mut client, &prior, &config).await;
    assert_eq!(
        summaries(&planned.diagnostics),
        ["The value of size in the state cannot be read"]
    );
    let planned = received(planned.planned_state);
    assert_eq!(planned.entry("size"), &Value::UNKNOWN);
    let answer = apply(&mut client, &prior, &planned, &config).await;
    assert_eq!(received(answer.new_state).entry("size"), &number(2));
}
