//! Which half of a continuous deployment is meant, and what is said when it is the other one.

use acceptance::estate::Estate;
use acceptance::fixture::{StagingPair, Surroundings};
use acceptance::terraform::{REQUIREMENT, Summary};
use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{ADDRESS, Canary, held};
use crate::hazards::integration;

const MEANT: &str = "staging = true";

#[test]
fn a_staging_distribution_is_refused_unless_it_is_meant_and_is_left_as_it_was() -> Result<()> {
    let canary = Canary::build(StagingPair::WEIGHT)?;
    let before = canary.both()?;
    let staging = &canary.pair.staging;
    let terraform = canary.associating(staging, "")?;
    for arguments in ["", "staging = false"] {
        let block = canary.association("shop", staging, arguments);
        terraform.write("main.tf", &format!("{REQUIREMENT}{block}"))?;
        let refused = terraform.run(&["plan", "-input=false"])?.code(1)?;
        refused.errs(
            Summary::StagingDistribution,
            &[
                "distribution_id =",
                "staging = true",
                "netacea_cloudfront_association",
                "primary distribution",
            ],
        )?;
        assert!(
            !refused.text.contains("Warning"),
            "there is nothing to acknowledge: {}",
            refused.text
        );
    }
    assert_eq!(canary.policy_reads(), 0, "nobody meant it");

    let block = canary.association("shop", staging, MEANT);
    terraform.write("main.tf", &format!("{REQUIREMENT}{block}"))?;
    canary.estate.proxy.forget();
    terraform.apply()?;
    let [primary, after] = canary.both()?;
    assert_eq!(
        primary, before[0],
        "the primary distribution is not touched"
    );
    assert_eq!(held(&after), 3);
    assert_eq!(
        after.without_associations(&["default"])?,
        before[1].without_associations(&["default"])?
    );
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.plan(&["-refresh=false"])?.outcome.code(0)?;
    assert_eq!(terraform.resource(ADDRESS)?["staging"], json!(true));

    terraform.destroy()?;
    assert_eq!(staging.configuration()?.xml, before[1].xml);
    Ok(())
}

#[test]
fn an_integration_refuses_it_and_says_what_can_take_it() -> Result<()> {
    let canary = Canary::build(StagingPair::WEIGHT)?;
    let id = canary.pair.staging.id();
    let terraform = canary.estate.configuration(&integration(&format!(
        "  distribution = {{ id = \"{id}\" }}"
    )))?;
    canary.estate.proxy.forget();
    terraform.run(&["plan", "-input=false"])?.code(1)?.errs(
        Summary::StagingDistribution,
        &[
            "in resource \"netacea_cloudfront_integration\" \"shop\"",
            "a `netacea_cloudfront_association` with `staging = true`",
        ],
    )?;
    assert_eq!(canary.policy_reads(), 0);
    assert_eq!(canary.estate.proxy.writes(), []);
    Ok(())
}

#[test]
fn staging_on_a_distribution_that_is_not_one_is_refused_at_the_attribute() -> Result<()> {
    let canary = Canary::build(StagingPair::WEIGHT)?;
    let tenants = Surroundings::TenantOnly.document();
    let tenants = canary.estate.emulator.create_distribution(tenants)?;
    for (distribution, words) in [
        (
            &canary.pair.primary,
            ["copy-distribution --staging", "remove `staging`"],
        ),
        (
            &canary.estate.site.distribution,
            ["HTTP/3", "settings.mitigation_percent"],
        ),
        (&tenants, ["only tenants", "settings.mitigation_percent"]),
    ] {
        let before = distribution.configuration()?;
        let arguments = format!("behaviors = [\"default\"]\n  {MEANT}");
        let terraform = canary.associating(distribution, &arguments)?;
        let refused = terraform.run(&["plan", "-input=false"])?.code(1)?;
        refused.errs(Summary::NotAStagingDistribution, &words)?;
        refused.says(&[MEANT])?;
        let told = refused.diagnostics();
        let error = told.iter().find(|told| told.is_error()).context("one")?;
        assert!(
            error.detail.contains("staging = true"),
            "not at the attribute: {error:?}"
        );
        assert_eq!(distribution.configuration()?, before);
    }
    assert_eq!(canary.policy_reads(), 0);
    Ok(())
}

