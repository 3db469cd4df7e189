//! A changed setting publishes a version and moves every slot to it; rotated secrets too.

use acceptance::aws::Operation;
use acceptance::estate::Estate;
use acceptance::terraform::Summary;
use anyhow::Result;

use crate::{ADDRESS, EXAMPLE, FUNCTION};

#[test]
fn a_changed_setting_publishes_one_version_and_moves_every_slot_in_one_put() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    terraform.variable("session_expiry_seconds", "120");
    let plan = terraform.plan(&[])?;
    assert_eq!(plan.outcome.code, 2, "{}", plan.outcome.text);
    assert_eq!(
        plan.change(ADDRESS)?["after_unknown"]["qualified_arn"],
        true,
        "a version will be published"
    );

    estate.proxy.forget();
    terraform.apply()?;
    let writes = estate.proxy.writes();
    let count = |operation| writes.iter().filter(|write| **write == operation).count();
    assert_eq!(
        (
            count(Operation::PublishVersion),
            count(Operation::UpdateDistribution)
        ),
        (1, 1),
        "{writes:?}"
    );
    assert!(estate.emulator.functions().versions(FUNCTION)?.contains(&2));
    let xml = estate.site.distribution.configuration()?.xml;
    assert_eq!(xml.matches(&format!(":{FUNCTION}:2<")).count(), 9);
    assert_eq!(
        xml.matches(&format!(":{FUNCTION}:1<")).count(),
        0,
        "the old version is gone from the distribution"
    );
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn secrets_are_rotated_by_their_version_and_a_key_brings_another_session_format() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    terraform.variable("netacea_secret_key", "another-secret-key-0123456789abcdef");
    terraform.plan(&[])?.outcome.code(0)?;
    let rotate = r#"resource "netacea_cloudfront_integration" "shop" {
  secrets_wo_version = 2
}
"#;
    terraform.write("override.tf", rotate)?;
    terraform.apply()?;
    assert_eq!(terraform.resource(ADDRESS)?["version"], "2");
    let settled = terraform.plan(&[])?.outcome.code(0)?;
    assert!(!settled.has_warned(Summary::SessionsStartAnew));
    let encrypt = r#"resource "netacea_cloudfront_integration" "shop" {
  settings = {
    mitigation_type = "MITIGATE"
    protector       = { url = var.protector_url }
    ingest          = { url = var.ingest_url }
    session         = { format = "V3" }
  }
  secrets_wo = {
    api_key               = var.netacea_api_key
    secret_key            = var.netacea_secret_key
    cookie_encryption_key = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"
  }
  secrets_wo_version = 3
}
"#;
    terraform.write("override.tf", encrypt)?;
    let plan = terraform.plan(&[])?;
    plan.outcome
        .warns(Summary::SessionsStartAnew, &["from V1 to V3"])?;
    terraform.apply()?;
    let settled = terraform.plan(&[])?.outcome.code(0)?;
    assert!(!settled.has_warned(Summary::SessionsStartAnew));
    Ok(())
}

#[test]
fn a_new_name_is_a_new_function_in_the_same_slots() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    terraform.write("override.tf", &renamed("name = \"netacea-store\""))?;
    let plan = terraform.plan(&[])?;
    assert_eq!(
        plan.change(ADDRESS)?["actions"],
        serde_json::json!(["delete", "create"])
    );
    terraform.apply()?;
    let xml = estate.site.distribution.configuration()?.xml;
    assert_eq!(xml.matches(":netacea-store:1<").count(), 9);
    assert!(
        !estate
            .emulator
            .functions()
            .names()?
            .contains(&FUNCTION.to_owned())
    );
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before.xml);
    Ok(())
}

/// Terraform does not tell an apply that the old function will make room, so the configuration has
/// to say it.
#[test]
fn a_new_name_leaves_no_gap_with_create_before_destroy_and_a_handover() -> Result<()> {
    const GAPLESS: &str =
        "name = \"netacea-store\"\n  lifecycle {\n    create_before_destroy = true\n  }";
    let estate = Estate::build()?;
    let original = estate.site.distribution.configuration()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let applied = estate.site.distribution.configuration()?;
    terraform.write("override.tf", &renamed(GAPLESS))?;
    terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?
        .errs(
            Summary::SlotOfAnotherIntegration,
            &["netacea-shop:1", "hand_over_from"],
        )?;
    assert_eq!(estate.site.distribution.configuration()?, applied);

    let handed_over = format!("{GAPLESS}\n  hand_over_from = [\"netacea-shop\"]");
    terraform.write("override.tf", &renamed(&handed_over))?;
    estate.proxy.forget();
    terraform.apply()?;
    let puts = estate.proxy.writes();
    let puts = puts
        .iter()
        .filter(|write| **write == Operation::UpdateDistribution);
    assert_eq!(
        puts.count(),
        1,
        "one function gives way to the other in one write"
    );
    let xml = estate.site.distribution.configuration()?.xml;
    assert_eq!(xml.matches(":netacea-store:1<").count(), 9);
    terraform.plan(&[])?.outcome.code(0)?;
    assert!(
        !estate
            .emulator
            .functions()
            .names()?
            .contains(&FUNCTION.to_owned())
    );
    terraform.destroy()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, original.xml);
    Ok(())
}

fn renamed(arguments: &str) -> String {
    format!("resource \"netacea_cloudfront_integration\" \"shop\" {{\n  {arguments}\n}}\n")
}
