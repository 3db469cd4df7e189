//! Whatever others do to our slots is in the plan, named slot by slot, and healed.

mod function;

use std::collections::BTreeMap;

use acceptance::edge::DistributionConfiguration;
use acceptance::estate::Estate;
use acceptance::fixture::LEGACY_FUNCTION;
use acceptance::terraform::Summary;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::{ADDRESS, EXAMPLE, FUNCTION};

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
    plan.outcome.says(&["/checkout/* viewer-request"])?;
    plan.outcome.warns(
        Summary::DriftedSlots,
        &[
            "behavior \"/checkout/*\", event viewer-request: no function",
            "removed outside Terraform",
            "`include_body` was switched off",
        ],
    )?;

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
    plan.outcome.warns(
        Summary::ApplyWillStop,
        &["default viewer-response", stranger, "adopt_existing"],
    )?;
    estate.proxy.forget();
    let refused = terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?;
    refused.errs(
        Summary::SlotHeld,
        &["default viewer-response", stranger, "adopt_existing"],
    )?;
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
    plan.outcome.warns(Summary::DriftedSlots, &[stranger])?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(
        associations(&estate.site.distribution.configuration()?.xml)?,
        associations(&healthy.xml)?
    );
    Ok(())
}

#[test]
fn another_version_of_ours_is_told_from_another_function() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    terraform.variable("session_expiry_seconds", "120");
    terraform.apply()?;
    let version = |number: u64| format!(":{FUNCTION}:{number}<");
    estate
        .site
        .distribution
        .edit(|now| Ok(now.xml.replacen(&version(2), &version(1), 1)))?;
    let plan = terraform.plan(&[])?;
    let change = plan.change(ADDRESS)?;
    assert_eq!(change["actions"], json!(["update"]));
    let (found, wanted) = (&change["before"]["slots"], &change["after"]["slots"]);
    let differing: Vec<&String> = found
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, association)| wanted[*name] != **association)
        .map(|(name, _)| name)
        .collect();
    let [name] = differing[..] else {
        bail!("one slot differs, not {differing:?}")
    };
    let arn = |side: &Value| {
        side[name]["lambda_arn"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert!(arn(found).ends_with(&format!(":{FUNCTION}:1")));
    assert!(arn(wanted).ends_with(&format!(":{FUNCTION}:2")));
    let (behavior, event) = name.rsplit_once(' ').context("a slot")?;
    plan.outcome.says(&[name])?;
    plan.outcome.warns(
        Summary::DriftedSlots,
        &[&format!(
            "behavior \"{behavior}\", event {event}: another version of the same function"
        )],
    )?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn a_behavior_that_is_gone_is_told_stops_an_apply_and_lets_a_destroy_pass() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    estate
        .site
        .distribution
        .edit(|now| now.without_behavior("/checkout/*"))?;
    let plan = terraform.plan(&[])?;
    let change = plan.change(ADDRESS)?;
    let name = "/checkout/* viewer-request";
    assert_eq!(change["before"]["slots"][name], Value::Null);
    assert!(change["after"]["slots"][name].is_object());
    plan.outcome.says(&["/checkout/* viewer-request"])?;
    plan.outcome.warns(
        Summary::DriftedSlots,
        &["behavior \"/checkout/*\", event viewer-request: the cache behavior no longer exists"],
    )?;
    plan.outcome.warns(
        Summary::ApplyWillStop,
        &["Unknown cache behavior", "/checkout/*"],
    )?;
    estate.proxy.forget();
    terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?
        .errs(Summary::UnknownBehavior, &["/checkout/*"])?;
    assert_eq!(estate.proxy.writes(), []);
    terraform.destroy()?;
    let xml = estate.site.distribution.configuration()?.xml;
    assert!(!xml.contains(&format!(":{FUNCTION}:")));
    Ok(())
}

#[test]
fn a_behavior_that_is_new_is_told_when_all_are_wanted_and_protected() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    estate
        .site
        .distribution
        .edit(|now| now.without_behavior("/api/*"))?;
    let before = estate.site.distribution.configuration()?;
    terraform.write("override.tf", ALL)?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    // A behavior without functions appears: the one that was there when the example was made.
    let with_it = estate.site.twin(&estate.emulator)?.distribution;
    let added = with_it.configuration()?.behavior("/api/*")?;
    estate
        .site
        .distribution
        .edit(|now| now.with_behaviors(&added))?;
    let plan = terraform.plan(&[])?;
    let change = plan.change(ADDRESS)?;
    let name = "/api/* origin-request";
    assert_eq!(change["before"]["slots"][name], Value::Null);
    assert!(change["after"]["slots"][name].is_object());
    plan.outcome.says(&[name])?;
    plan.outcome.warns(
        Summary::DriftedSlots,
        &["behavior \"/api/*\", event origin-request: the cache behavior is new and not protected yet"],
    )?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_ne!(estate.site.distribution.configuration()?, before);
    Ok(())
}

#[test]
fn a_distribution_that_is_gone_is_told_and_a_destroy_passes() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    estate.site.distribution.delete()?;
    let plan = terraform.plan(&[])?;
    assert_eq!(plan.change(ADDRESS)?["before"]["slots"], json!({}));
    let id = estate.site.distribution.id();
    plan.outcome
        .warns(Summary::DistributionGone, &[id, "remove `distribution`"])?;
    terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?
        .errs(Summary::DistributionNotFound, &[id])?;
    terraform.destroy()?;
    assert_eq!(estate.emulator.functions().names()?, [LEGACY_FUNCTION]);
    Ok(())
}

#[test]
fn what_is_not_ours_is_no_drift_and_nothing_is_written() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    // Another ETag, another price class, another version in a stranger's slot, our entries in
    // another order.
    estate.site.distribution.edit(|now| {
        let legacy = format!("{}<", estate.site.legacy_function);
        let xml = now
            .xml
            .replace("<PriceClass>PriceClass_100<", "<PriceClass>PriceClass_All<")
            .replacen(&legacy, &legacy.replace(":1<", ":9<"), 1);
        reversed(&xml)
    })?;
    estate.proxy.forget();
    let plan = terraform.plan(&[])?;
    plan.outcome.clone().code(0)?;
    ensure!(
        !plan.outcome.text.contains("Warning"),
        "{}",
        plan.outcome.text
    );
    terraform.apply()?;
    assert_eq!(estate.proxy.writes(), []);
    Ok(())
}

/// The association entries of `/checkout/*` in reverse.
fn reversed(xml: &str) -> Result<String> {
    const END: &str = "</LambdaFunctionAssociation>";
    let (head, tail) = xml.split_at(xml.find("/checkout/*").context("/checkout/*")?);
    let start = tail
        .find("<LambdaFunctionAssociation>")
        .context("entries")?;
    let end = start + tail[start..].find("</Items>").context("their end")?;
    let end = start + tail[start..end].rfind(END).context("entries")? + END.len();
    let mut entries: Vec<&str> = tail[start..end].split_inclusive(END).collect();
    entries.reverse();
    let (before, after) = (&tail[..start], &tail[end..]);
    Ok(format!("{head}{before}{}{after}", entries.concat()))
}

const ALL: &str = r#"
resource "netacea_cloudfront_integration" "shop" {
  distribution = {
    id             = var.distribution_id
    behaviors      = null
    events         = ["origin-request", "origin-response"]
    adopt_existing = true
  }
}
"#;

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
    let configuration = DistributionConfiguration::parse(xml)?;
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