/// Nothing in the distribution would change, so nothing else would look at it.
#[test]
fn an_attribute_that_goes_or_comes_is_judged_though_the_slots_stay() -> Result<()> {
    let canary = Canary::build(StagingPair::WEIGHT)?;
    let staging = &canary.pair.staging;
    let terraform = canary.associating(staging, MEANT)?;
    terraform.apply()?;
    let block = canary.association("shop", staging, "");
    terraform.write("main.tf", &format!("{REQUIREMENT}{block}"))?;
    terraform
        .run(&["plan", "-input=false"])?
        .code(1)?
        .errs(Summary::StagingDistribution, &[MEANT])?;

    let primary = &canary.pair.primary;
    let terraform = canary.associating(primary, "")?;
    terraform.apply()?;
    let block = canary.association("shop", primary, MEANT);
    terraform.write("main.tf", &format!("{REQUIREMENT}{block}"))?;
    terraform
        .run(&["plan", "-input=false"])?
        .code(1)?
        .errs(Summary::NotAStagingDistribution, &["remove `staging`"])?;
    Ok(())
}

#[test]
fn the_attribute_may_come_from_another_resource() -> Result<()> {
    let canary = Canary::build(StagingPair::WEIGHT)?;
    let half = "resource \"terraform_data\" \"half\" {\n  input = \"staging\"\n}\n";
    let meant = "staging = terraform_data.half.output == \"staging\"";
    let block = canary.association("shop", &canary.pair.staging, meant);
    let terraform = canary
        .estate
        .configuration(&format!("{REQUIREMENT}{half}{block}"))?;
    let plan = terraform.plan(&[])?;
    let change = plan.change(ADDRESS)?;
    assert_eq!(change["after_unknown"]["staging"], json!(true));
    terraform.apply()?;
    assert_eq!(held(&canary.pair.staging.configuration()?), 3);
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn an_import_says_that_it_is_a_staging_distribution() -> Result<()> {
    let canary = Canary::build(StagingPair::WEIGHT)?;
    let staging = &canary.pair.staging;
    canary.associating(staging, MEANT)?.apply()?;
    let terraform = canary.associating(staging, MEANT)?;
    let id = format!("{},shop", staging.id());
    terraform
        .run(&["import", "-input=false", ADDRESS, &id])?
        .success()?;
    assert_eq!(terraform.resource(ADDRESS)?["staging"], json!(true));
    terraform.plan(&[])?.outcome.code(0)?;

    canary.associating(&canary.pair.primary, "")?.apply()?;
    let terraform = canary.associating(&canary.pair.primary, "")?;
    let id = format!("{},shop", canary.pair.primary.id());
    terraform
        .run(&["import", "-input=false", ADDRESS, &id])?
        .success()?;
    assert_eq!(terraform.resource(ADDRESS)?["staging"], json!(false));
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn a_state_from_before_the_attribute_plans_nothing_with_and_without_a_refresh() -> Result<()> {
    let estate = Estate::build()?;
    let primary = estate
        .emulator
        .create_distribution(Surroundings::SinglePageSite.document())?;
    let functions = estate.emulator.functions();
    let lambda_arn = functions.create("shop", "export const handler = 1;")?;
    let terraform = estate.configuration(&format!(
        "{REQUIREMENT}resource \"netacea_cloudfront_association\" \"shop\" {{\n  distribution_id = \"{}\"\n  lambda_arn = \"{lambda_arn}\"\n}}\n",
        primary.id()
    ))?;
    terraform.apply()?;
    let file = terraform.path().join("terraform.tfstate");
    let mut state: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let attributes = &mut state["resources"][0]["instances"][0]["attributes"];
    let attributes = attributes.as_object_mut().context("attributes")?;
    assert_eq!(attributes.remove("staging"), Some(json!(false)));
    terraform.write("terraform.tfstate", &state.to_string())?;
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.plan(&["-refresh=false"])?.outcome.code(0)?;
    let refreshed = terraform.plan(&["-refresh-only"])?.outcome;
    refreshed.says(&["No changes", "found no differences"])?;
    Ok(())
}
