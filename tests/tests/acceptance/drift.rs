//! Whatever others do to our slots is in the plan, named slot by slot, and healed.

use std::collections::BTreeMap;

use acceptance::edge::Configuration;
use acceptance::estate::Estate;
use anyhow::Result;
use serde_json::{Value, json};

use crate::{ADDRESS, EXAMPLE};

#[test]
fn a_slot_that_is_empty_or_changed_is_named_with_its_cause_and_healed() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let healthy = estate.site.distribution.configuration()?;
    let ours = terraform.resource(ADDRESS)?["qualified_arn"].clone();

    // /checkout/* loses everything, /api/* is not shown the body any more.
    estate
        .site
        .distribution
        .edit(|now| now.with_associations("/checkout/*", EMPTY))?;
    estate.site.distribution.edit(|now| {
        let (head, tail) = now.xml.split_at(now.xml.find("/api/*").unwrap_or_default());
        Ok(format!(
            "{head}{}",
            tail.replacen("<IncludeBody>true<", "<IncludeBody>false<", 1)
        ))
    })?;

    let plan = terraform.plan(&[])?;
    assert_eq!(plan.outcome.code, 2, "{}", plan.outcome.text);
    let change = plan.change(ADDRESS)?;
    assert_eq!(change["actions"], json!(["update"]));
    let (found, wanted) = (&change["before"]["slots"], &change["after"]["slots"]);
    for event in ["viewer-request", "viewer-response", "origin-response"] {
        assert_eq!(
            found[format!("/checkout/* {event}")],
            Value::Null,
            "{found}"
        );
        assert_eq!(
            wanted[format!("/checkout/* {event}")]["lambda_arn"],
            ours,
            "{wanted}"
        );
    }
    assert_eq!(found["/api/* viewer-request"]["include_body"], false);
    assert_eq!(wanted["/api/* viewer-request"]["include_body"], true);
    plan.outcome.says(&[
        "Warning:",
        "/checkout/* viewer-request",
        "removed outside Terraform",
        "include_body was switched off",
    ])?;

    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(
        associations(&estate.site.distribution.configuration()?.xml)?,
        associations(&healthy.xml)?
    );
    Ok(())
}

#[test]
fn a_slot_that_a_stranger_took_is_refused_until_adoption_is_asked_for() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let healthy = estate.site.distribution.configuration()?;
    let ours = terraform.resource(ADDRESS)?["qualified_arn"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let stranger = &estate.site.legacy_function;
    let on = |arn: &str| {
        format!(
            "<LambdaFunctionARN>{arn}</LambdaFunctionARN><EventType>viewer-response</EventType>"
        )
    };
    estate
        .site
        .distribution
        .edit(|now| Ok(now.xml.replacen(&on(&ours), &on(stranger), 1)))?;

    // The plan warns, so that a destroy (which plans first) still works; the apply refuses.
    let plan = terraform.plan(&[])?;
    assert_eq!(plan.outcome.code, 2, "{}", plan.outcome.text);
    plan.outcome.says(&[
        "Warning:",
        "default viewer-response",
        stranger,
        "adopt_existing",
    ])?;
    estate.proxy.forget();
    let refused = terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?;
    refused.says(&[
        "Error:",
        "default viewer-response",
        stranger,
        "adopt_existing",
    ])?;
    assert_eq!(estate.proxy.writes(), []);

    terraform.write("override.tf", ADOPT)?;
    let plan = terraform.plan(&[])?;
    assert_eq!(plan.outcome.code, 2, "{}", plan.outcome.text);
    let change = plan.change(ADDRESS)?;
    assert_eq!(
        change["before"]["slots"]["default viewer-response"]["lambda_arn"],
        stranger.as_str()
    );
    assert_eq!(
        change["after"]["slots"]["default viewer-response"]["lambda_arn"],
        ours.as_str()
    );
    plan.outcome.says(&["Warning:", stranger])?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(
        associations(&estate.site.distribution.configuration()?.xml)?,
        associations(&healthy.xml)?
    );
    Ok(())
}

const EMPTY: &str =
    "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>";

const ADOPT: &str = r#"
resource "netacea_cloudfront_integration" "shop" {
  distribution = {
    id             = var.distribution_id
    behaviors      = ["default", "/checkout/*", "/api/*"]
    adopt_existing = true
  }
}
"#;

/// What runs where; the order of associations in the document does not matter.
fn associations(xml: &str) -> Result<BTreeMap<String, String>> {
    let configuration = Configuration::parse(xml)?;
    let slots = configuration.behaviors.iter().flat_map(|behavior| {
        let slot = |event| format!("{} {event}", behavior.name);
        behavior.associations.iter().map(move |found| {
            (
                slot(found.event),
                format!("{} {}", found.lambda_arn, found.include_body),
            )
        })
    });
    Ok(slots.collect())
}
