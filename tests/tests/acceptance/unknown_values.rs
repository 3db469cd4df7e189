//! Whatever in the configuration comes from another resource plans before it is known, applies, and
//! settles.

use acceptance::estate::Estate;
use anyhow::{Context, Result};

use crate::{ADDRESS, EXAMPLE, FUNCTION};

/// A resource whose output is known only after it is made.
fn later(value: &str) -> String {
    format!("resource \"terraform_data\" \"later\" {{\n  input = {value}\n}}\n")
}

/// An argument of the example, its value, and an attribute (as a JSON pointer) that cannot be known
/// in the plan.
const ARGUMENTS: [(&str, &str, &str); 9] = [
    ("role_arn = LATER", "var.role_arn", "/role_arn"),
    ("name = LATER", "\"netacea-shop\"", "/name"),
    ("description = LATER", "\"later\"", "/description"),
    ("tags = LATER", "{ team = \"web\" }", "/tags_all"),
    (
        "distribution = { id = LATER }",
        "var.distribution_id",
        "/slots",
    ),
    (
        "distribution = {\n    id = var.distribution_id\n    behaviors = LATER\n  }",
        "[\"default\"]",
        "/slots",
    ),
    (
        "distribution = {\n    id = var.distribution_id\n    behaviors = [\"default\"]\n    events = LATER\n  }",
        "[\"viewer-request\"]",
        "/slots",
    ),
    (
        "settings = {\n    protector = { url = LATER }\n  }",
        "var.protector_url",
        "/settings_sha256",
    ),
    (
        "settings = {\n    mitigation_type = LATER\n  }",
        "\"MITIGATE\"",
        "/settings/session/expiry_seconds",
    ),
];

#[test]
fn every_argument_may_be_unknown_at_plan() -> Result<()> {
    for (argument, value, unknown) in ARGUMENTS {
        settles(argument, value, unknown).with_context(|| argument.to_owned())?;
    }
    Ok(())
}

fn settles(argument: &str, value: &str, unknown: &str) -> Result<()> {
    let estate = Estate::build()?;
    // All behaviors are chosen in one case, and one of them belongs to somebody else's functions.
    estate
        .site
        .distribution
        .edit(|now| now.without_behavior("/assets/*"))?;
    estate
        .site
        .distribution
        .edit(|now| now.without_behavior("/legacy/*"))?;
    let before = estate.site.distribution.configuration()?.xml;
    let terraform = estate.example(EXAMPLE)?;
    terraform.write("later.tf", &later(value))?;
    let argument = argument.replace("LATER", "terraform_data.later.output");
    terraform.write(
        "override.tf",
        &format!("resource \"netacea_cloudfront_integration\" \"shop\" {{\n  {argument}\n}}\n"),
    )?;
    let plan = terraform.plan(&[])?;
    let shown = plan.change(ADDRESS)?["after_unknown"].pointer(unknown);
    assert_eq!(shown, Some(&true.into()), "{}", plan.outcome.text);
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    let live = estate.site.distribution.configuration()?.xml;
    assert!(live.contains(&format!(":{FUNCTION}:1<")), "it is attached");
    terraform.destroy()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before);
    Ok(())
}
