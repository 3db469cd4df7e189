//! A pinned version is used as it is; nothing is published until the pin is gone.

use acceptance::aws::Operation;
use acceptance::estate::Estate;
use acceptance::terraform::{REQUIREMENT, Summary, WorkingDirectory};
use anyhow::Result;
use serde_json::json;

use crate::{ADDRESS, EXAMPLE, FUNCTION};

fn pin(terraform: &WorkingDirectory, version: &str) -> Result<()> {
    terraform.write(
        "override.tf",
        &format!(
            "resource \"netacea_cloudfront_integration\" \"shop\" {{\n  pinned_version = {version}\n}}\n"
        ),
    )
}

/// An estate that runs version 2; version 1 is there too.
fn two_versions() -> Result<(Estate, WorkingDirectory)> {
    let estate = Estate::build()?;
    let mut terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    terraform.variable("session_expiry_seconds", "120");
    terraform.apply()?;
    Ok((estate, terraform))
}

fn slots_of(estate: &Estate, version: u64) -> Result<usize> {
    let xml = estate.site.distribution.configuration()?.xml;
    Ok(xml.matches(&format!(":{FUNCTION}:{version}<")).count())
}

#[test]
fn a_pin_goes_back_without_publishing_and_its_end_returns_to_the_newest() -> Result<()> {
    let (estate, mut terraform) = two_versions()?;
    pin(&terraform, "\"1\"")?;
    let plan = terraform.plan(&[])?;
    let change = plan.change(ADDRESS)?;
    assert_eq!(change["actions"], json!(["update"]));
    assert_eq!(change["after"]["version"], "1");
    let arn = change["after"]["qualified_arn"]
        .as_str()
        .unwrap_or_default();
    assert!(
        arn.ends_with(&format!(":{FUNCTION}:1")),
        "known at plan: {arn}"
    );
    estate.proxy.forget();
    terraform.apply()?;
    assert_eq!(estate.proxy.writes(), [Operation::UpdateDistribution]);
    assert_eq!(slots_of(&estate, 1)?, 9);
    terraform.plan(&[])?.outcome.code(0)?;

    // What is configured meanwhile waits.
    terraform.variable("session_expiry_seconds", "240");
    let plan = terraform.plan(&[])?;
    plan.outcome
        .warns(Summary::NothingPublishedWhilePinned, &["settings changed"])?;
    estate.proxy.forget();
    terraform.apply()?;
    assert_eq!(estate.proxy.writes(), []);
    terraform.plan(&[])?.outcome.code(0)?;

    pin(&terraform, "null")?;
    terraform.apply()?;
    assert_eq!(estate.emulator.functions().versions(FUNCTION)?, [1, 2, 3]);
    assert_eq!(slots_of(&estate, 3)?, 9);
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn the_end_of_a_pin_makes_no_version_when_nothing_changed_meanwhile() -> Result<()> {
    let (estate, terraform) = two_versions()?;
    pin(&terraform, "\"1\"")?;
    terraform.apply()?;
    pin(&terraform, "null")?;
    terraform.apply()?;
    assert_eq!(estate.emulator.functions().versions(FUNCTION)?, [1, 2]);
    assert_eq!(slots_of(&estate, 2)?, 9);
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn only_a_version_that_exists_can_be_pinned() -> Result<()> {
    let (estate, terraform) = two_versions()?;
    estate.proxy.forget();
    for (version, mentions) in [
        (
            "\"9\"",
            [
                "pinned_version",
                "no version 9",
                "published versions are: 1, 2",
            ],
        ),
        (
            "\"$LATEST\"",
            ["pinned_version", "$LATEST", "published version"],
        ),
    ] {
        pin(&terraform, version)?;
        terraform
            .run(&["plan", "-input=false"])?
            .code(1)?
            .says(&mentions)?;
    }
    assert_eq!(estate.proxy.writes(), []);

    let fresh = Estate::build()?;
    let terraform = fresh.example(EXAMPLE)?;
    pin(&terraform, "\"1\"")?;
    terraform.run(&["plan", "-input=false"])?.code(1)?.errs(
        Summary::FunctionNotFound,
        &["netacea-shop", "pinned_version"],
    )
}

#[test]
fn a_pinned_version_that_was_deleted_stops_an_apply_and_lets_a_destroy_pass() -> Result<()> {
    let (estate, terraform) = two_versions()?;
    pin(&terraform, "\"1\"")?;
    terraform.apply()?;
    estate.emulator.functions().delete(FUNCTION, Some("1"))?;
    let plan = terraform.plan(&[])?;
    plan.outcome.warns(
        Summary::PinnedVersionDeleted,
        &["version 1", "remove `pinned_version`"],
    )?;
    terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?
        .errs(
            Summary::NoSuchVersion,
            &["no version 1", "published versions are: 2"],
        )?;
    terraform.destroy()?;
    assert_eq!(slots_of(&estate, 1)?, 0);
    Ok(())
}

#[test]
fn the_versions_to_go_back_to_are_listed_with_what_they_do_and_where_they_stand() -> Result<()> {
    let (estate, terraform) = two_versions()?;
    let asking = |name: &str| {
        estate.configuration(&format!(
            r#"{REQUIREMENT}
data "netacea_edge_versions" "shop" {{
  function_name = "{name}"
}}

output "versions" {{
  value = data.netacea_edge_versions.shop.versions
}}
"#
        ))
    };
    let versions = asking(FUNCTION)?;
    estate.proxy.forget();
    versions.apply()?;
    assert_eq!(estate.proxy.writes(), []);
    let found = versions.output("versions")?;
    let numbers: Vec<_> = [0, 1, 2]
        .map(|index| found[index]["version"].clone())
        .into();
    assert_eq!(numbers, [json!("2"), json!("1"), json!(null)]);
    let state = terraform.resource(ADDRESS)?;
    for name in ["code_sha256", "settings_sha256"] {
        assert_eq!(found[0][name], state[name], "{name}");
        assert_ne!(found[1][name], state[name], "{name}");
    }
    assert_eq!(
        found[0]["mitigation_type"],
        state["settings"]["mitigation_type"]
    );
    let published_at = found[0]["published_at"].as_str().unwrap_or_default();
    assert!(
        published_at.starts_with("20") && published_at.ends_with('Z'),
        "{published_at}"
    );
    assert_eq!(
        found[0]["places"][0]["distribution_id"],
        estate.site.distribution.id()
    );
    let slots = found[0]["places"][0]["slots"].as_array();
    assert_eq!(slots.map(Vec::len), Some(slots_of(&estate, 2)?));
    assert_eq!(found[1]["places"], json!([]));

    let missing = asking("netacea-nobody")?
        .run(&["plan", "-input=false"])?
        .code(1)?;
    missing.says(&["There is no function netacea-nobody", "function_name"])
}
