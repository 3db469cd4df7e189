//! Whatever others do to our slots is in the plan, named slot by slot, and healed.

use acceptance::estate::Estate;
use anyhow::Result;

use crate::{ADDRESS, EXAMPLE};

const EMPTY: &str =
    "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>";

#[test]
fn a_slot_that_is_empty_foreign_or_changed_is_named_and_healed() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let healthy = estate.site.distribution.configuration()?;
    let ours = terraform.resource(ADDRESS)?["qualified_arn"]
        .as_str()
        .unwrap_or_default()
        .to_owned();

    // /checkout/* loses everything, default gets a stranger on viewer-response, /api/* loses the body.
    estate
        .site
        .distribution
        .edit(|now| now.with_associations("/checkout/*", EMPTY))?;
    let on = |event: &str, arn: &str| {
        format!("<LambdaFunctionARN>{arn}</LambdaFunctionARN><EventType>{event}</EventType>")
    };
    estate.site.distribution.edit(|now| {
        Ok(now.xml.replacen(
            &on("viewer-response", &ours),
            &on("viewer-response", &estate.site.legacy_function),
            1,
        ))
    })?;
    estate.site.distribution.edit(|now| {
        let api = now.xml.find("/api/*").unwrap_or_default();
        let (head, tail) = now.xml.split_at(api);
        Ok(format!(
            "{head}{}",
            tail.replacen("<IncludeBody>true<", "<IncludeBody>false<", 1)
        ))
    })?;

    let plan = terraform.plan(&[])?;
    assert_eq!(plan.outcome.code, 2, "{}", plan.outcome.text);
    let change = plan.change(ADDRESS)?;
    assert_eq!(change["actions"], serde_json::json!(["update"]));
    let (found, wanted) = (&change["before"]["slots"], &change["after"]["slots"]);
    for event in ["viewer-request", "viewer-response", "origin-response"] {
        assert_eq!(
            found[format!("/checkout/* {event}")],
            serde_json::Value::Null,
            "{found}"
        );
        assert_eq!(
            wanted[format!("/checkout/* {event}")]["lambda_arn"],
            ours.as_str(),
            "{wanted}"
        );
    }
    assert_ne!(
        found["default viewer-response"]["lambda_arn"],
        ours.as_str()
    );
    assert_eq!(
        wanted["default viewer-response"]["lambda_arn"],
        ours.as_str()
    );
    assert_eq!(found["/api/* viewer-request"]["include_body"], false);
    assert_eq!(wanted["/api/* viewer-request"]["include_body"], true);
    plan.outcome.says(&[
        "Warning:",
        "/checkout/* viewer-request",
        "default viewer-response",
        &estate.site.legacy_function,
    ])?;

    // The stranger's slot is a conflict now: it is taken only when asked for.
    estate.site.distribution.edit(|now| {
        Ok(now.xml.replacen(
            &on("viewer-response", &estate.site.legacy_function),
            &on("viewer-response", &ours),
            1,
        ))
    })?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    let configuration = |xml: &str| {
        acceptance::edge::Configuration::parse(xml).map(|it| format!("{:?}", it.behaviors))
    };
    assert_eq!(
        configuration(&estate.site.distribution.configuration()?.xml)?,
        configuration(&healthy.xml)?
    );
    Ok(())
}
