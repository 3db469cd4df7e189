//! The example `hall` without Terraform: what is put off where Terraform allows it, and what
//! modules say.

#![allow(dead_code, reason = "what only Terraform calls")]

#[path = "../examples/hall.rs"]
mod hall;

use tfplugin::Deferral;
use tfplugin::testing::{Client, Refusal, UNKNOWN, json};

#[tokio::test]
async fn a_guest_without_a_seat_waits_and_is_let_in_later() -> Result<(), Refusal> {
    let client = Client::new(hall::Hall).await?.allowing_deferral();
    client.configure(json!({})).await?;
    let mut guest = client.resource("hall_guest");
    let planned = guest
        .plan(json!({ "name": "Ada", "seat": UNKNOWN }))
        .await?;
    assert_eq!(planned.deferral(), Some(Deferral::ConfigUnknown));
    assert!(!planned.is_empty(), "there is something to do");
    assert_eq!(planned.after()["name"], "Ada");
    let nothing = guest
        .apply_plan(planned, json!({ "name": "Ada", "seat": "here" }))
        .await?;
    assert!(nothing.json().is_null(), "it was put off");
    let config = json!({ "name": "Ada", "seat": "here" });
    guest.apply(config.clone()).await?;
    assert!(guest.plan(config).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_guest_without_a_seat_is_planned_where_nobody_can_wait() -> Result<(), Refusal> {
    let client = Client::new(hall::Hall).await?;
    client.configure(json!({})).await?;
    let mut guest = client.resource("hall_guest");
    let planned = guest
        .plan(json!({ "name": "Ada", "seat": UNKNOWN }))
        .await?;
    assert_eq!(planned.deferral(), None);
    let state = guest
        .apply_plan(planned, json!({ "name": "Ada", "seat": "here" }))
        .await?;
    assert_eq!(state["seat"], "here");
    Ok(())
}

#[tokio::test]
async fn without_the_password_everything_waits() -> Result<(), Refusal> {
    let client = Client::new(hall::Hall).await?.allowing_deferral();
    client.configure(json!({ "password": UNKNOWN })).await?;
    let mut guest = client.resource("hall_guest");
    let config = json!({ "name": "Ada" });
    let planned = guest.plan(config.clone()).await?;
    assert_eq!(planned.deferral(), Some(Deferral::ProviderConfigUnknown));
    let greeting = client.data_source("hall_greeting", json!({})).await?;
    assert_eq!(greeting["text"], UNKNOWN);

    client.configure(json!({ "password": "sesame" })).await?;
    guest.apply(config).await?;
    client.configure(json!({ "password": UNKNOWN })).await?;
    assert_eq!(
        guest.plan_destroy().await?.deferral(),
        Some(Deferral::ProviderConfigUnknown)
    );
    Ok(())
}

#[tokio::test]
async fn a_renamed_guest_is_the_same_guest() -> Result<(), Refusal> {
    let client = Client::new(hall::Hall).await?;
    client.configure(json!({})).await?;
    let mut guest = client.resource("hall_guest");
    guest.apply(json!({ "name": "Ada" })).await?;
    guest.apply(json!({ "name": "Grace" })).await?;
    assert_eq!(guest.identity()?["name"], "Grace");
    Ok(())
}

#[tokio::test]
async fn a_module_says_who_sends_the_guest() -> Result<(), Refusal> {
    let client = Client::new(hall::Hall).await?;
    client.configure(json!({})).await?;
    let module = client
        .clone()
        .with_provider_meta(json!({ "module_name": "acme/ball" }))?;
    let mut guest = module.resource("hall_guest");
    let state = guest.apply(json!({ "name": "Ada" })).await?;
    assert_eq!(state["sent_by"], "acme/ball");
    let greeting = module.data_source("hall_greeting", json!({})).await?;
    assert_eq!(greeting["text"], "Welcome, acme/ball!");
    let greeting = client.data_source("hall_greeting", json!({})).await?;
    assert_eq!(greeting["text"], "Welcome, nobody!");

    let wrong = client.with_provider_meta(json!({ "module_name": "ball" }))?;
    let refusal = wrong.data_source("hall_greeting", json!({})).await;
    let refusal = refusal.expect_err("the provider checks it").to_string();
    assert!(refusal.contains("OWNER/NAME"), "{refusal}");
    Ok(())
}
