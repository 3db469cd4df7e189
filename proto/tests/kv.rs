//! The example provider's own tests, as its author would write them: they need no Terraform.
//!
//! Its files are those of `examples/kv`, where Terraform's tests find the binary.

#![allow(dead_code, reason = "what only Terraform calls")]

#[path = "../examples/kv/cabinet.rs"]
mod cabinet;
#[path = "../examples/kv/copy_action.rs"]
mod copy_action;
#[path = "../examples/kv/entry.rs"]
mod entry;
#[path = "../examples/kv/entry_data.rs"]
mod entry_data;
#[path = "../examples/kv/entry_history.rs"]
mod entry_history;
#[path = "../examples/kv/entry_list.rs"]
mod entry_list;
#[path = "../examples/kv/key_function.rs"]
mod key_function;
#[path = "../examples/kv/lease.rs"]
mod lease;
#[path = "../examples/kv/note.rs"]
mod note;
#[path = "../examples/kv/pair_function.rs"]
mod pair_function;
#[path = "../examples/kv/provider.rs"]
mod provider;
#[path = "../examples/kv/store.rs"]
mod store;

use tempfile::TempDir;
use tfplugin::Path;
use tfplugin::testing::{Action, Client, Instance, Refusal, UNKNOWN, json};

/// A configured provider with an empty store, which is gone with the directory.
async fn configured() -> Result<(TempDir, Client), Refusal> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let client = Client::new(provider::Kv).await?;
    client
        .configure(json!({ "directory": directory.path() }))
        .await?;
    Ok((directory, client))
}

/// Puts something else into the store, behind the provider's back.
fn overwrite(store: &TempDir, key: &str, value: &str) {
    let stored = json!({ "value": value, "secret_length": 0, "revision": 9 });
    let file = store.path().join(format!("{key}.json"));
    std::fs::write(file, stored.to_string()).expect("the store can be written");
}

async fn greeting(client: &Client) -> Result<Instance, Refusal> {
    let mut entry = client.resource("kv_entry");
    entry
        .apply(json!({ "key": "greeting", "value": "hello" }))
        .await?;
    Ok(entry)
}

#[tokio::test]
async fn an_entry_lives_from_plan_to_destroy() -> Result<(), Refusal> {
    let (store, client) = configured().await?;
    let mut entry = client.resource("kv_entry");
    let config = json!({ "key": "greeting", "value": "hello", "shelf": [{ "room": "1" }] });

    let planned = entry.plan(config.clone()).await?;
    assert_eq!(planned.action(), Action::Create);
    assert_eq!(planned.after()["id"], "greeting");
    assert_eq!(planned.after()["revision"], UNKNOWN);
    assert_eq!(planned.after()["words"], json!({ "hello": { "count": 1 } }));

    let state = entry.apply_plan(planned, config.clone()).await?;
    assert_eq!(state["revision"], 1);
    assert!(entry.plan(config.clone()).await?.is_empty());

    overwrite(&store, "greeting", "by hand");
    let planned = entry.plan(config.clone()).await?;
    assert_eq!(planned.action(), Action::Update);
    assert_eq!(entry.apply_plan(planned, config).await?["revision"], 10);

    entry.destroy().await?;
    assert!(entry.state().json().is_null());
    Ok(())
}

#[tokio::test]
async fn another_key_or_room_makes_another_entry() -> Result<(), Refusal> {
    let (_store, client) = configured().await?;
    let mut entry = greeting(&client).await?;
    let planned = entry
        .plan(json!({ "key": UNKNOWN, "value": "hello" }))
        .await?;
    assert_eq!(planned.action(), Action::Replace);
    assert_eq!(planned.replace_paths(), [Path::root("key")]);
    let config = json!({ "key": "farewell", "value": "hello" });
    let state = entry.apply_plan(planned, config).await?;
    assert_eq!(state["id"], "farewell");
    Ok(())
}

