//! `ignore_changes` does what Terraform says it does, whatever it names, and never ends in an error
//! of the provider's.

mod association;

use acceptance::estate::Estate;
use acceptance::terraform::{Summary, WorkingDirectory};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::{ADDRESS, EXAMPLE};

/// Everything that the provider alone sets.
const COMPUTED: &str = "[id, function_arn, version, qualified_arn, code_sha256, settings_sha256, \
                        bundle_version, tags_all, displaced, lambda_function_associations, slots]";

const EMPTY: &str =
    "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>";

fn ignore(terraform: &WorkingDirectory, attributes: &str, arguments: &str) -> Result<()> {
    terraform.write(
        "override.tf",
        &format!(
            "resource \"netacea_cloudfront_integration\" \"shop\" {{\n  {arguments}\n  \
             lifecycle {{\n    ignore_changes = {attributes}\n  }}\n}}\n"
        ),
    )
}

fn strip(estate: &Estate) -> Result<()> {
    let distribution = &estate.site.distribution;
    distribution.edit(|now| now.with_associations("/checkout/*", EMPTY))?;
    Ok(())
}

/// Terraform warns that ignoring a computed attribute has no effect, and it has none.
#[test]
fn ignored_computed_attributes_are_planned_applied_and_destroyed_like_any() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?.xml;
    let mut terraform = estate.example(EXAMPLE)?;
    ignore(&terraform, COMPUTED, "")?;
    terraform.apply()?;
    let healthy = estate.site.distribution.configuration()?.xml;
    terraform.plan(&[])?.outcome.code(0)?;

    strip(&estate)?;
    let plan = terraform.plan(&[])?;
    let outcome = plan.outcome.clone().code(2)?;
    outcome.says(&["ignore_changes has no effect"])?;
    outcome.warns(Summary::DriftedSlots, &["behavior \"/checkout/*\""])?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    ensure!(estate.site.distribution.configuration()?.xml == healthy);

    ignore(&terraform, COMPUTED, "tags = { team = \"edge\" }")?;
    let plan = terraform.plan(&[])?;
    let after = &plan.change(ADDRESS)?["after"];
    assert_eq!(after["tags_all"], json!({ "team": "edge" }));
    terraform.apply()?;

    terraform.variable("session_expiry_seconds", "120");
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(terraform.resource(ADDRESS)?["version"], "2");

    strip(&estate)?;
    terraform.destroy()?;
    let after = estate.site.distribution.configuration()?.xml;
    assert_eq!(after, before);
    Ok(())
}

/// What is ignored stays as it is; what is not is applied.
#[test]
fn ignored_arguments_stay_and_the_others_are_applied() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let address = terraform.resource(ADDRESS)?;
    ignore(
        &terraform,
        "[settings, tags, secrets_wo_version]",
        "tags = { team = \"edge\" }\n  secrets_wo_version = 2",
    )?;
    terraform.variable("session_expiry_seconds", "120");
    terraform.plan(&[])?.outcome.code(0)?;

    ignore(
        &terraform,
        "[settings, tags, secrets_wo, secrets_wo_version]",
        "log_format = \"JSON\"\n  tags = { team = \"edge\" }",
    )?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    let now = terraform.resource(ADDRESS)?;
    assert_eq!(now["version"], "2");
    assert_eq!(now["settings"], address["settings"]);
    assert_eq!(now["tags_all"], address["tags_all"]);
    terraform.destroy()?;
    Ok(())
}

/// All changes of the configuration are ignored; the slots are still kept.
#[test]
fn an_integration_that_ignores_all_changes_is_still_healed() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?.xml;
    let mut terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let healthy = estate.site.distribution.configuration()?.xml;
    ignore(
        &terraform,
        "all",
        "log_format = \"JSON\"\n  tags = { team = \"edge\" }",
    )?;
    terraform.variable("session_expiry_seconds", "120");
    terraform.plan(&[])?.outcome.code(0)?;

    strip(&estate)?;
    terraform.plan(&[])?.outcome.code(2)?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(estate.site.distribution.configuration()?.xml, healthy);

    strip(&estate)?;
    terraform.destroy()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before);
    Ok(())
}
