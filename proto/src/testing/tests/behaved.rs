//! A provider that does nothing wrong gets through.

use crate::deferral::Deferral;
use crate::path::Path;
use crate::specimen::{Specimen, Thing};
use crate::testing::{Action, Client, Instance, UNKNOWN, json};
use crate::value::Value;

const TYPE: &str = "specimen_thing";

async fn client() -> Client {
    let specimen = Specimen::default();
    let client = Client::with_client(specimen.clone(), specimen).await;
    client.expect("the declarations are in order")
}

async fn thing() -> Instance {
    client().await.resource(TYPE)
}

#[tokio::test]
async fn a_thing_lives_and_dies() {
    let mut thing = thing().await;
    let config = json!({ "mode": "plain", "tags": ["a"] });
    let planned = thing.plan(config.clone()).await.expect("a plan");
    assert_eq!(planned.action(), Action::Create);
    assert_eq!(planned.after()["id"], UNKNOWN);
    assert_eq!(planned.after()["tags"], json!(["a"]));
    let state = thing.apply_plan(planned, config.clone()).await;
    assert_eq!(state.expect("a thing")["id"], "t-1");
    let planned = thing.plan(config).await.expect("a plan");
    assert!(planned.is_empty(), "{planned:?}");
    let config = json!({ "mode": "other", "tags": ["a"] });
    let planned = thing.plan(config).await.expect("a plan");
    assert_eq!(planned.action(), Action::Update);
    assert_eq!(planned.after()["id"], "t-1", "it is kept");
    assert_eq!(planned.after()["size"], UNKNOWN);
    let warned = thing.plan_destroy().await.expect("a plan");
    assert_eq!(warned.action(), Action::Delete);
    assert_eq!(warned.warnings().len(), 1);
    thing.destroy().await.expect("it goes");
    assert_eq!(thing.state().value(), &Value::Null);
    assert!(thing.plan_destroy().await.expect("a plan").is_empty());
}

#[tokio::test]
async fn what_is_unknown_is_known_when_it_is_applied() {
    let mut thing = thing().await;
    let planned = thing
        .plan(json!({ "mode": "plain", "tags": ["a", UNKNOWN] }))
        .await
        .expect("a plan");
    assert_eq!(planned.after()["tags"], json!(["a", UNKNOWN]));
    let other = thing
        .apply_plan(
            planned.clone(),
            json!({ "mode": "plain", "tags": ["b", "c"] }),
        )
        .await;
    let refusal = other.expect_err("the test applies something else");
    assert!(refusal.is_at(&Path::root("tags").index(0)), "{refusal}");
    let state = thing
        .apply_plan(planned, json!({ "mode": "plain", "tags": ["a", "c"] }))
        .await
        .expect("a thing");
    assert_eq!(state["tags"], json!(["a", "c"]));
}

#[tokio::test]
async fn a_replacement_is_a_destruction_and_a_creation() {
    let mut thing = thing().await;
    thing
        .apply(json!({ "mode": "plain" }))
        .await
        .expect("a thing");
    let config = json!({ "mode": "replace", "secret_wo": "s" });
    let planned = thing.plan(config.clone()).await.expect("a plan");
    assert_eq!(planned.action(), Action::Replace);
    assert_eq!(planned.replace_paths(), [Path::root("mode")]);
    assert_eq!(planned.after()["id"], UNKNOWN, "it is another one");
    thing.apply_plan(planned, config).await.expect("a thing");
}

#[tokio::test]
async fn drift_is_found_and_what_is_gone_is_made_again() {
    let mut thing = thing().await;
    thing
        .apply(json!({ "mode": "drift" }))
        .await
        .expect("a thing");
    assert_eq!(thing.refresh().await.expect("it is there")["size"], 99);
    let mut gone = client().await.resource(TYPE);
    let config = json!({ "mode": "gone" });
    gone.apply(config.clone()).await.expect("a thing");
    let planned = gone.plan(config).await.expect("a plan");
    assert_eq!(planned.action(), Action::Create);
}

#[tokio::test]
async fn private_data_goes_from_call_to_call() {
    let mut thing = thing().await;
    let config = json!({ "mode": "choose" });
    let planned = thing.plan(config.clone()).await.expect("a plan");
    let chosen = planned.after()["id"].clone();
    assert_eq!(chosen, "t-2", "the first plan made it up");
    let state = thing.apply_plan(planned, config).await.expect("a thing");
    assert_eq!(state["id"], chosen, "the second plan knew it");
}

#[tokio::test]
async fn what_failed_half_way_is_replaced() {
    let mut thing = thing().await;
    let refusal = thing.apply(json!({ "mode": "fail late" })).await;
    assert_eq!(refusal.expect_err("it fails").errors(), ["Half done"]);
    assert!(thing.is_tainted());
    assert_eq!(thing.state()["id"], "t-1");
    let config = json!({ "mode": "plain" });
    let planned = thing.plan(config.clone()).await.expect("a plan");
    assert_eq!(planned.action(), Action::Replace);
    thing.apply_plan(planned, config).await.expect("a thing");
    assert!(!thing.is_tainted());
}

#[tokio::test]
async fn what_exists_is_imported() {
    let mut thing = thing().await;
    let refusal = thing.import("t-1").await.expect_err("things are not");
    assert!(refusal.errors()[0].contains("not supported"), "{refusal}");
    let state = thing.import_by_identity(json!({ "id": "t-7" })).await;
    assert_eq!(state.expect("a thing")["id"], "t-7");
    assert_eq!(thing.identity().expect("it has one")["id"], "t-7");
}

