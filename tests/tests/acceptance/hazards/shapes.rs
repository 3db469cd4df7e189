//! Distributions as they are met: what a plan and the data source say of each, word by word, in
//! `told.txt`. Each is protected, finds nothing to do in a second plan, and is given back byte for
//! byte; what is said, acknowledged or not, makes no difference to what is written.

use std::fmt::Write;

use acceptance::aws::{Distribution, Operation};
use acceptance::estate::Estate;
use acceptance::fixture::{Surroundings, wide_distribution};
use acceptance::terraform::{REQUIREMENT, Summary};
use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{directory, warnings};
use crate::ADDRESS;

const TOLD: &str = include_str!("told.txt");
const ACKNOWLEDGED: &str = "  acknowledge_hazards = [\"verification_path_unprotected\", \"verification_path_read_only\", \
    \"custom_error_page\", \"cached_mitigation\", \"grpc\", \"state_in_cache_key\", \"association_quota\", \
    \"continuous_deployment\", \"multi_tenant\", \"disabled\"]";

/// A distribution, and the arguments that protect it, in addition to its id.
struct Shape {
    name: &'static str,
    document: String,
    arguments: &'static str,
}

fn shape(name: &'static str, surroundings: Surroundings, arguments: &'static str) -> Shape {
    Shape {
        name,
        document: surroundings.document().to_owned(),
        arguments,
    }
}

const AT_ORIGIN: &str = "events = [\"origin-request\", \"viewer-response\", \"origin-response\"]";

#[test]
fn sites_without_policies_and_of_one_page_are_told_word_by_word() -> Result<()> {
    hold(vec![
        shape("single-page-site", Surroundings::SinglePageSite, ""),
        shape("forwarded-values", Surroundings::ForwardedValues, ""),
        shape(
            "forwarded-values, one behavior",
            Surroundings::ForwardedValues,
            "behaviors = [\"/app/*\"]",
        ),
        shape("origin-groups", Surroundings::OriginGroups, ""),
        shape(
            "origin-groups, at the origin",
            Surroundings::OriginGroups,
            AT_ORIGIN,
        ),
    ])
}

#[test]
fn what_is_new_in_cloudfront_is_told_word_by_word() -> Result<()> {
    hold(vec![
        shape("vpc-and-grpc", Surroundings::VpcAndGrpc, ""),
        shape(
            "vpc-and-grpc, by name",
            Surroundings::VpcAndGrpc,
            "behaviors = [\"default\", \"/orders.Orders/*\"]",
        ),
        shape("tenant-only", Surroundings::TenantOnly, ""),
        shape("primary", Surroundings::Primary, ""),
        shape("mutual-tls", Surroundings::MutualTls, ""),
    ])
}

#[test]
fn many_behaviors_few_words_and_no_visitors_are_told_word_by_word() -> Result<()> {
    hold(vec![
        Shape {
            name: "many-behaviors",
            document: wide_distribution("many-behaviors", 74)?,
            arguments: "",
        },
        shape("disabled", Surroundings::Disabled, ""),
        shape("sparse", Surroundings::Sparse, ""),
    ])
}

#[test]
fn a_staging_distribution_has_one_hazard_and_that_of_the_demo_none() -> Result<()> {
    let estate = Estate::build()?;
    assert_eq!(
        listed(&estate, &estate.site.distribution)?,
        [] as [String; 0]
    );
    let staging = estate
        .emulator
        .create_distribution(Surroundings::Staging.document())?;
    estate.proxy.forget();
    assert_eq!(listed(&estate, &staging)?, ["continuous_deployment"]);
    let asked = estate.proxy.calls();
    let asked = asked.iter().map(|call| call.operation);
    assert!(
        !asked
            .into_iter()
            .any(|call| call == Operation::GetContinuousDeploymentPolicy),
        "nobody has meant it"
    );
    Ok(())
}

/// All that is said is as expected, and none of it makes a difference.
fn hold(shapes: Vec<Shape>) -> Result<()> {
    let estate = Estate::build()?;
    let mut faults = String::new();
    for shape in shapes {
        let told = protect(&estate, &shape).with_context(|| shape.name.to_owned())?;
        let expected = expected(shape.name);
        if told != expected {
            write!(
                faults,
                "== {}\n{told}\n\nin place of\n\n{expected}\n\n",
                shape.name
            )?;
        }
    }
    ensure!(faults.is_empty(), "told.txt is not what is said:\n{faults}");
    Ok(())
}

/// The part of `told.txt` about a shape.
fn expected(name: &str) -> String {
    let mut parts = TOLD.split("\n== ");
    let part = parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('\n'));
    part.unwrap_or_default().trim().to_owned()
}

