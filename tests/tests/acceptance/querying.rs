//! `terraform query` finds what exists, and what it generates takes it over without a change.

use acceptance::aws::Operation;
use acceptance::estate::Estate;
use acceptance::fixture::{StagingPair, VendorFunction};
use acceptance::terraform::{Outcome, REQUIREMENT, WorkingDirectory};
use acceptance::toolchain::Toolchain;
use anyhow::Result;
use hyper::StatusCode;

use crate::{EXAMPLE, FUNCTION};

/// What a generated configuration cannot know.
const SECRETS: &str = r#"
resource "netacea_cloudfront_integration" "all_0" {
  secrets = {
    api_key    = var.netacea_api_key
    secret_key = var.netacea_secret_key
  }
}
"#;

fn estate() -> Result<Estate> {
    Estate::build_with(Toolchain::of_each_terraform(false)?.remove(0))
}

/// A working directory with these list blocks.
fn querying(estate: &Estate, lists: &str) -> Result<WorkingDirectory> {
    let terraform = estate.configuration(REQUIREMENT)?;
    terraform.write("all.tfquery.hcl", lists)?;
    Ok(terraform)
}

fn query(terraform: &WorkingDirectory) -> Result<Outcome> {
    terraform.run(&["query", "-no-color"])
}

const INTEGRATIONS: &str =
    "list \"netacea_cloudfront_integration\" \"all\" {\n  provider = netacea\n}\n";
const ASSOCIATIONS: &str =
    "list \"netacea_cloudfront_association\" \"all\" {\n  provider = netacea\n}\n";

#[test]
fn functions_and_places_are_listed_and_strangers_are_not() -> Result<()> {
    let estate = estate()?;
    let terraform = querying(&estate, &format!("{INTEGRATIONS}{ASSOCIATIONS}"))?;
    let none = query(&terraform)?.success()?;
    assert!(!none.text.contains("legacy-edge"), "{}", none.text);

    estate.example(EXAMPLE)?.apply()?;
    estate.proxy.forget();
    let found = query(&terraform)?.success()?;
    let id = estate.site.distribution.id();
    found.says(&[
        &format!("function_name={FUNCTION}"),
        &format!("{FUNCTION} in {id} (shop.example)"),
    ])?;
    assert!(!found.text.contains("legacy-edge"), "{}", found.text);
    assert_eq!(estate.proxy.writes(), []);
    Ok(())
}

#[test]
fn what_is_generated_takes_everything_over_without_a_change() -> Result<()> {
    let estate = estate()?;
    let owner = estate.example(EXAMPLE)?;
    owner.apply()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = querying(&estate, &format!("{INTEGRATIONS}{ASSOCIATIONS}"))?;
    terraform
        .run(&["query", "-no-color", "-generate-config-out=generated.tf"])?
        .success()?;
    let generated = std::fs::read_to_string(terraform.path().join("generated.tf"))?;
    assert!(generated.contains("import {"), "{generated}");
    let variables = "variable \"netacea_api_key\" {}\nvariable \"netacea_secret_key\" {}\n";
    terraform.write("variables.tf", variables)?;
    terraform.write("secrets_override.tf", SECRETS)?;
    // The secrets are new to this state, and nothing else is.
    let plan = terraform.plan(&[])?;
    plan.outcome
        .says(&["2 to import, 0 to add, 1 to change, 0 to destroy"])?;
    let change = plan.change("netacea_cloudfront_integration.all_0")?;
    let (prior, after) = (&change["before"], &change["after"]);
    let changed = prior.as_object().into_iter().flatten();
    let changed: Vec<&String> = changed
        .filter(|(name, value)| after[name.as_str()] != **value)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        changed,
        [
            "lambda_function_associations",
            "qualified_arn",
            "secrets",
            "version"
        ]
    );
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(estate.site.distribution.configuration()?, before);
    Ok(())
}

#[test]
fn a_place_in_a_staging_distribution_is_generated_as_one() -> Result<()> {
    let estate = estate()?;
    let primary = &estate.site.distribution;
    StagingPair::prepare(primary)?;
    let (emulator, proxy) = (&estate.emulator, &estate.proxy);
    let pair = StagingPair::create(emulator, proxy, primary, StagingPair::WEIGHT)?;
    let mut owner = estate.example_without("canary", &["monitoring.tf"])?;
    owner.variable("staging_distribution_id", pair.staging.id());
    owner.apply()?;
    let terraform = querying(&estate, ASSOCIATIONS)?;
    terraform
        .run(&["query", "-no-color", "-generate-config-out=generated.tf"])?
        .success()?;
    let generated = std::fs::read_to_string(terraform.path().join("generated.tf"))?;
    let said = generated.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("staging = true"), "{generated}");
    terraform
        .plan(&[])?
        .outcome
        .says(&["1 to import, 0 to add, 0 to change, 0 to destroy"])
}

#[test]
fn functions_of_netaceas_own_package_are_found_on_request() -> Result<()> {
    let estate = estate()?;
    let configuration = std::fs::read_to_string(
        Toolchain::workspace().join("examples/migrate-from-vendor-zip/NetaceaConfig.json"),
    )?;
    VendorFunction::attach(
        &estate.site,
        &estate.emulator,
        "vendor-shop",
        &configuration,
    )?;
    let plain = querying(&estate, INTEGRATIONS)?;
    let found = query(&plain)?.success()?;
    assert!(!found.text.contains("vendor-shop"), "{}", found.text);

    let asking = "list \"netacea_cloudfront_integration\" \"all\" {\n  provider = netacea\n  config \
                  {\n    include_vendor_packages = true\n  }\n}\n";
    let asking = querying(&estate, asking)?;
    let found = query(&asking)?.success()?;
    found.says(&["vendor-shop (Netacea's own package, in"])?;
    assert!(!found.text.contains("legacy-edge"), "{}", found.text);
    Ok(())
}

#[test]
fn a_missing_permission_is_named() -> Result<()> {
    let estate = estate()?;
    estate.example(EXAMPLE)?.apply()?;
    for (lists, operation, action) in [
        (
            INTEGRATIONS,
            Operation::ListFunctions,
            "lambda:ListFunctions",
        ),
        (INTEGRATIONS, Operation::ListTags, "lambda:ListTags"),
        (
            ASSOCIATIONS,
            Operation::ListDistributions,
            "cloudfront:ListDistributions",
        ),
    ] {
        estate
            .proxy
            .refuse(operation, StatusCode::FORBIDDEN, "AccessDenied");
        let terraform = querying(&estate, lists)?;
        query(&terraform)?.code(1)?.says(&[action])?;
        estate.proxy.relent();
    }
    Ok(())
}
