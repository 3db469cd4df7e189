//! A changed setting publishes a version and moves every slot to it; rotated secrets too.

use acceptance::aws::Operation;
use acceptance::estate::Estate;
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
fn secrets_are_rotated_by_their_version_and_not_by_their_value() -> Result<()> {
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
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}