fn protect(estate: &Estate, shape: &Shape) -> Result<String> {
    let mut document = shape.document.clone();
    if document.contains("{{VPC_ORIGIN}}") {
        let origin = shape.name.replace([' ', ','], "-");
        let origin = estate.emulator.create_vpc_origin(&origin)?;
        document = document.replace("{{VPC_ORIGIN}}", &origin);
    }
    let distribution = estate.emulator.create_distribution(&document)?;
    let before = distribution.configuration()?.xml;
    let site = format!(
        "  distribution = {{\n    id = \"{}\"\n    {}\n  }}",
        distribution.id(),
        shape.arguments
    );
    let terraform = directory(estate, &site)?;
    let told = warnings(&terraform)?;
    terraform.apply()?;
    let applied = distribution.configuration()?.xml;
    ensure!(applied != before, "nothing was protected");

    estate.proxy.forget();
    let idle = terraform.plan(&[])?.outcome.code(0)?;
    let calls = estate.proxy.calls();
    let reads = calls
        .iter()
        .filter(|call| call.operation != Operation::Query);
    ensure!(
        reads.count() == 3,
        "an idle plan makes other calls: {calls:?}"
    );
    for warning in &told {
        let summary = warning.lines().next().unwrap_or_default();
        idle.says(&[summary])?;
    }
    ensure!(
        warnings(&terraform)? == told,
        "a second plan says something else"
    );

    estate.proxy.forget();
    terraform.write(
        "main.tf",
        &super::integration(&format!("{site}\n{ACKNOWLEDGED}")),
    )?;
    let silent = terraform.apply()?;
    let writes = estate.proxy.writes();
    ensure!(writes.is_empty(), "{writes:?}");
    ensure!(
        distribution.configuration()?.xml == applied,
        "it was written"
    );
    let left: Vec<_> = silent
        .diagnostics()
        .into_iter()
        .filter(|warning| warning.code() != Some(Summary::HazardIsGone))
        .collect();
    ensure!(left.is_empty(), "acknowledged, and told: {left:?}");
    terraform.write("main.tf", &super::integration(&site))?;
    terraform.apply()?;

    let destroyed = terraform.destroy()?;
    let said = destroyed.diagnostics();
    ensure!(said.is_empty(), "a destroy warns: {said:?}");
    ensure!(
        distribution.configuration()?.xml == before,
        "it is not as before"
    );

    terraform.write(
        "main.tf",
        &super::integration(&format!("{site}\n{ACKNOWLEDGED}")),
    )?;
    terraform.apply()?;
    ensure!(
        distribution.configuration()?.xml == applied,
        "what is acknowledged makes a difference"
    );
    terraform.destroy()?;
    let listed = listed(estate, &distribution)?;
    Ok(
        format!("{}\n\n-- {}", told.join("\n\n"), listed.join("\n-- "))
            .trim()
            .to_owned(),
    )
}

/// What the data source lists: name, behavior and event.
fn listed(estate: &Estate, distribution: &Distribution) -> Result<Vec<String>> {
    let terraform = estate.configuration(&format!(
        "{REQUIREMENT}\ndata \"netacea_cloudfront_distribution\" \"it\" {{\n  id = \"{}\"\n}}\n\n\
         output \"hazards\" {{\n  value = data.netacea_cloudfront_distribution.it.hazards\n}}\n",
        distribution.id()
    ))?;
    terraform.apply()?;
    let hazards = terraform.output("hazards")?;
    let hazards = hazards.as_array().context("a list")?;
    hazards
        .iter()
        .map(|hazard| {
            ensure!(hazard["severity"] == "warning", "{hazard}");
            let text = |name: &str| match &hazard[name] {
                Value::Null => String::new(),
                value => format!(" {}", value.as_str().unwrap_or_default()),
            };
            for part in ["summary", "detail"] {
                ensure!(text(part).len() > 10, "{hazard}");
            }
            Ok(format!(
                "{}{}{}",
                text("name").trim(),
                text("behavior"),
                text("event")
            ))
        })
        .collect()
}

#[test]
fn a_promotion_takes_the_slots_and_the_next_plan_says_which() -> Result<()> {
    let estate = Estate::build()?;
    let primary = Surroundings::Primary.document();
    let primary = estate.emulator.create_distribution(primary)?;
    let unprotected = primary.configuration()?.xml;
    let site = format!("  distribution = {{ id = \"{}\" }}", primary.id());
    let terraform = directory(&estate, &site)?;
    terraform.apply()?;
    // What the staging distribution has, with aliases and policy of the primary one.
    primary.edit(|_| Ok(unprotected.clone()))?;
    let plan = terraform.plan(&[])?.outcome.code(2)?;
    plan.warns(
        Summary::DriftedSlots,
        &["behavior \"default\", event viewer-request"],
    )?;
    plan.says(&["A promotion may remove the function from the distribution"])
}

#[test]
fn a_plan_shows_the_attribute() -> Result<()> {
    let estate = Estate::build()?;
    let id = estate.site.distribution.id();
    let site =
        format!("  distribution = {{\n    id = \"{id}\"\n    behaviors = [\"/checkout/*\"]\n  }}");
    let terraform = directory(&estate, &site)?;
    let plan = terraform.plan(&[])?.outcome;
    plan.says(&[
        "Warning: Captchas cannot be solved: the function does not see /AtaVerifyCaptcha",
        &format!("with {ADDRESS},"),
        "Attribute: distribution.behaviors",
        "which does not know them",
        "Behavior: default",
    ])
}