#[tokio::test]
async fn an_identity_to_import_by_is_whole_and_known() {
    let mut thing = thing().await;
    for (identity, expected) in [
        (json!({}), "attribute \"id\" is required"),
        (json!({ "id": null }), "attribute \"id\" is required"),
        (json!(null), "attribute \"id\" is required"),
        (json!({ "id": UNKNOWN }), "only with values that are known"),
    ] {
        let refusal = thing.import_by_identity(identity.clone()).await;
        let refusal = refusal.expect_err("Terraform refuses it").to_string();
        assert!(
            refusal.contains("Invalid import identity argument") && refusal.contains(expected),
            "{identity}: {refusal}"
        );
    }
    thing
        .import_by_identity(json!({ "id": "t-7" }))
        .await
        .expect("a thing");
}

#[tokio::test]
async fn state_of_older_versions_is_taken_over() {
    let mut thing = thing().await;
    let state = thing.take_state(0, json!({ "kind": "plain" })).await;
    assert_eq!(state.expect("a thing")["mode"], "plain");
}

#[tokio::test]
async fn a_configuration_is_json_or_a_model_and_a_state_a_model() {
    let mut thing = thing().await;
    let config = Thing {
        mode: "plain".into(),
        ..Thing::default()
    };
    let state = thing.apply(config).await.expect("a thing");
    let model: Thing = state.model().expect("it is one");
    assert_eq!(model.id, "t-1");
}

#[tokio::test]
async fn what_does_not_fit_the_schema_is_named() {
    let thing = thing().await;
    for (config, path, wanted) in [
        (json!({ "mood": "good", "mode": "x" }), "mood", "It has: "),
        (json!({ "tags": [] }), "mode", "required"),
        (json!({ "mode": 3 }), "mode", "a string"),
        (json!({ "mode": "x", "tags": "a" }), "tags", "an array"),
    ] {
        let refusal = thing.validate(config).await.expect_err("it does not fit");
        assert!(refusal.is_at(&Path::root(path)), "{refusal}");
        assert!(refusal.to_string().contains(wanted), "{refusal}");
    }
}

#[tokio::test]
async fn data_sources_and_functions_are_called() {
    let client = client().await;
    let configuration = client.configure(json!({ "token": "good" })).await;
    assert_eq!(configuration.expect("it is taken").len(), 1);
    let refusal = client.configure(json!({ "token": "wrong" })).await;
    assert!(refusal.expect_err("it is not").is_at(&Path::root("token")));
    let found = client.data_source(TYPE, json!({ "name": "x" })).await;
    assert_eq!(found.expect("it is there")["size"], 5);
    let unread = client.data_source(TYPE, json!({ "name": UNKNOWN })).await;
    assert_eq!(unread.expect("it is read later")["size"], UNKNOWN);
    let missing = client.data_source(TYPE, json!({ "name": "missing" })).await;
    assert!(missing.expect_err("it is not").is_at(&Path::root("name")));
    let repeated = client
        .function("repeat", &[json!(2), json!("-"), json!("ab")])
        .await;
    assert_eq!(repeated.expect("a string"), "ab-ab");
    let unknown = client
        .function("repeat", &[json!(UNKNOWN), json!("-"), json!("ab")])
        .await;
    assert_eq!(unknown.expect("it is not called"), UNKNOWN);
    let wrong = client.function("repeat", &[json!(12), json!("-")]).await;
    assert!(
        wrong
            .expect_err("it is too often")
            .to_string()
            .contains("below 10")
    );
}

#[tokio::test]
async fn what_is_put_off_is_not_applied() {
    let client = client().await;
    let config = json!({ "mode": "defer" });
    let refusal = client.resource(TYPE).plan(config.clone()).await;
    assert!(refusal.is_err(), "it needs what is not there yet");
    let mut thing = client.allowing_deferral().resource(TYPE);
    let planned = thing.plan(config.clone()).await.expect("a plan");
    assert_eq!(planned.deferral(), Some(Deferral::ConfigUnknown));
    assert!(!planned.is_empty(), "it is still to be done");
    let state = thing.apply_plan(planned, config).await;
    assert!(state.expect("it is left out").json().is_null());
}

#[tokio::test]
async fn a_read_that_is_put_off_puts_off_the_change() {
    let mut thing = client().await.allowing_deferral().resource(TYPE);
    let config = json!({ "mode": "defer gone" });
    thing.apply(config.clone()).await.expect("it is made");
    let planned = thing.plan(config).await.expect("a plan");
    assert_eq!(planned.deferral(), Some(Deferral::AbsentPrerequisite));
    assert_eq!(thing.state()["mode"], "defer gone", "the state stays");
    let destruction = thing.plan_destroy().await.expect("a plan");
    assert_eq!(destruction.deferral(), Some(Deferral::AbsentPrerequisite));
    let state = thing.apply_plan(destruction, json!(null)).await;
    assert!(!state.expect("it is left out").json().is_null());
}

#[tokio::test]
async fn a_second_plan_puts_nothing_off() {
    let release = client().await;
    let experiment = client().await.allowing_deferral();
    for (client, expected) in [
        // The provider knows that this Terraform cannot defer, whatever the second plan says.
        (release, "Terraform cannot defer it"),
        (
            experiment,
            "Resource deferred during apply, but not during plan",
        ),
    ] {
        let mut thing = client.resource(TYPE);
        let planned = thing.plan(json!({ "mode": UNKNOWN })).await;
        let applied = thing.apply_plan(planned.expect("a plan"), json!({ "mode": "defer" }));
        let refusal = applied.await.expect_err("it is too late").to_string();
        assert!(refusal.contains(expected), "{refusal}");
    }
}
