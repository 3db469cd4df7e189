//! The folders with a `main.tf`, found by themselves.

use acceptance::aws::Distribution;
use acceptance::estate::Estate;
use acceptance::fixture::{LEGACY_FUNCTION, StagingPair, VendorFunction};
use acceptance::terraform::WorkingDirectory;
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result};
use serde_json::json;

use super::{entries, examples, text};
use crate::FUNCTION;

/// A story is a folder with a `main.tf`; the registry's own folders have none.
#[test]
fn every_story_validates_applies_settles_and_leaves_nothing_behind() -> Result<()> {
    let stories = stories()?;
    assert!(stories.len() >= 3, "{stories:?}");
    for story in stories {
        let result = applies_settles_and_leaves_nothing_behind(&story);
        result.with_context(|| format!("examples/{story}"))?;
    }
    Ok(())
}

fn applies_settles_and_leaves_nothing_behind(story: &str) -> Result<()> {
    // An older Terraform knows no actions.
    let needs_newest = text(&format!("{story}/main.tf"))?.contains("\naction \"");
    let estate = if needs_newest {
        Estate::build_with(Toolchain::of_each_terraform(false)?.remove(0))?
    } else {
        Estate::build()?
    };
    let left_out = of_other_providers(story)?;
    let left_out: Vec<&str> = left_out.iter().map(String::as_str).collect();
    let mut terraform = estate.example_without(story, &left_out)?;
    let others = match story {
        "many-distributions" => vec![second_site(&estate, &mut terraform)?],
        "canary" => vec![staging_distribution(&estate, &mut terraform)?],
        _ => Vec::new(),
    };
    let distributions = || [&estate.site.distribution].into_iter().chain(&others);
    let before = distributions()
        .map(|distribution| Ok(distribution.configuration()?.xml))
        .collect::<Result<Vec<_>>>()?;

    if story == "migrate-from-vendor-zip" {
        let configuration = text(&format!("{story}/NetaceaConfig.json"))?;
        VendorFunction::attach(&estate.site, &estate.emulator, FUNCTION, &configuration)?;
    }

    terraform.run(&["validate"])?.success()?;
    let applied = terraform.apply()?;
    let idle = terraform.plan(&[])?.outcome.code(0)?;
    for outcome in [applied, idle] {
        let told = outcome.unframed();
        let told = told.split("`acknowledge_hazards = [\"").skip(1);
        let told: Vec<&str> = told.filter_map(|rest| rest.split('"').next()).collect();
        assert!(
            told.iter().all(|hazard| is_true(story, hazard)),
            "{}",
            outcome.text
        );
    }
    terraform.destroy()?;
    for (distribution, before) in distributions().zip(before) {
        assert_eq!(distribution.configuration()?.xml, before, "{story}");
    }
    assert_eq!(estate.emulator.functions().names()?, [LEGACY_FUNCTION]);
    Ok(())
}

/// Hazards that examples are told for good reason: the vendor's function was in `/checkout/*` only,
/// and a staging distribution gets some requests only.
fn is_true(story: &str, hazard: &str) -> bool {
    [
        ("migrate-from-vendor-zip", "verification_path_unprotected"),
        ("canary", "continuous_deployment"),
    ]
    .contains(&(story, hazard))
}

/// Gives `canary` a staging distribution of the estate's.
fn staging_distribution(estate: &Estate, terraform: &mut WorkingDirectory) -> Result<Distribution> {
    let primary = &estate.site.distribution;
    StagingPair::prepare(primary)?;
    let pair = StagingPair::create(
        &estate.emulator,
        &estate.proxy,
        primary,
        StagingPair::HEADER,
    )?;
    terraform.variable("staging_distribution_id", pair.staging.id());
    Ok(pair.staging)
}

/// Gives `many-distributions` the estate's distribution and a second one like it.
fn second_site(estate: &Estate, terraform: &mut WorkingDirectory) -> Result<Distribution> {
    let xml = estate.site.distribution.configuration()?.xml;
    let second = estate
        .emulator
        .create_distribution(&xml.replace("</CallerReference>", "-second</CallerReference>"))?;
    let sites = json!({
        "shop": { "distribution_id": estate.site.distribution.id(), "behaviors": ["default"] },
        "blog": { "distribution_id": second.id(), "behaviors": ["default", "/checkout/*"], "mitigation_type": "INGEST" },
    });
    terraform.variable("sites", &sites.to_string());
    Ok(second)
}

/// Files that need another provider, which is not here.
fn of_other_providers(story: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for name in entries(story)? {
        if text(&format!("{story}/{name}"))?.contains("resource \"aws_") {
            names.push(name);
        }
    }
    Ok(names)
}

fn stories() -> Result<Vec<String>> {
    let mut names = entries("")?;
    names.retain(|name| examples().join(name).join("main.tf").is_file());
    Ok(names)
}