#[tokio::test]
async fn a_key_of_other_characters_is_refused_at_the_key() -> Result<(), Refusal> {
    let (_store, client) = configured().await?;
    let mut entry = client.resource("kv_entry");
    let refusal = entry.plan(json!({ "key": "no/slash", "value": "" })).await;
    assert!(refusal.unwrap_err().is_at(&Path::root("key")));
    Ok(())
}

#[tokio::test]
async fn what_exists_is_imported_by_id_and_by_identity() -> Result<(), Refusal> {
    let (_store, client) = configured().await?;
    greeting(&client).await?;
    let mut by_id = client.resource("kv_entry");
    assert_eq!(by_id.import("greeting").await?["value"], "hello");
    let mut by_identity = client.resource("kv_entry");
    let key = json!({ "key": "greeting" });
    assert_eq!(by_identity.import_by_identity(key).await?["value"], "hello");
    let config = json!({ "key": "greeting", "value": "hello" });
    assert!(by_id.plan(config).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn an_entry_is_looked_up_and_a_missing_one_is_an_error() -> Result<(), Refusal> {
    let (_store, client) = configured().await?;
    greeting(&client).await?;
    let found = client
        .data_source("kv_entry", json!({ "key": "greeting" }))
        .await?;
    assert_eq!(found["value"], "hello");
    let missing = client
        .data_source("kv_entry", json!({ "key": "none" }))
        .await;
    assert!(missing.unwrap_err().is_at(&Path::root("key")));
    let joined = client
        .function("key", &[json!("-"), json!("a"), json!("b")])
        .await?;
    assert_eq!(joined, "a-b");
    Ok(())
}

#[tokio::test]
async fn a_secret_is_stored_nowhere() -> Result<(), Refusal> {
    let (_store, client) = configured().await?;
    let mut entry = client.resource("kv_entry");
    let config = json!({
        "key": "login",
        "value": "x",
        "login_wo": { "password": "secret" },
        "login_wo_version": 1,
    });
    let state = entry.apply(config).await?;
    assert!(state["login_wo"].is_null());
    Ok(())
}

fn cabinet(name: &str, height: impl Into<serde_json::Value>) -> serde_json::Value {
    json!({
        "name": name,
        "height": height.into(),
        "load": 0.1,
        "plan": "{ \"wood\": [1, 2.0] }",
        "patience": "1m",
        "hinges": [{ "side": "Left" }],
        "back": {},
        "drawer": [{ "label": "Forks" }, { "label": "Knives", "locked": true }],
    })
}

#[tokio::test]
async fn a_cabinet_stays_as_it_was_written_down() -> Result<(), Refusal> {
    let (_store, client) = configured().await?;
    let mut kitchen = client.resource("kv_cabinet");
    let state = kitchen.apply(cabinet("Kitchen", 3)).await?;
    for (name, value) in cabinet("Kitchen", 3).as_object().expect("an object") {
        if name != "drawer" && name != "back" {
            assert_eq!(state[name.as_str()], *value, "{name}");
        }
    }
    assert!(kitchen.plan(cabinet("KITCHEN", 3)).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn only_a_cabinet_that_may_become_lower_is_made_again() -> Result<(), Refusal> {
    let (_store, client) = configured().await?;
    let mut kitchen = client.resource("kv_cabinet");
    kitchen.apply(cabinet("Kitchen", 3)).await?;
    for (height, action) in [
        (json!(4), Action::Update),
        (json!(2), Action::Replace),
        (json!(UNKNOWN), Action::Replace),
    ] {
        let planned = kitchen.plan(cabinet("Kitchen", height.clone())).await?;
        assert_eq!(planned.action(), action, "{height}");
    }
    Ok(())
}

#[tokio::test]
async fn a_cabinet_has_one_drawer_at_least() -> Result<(), Refusal> {
    let (_store, client) = configured().await?;
    let mut kitchen = client.resource("kv_cabinet");
    let mut config = cabinet("Kitchen", 3);
    config["drawer"] = json!([]);
    let refusal = kitchen.plan(config.clone()).await;
    assert!(refusal.unwrap_err().is_at(&Path::root("drawer")));
    config["drawer"] = json!(UNKNOWN);
    kitchen.plan(config).await?;
    Ok(())
}
