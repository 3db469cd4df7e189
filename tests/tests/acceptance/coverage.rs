//! What of the account is protected: every status, every distribution, in few calls.

use acceptance::aws::Operation;
use acceptance::estate::Estate;
use acceptance::fixture::wide_distribution;
use acceptance::terraform::{REQUIREMENT, WorkingDirectory};
use anyhow::{Context, Result};
use hyper::StatusCode;
use serde_json::{Value, json};

use crate::{EXAMPLE, FUNCTION};

/// A working directory that asks for the coverage with these arguments.
fn asking(estate: &Estate, arguments: &str) -> Result<WorkingDirectory> {
    estate.configuration(&format!(
        r#"{REQUIREMENT}
data "netacea_cloudfront_coverage" "account" {{
{arguments}
}}

output "coverage" {{
  value = data.netacea_cloudfront_coverage.account
}}
"#
    ))
}

/// What it says.
fn coverage(terraform: &WorkingDirectory) -> Result<Value> {
    terraform.apply()?;
    terraform.output("coverage")
}

/// Name and status of each behavior of the distribution at `index`.
fn statuses(coverage: &Value, index: usize) -> Result<Vec<(&str, &str)>> {
    let behaviors = coverage["distributions"][index]["behaviors"].as_array();
    let behaviors = behaviors.context("behaviors")?.iter();
    let statuses = behaviors.map(|behavior| {
        let text = |name: &str| behavior[name].as_str().context("a string");
        Ok((text("name")?, text("status")?))
    });
    statuses.collect()
}

#[test]
fn every_behavior_has_a_status_with_its_reason_and_its_holders() -> Result<()> {
    let estate = Estate::build()?;
    let integration = estate.example(EXAMPLE)?;
    integration.apply()?;
    let terraform = asking(&estate, "")?;
    estate.proxy.forget();
    let found = coverage(&terraform)?;
    let id = estate.site.distribution.id();
    assert_eq!(found["distributions"][0]["id"], id);
    assert_eq!(
        statuses(&found, 0)?,
        [
            ("default", "protected"),
            ("/checkout/*", "protected"),
            ("/api/*", "protected"),
            ("/assets/*", "impossible"),
            ("/legacy/*", "foreign"),
        ]
    );
    assert_eq!(found["unprotected"], json!([format!("{id} /legacy/*")]));
    assert_eq!(
        found["summary"],
        json!({
            "distributions": 1, "behaviors": 5, "protected": 3, "partly": 0, "foreign": 1,
            "unprotected": 0, "impossible": 1,
        })
    );
    let behaviors = &found["distributions"][0]["behaviors"];
    assert_eq!(behaviors[0]["reason"], Value::Null);
    for (index, part) in [(3, "function/rewrite-index"), (4, "legacy-edge:1")] {
        let reason = behaviors[index]["reason"].as_str().unwrap_or_default();
        assert!(reason.contains(part), "{reason}");
    }
    let ours = json!({
        "event_type": "viewer-request",
        "lambda_arn": format!("arn:aws:lambda:us-east-1:000000000000:function:{FUNCTION}:1"),
        "version": "1", "ours": true, "integration": FUNCTION,
    });
    assert_eq!(behaviors[0]["holders"][0], ours);
    let theirs = &behaviors[0]["holders"][2];
    assert_eq!(
        (&theirs["ours"], &theirs["integration"]),
        (&json!(false), &Value::Null),
        "{theirs}"
    );

    let calls = estate.proxy.calls();
    let count = |operation| {
        let of_it = calls.iter().filter(|call| call.operation == operation);
        of_it.count()
    };
    // Terraform reads a data source once in the plan of an apply.
    assert_eq!(count(Operation::ListDistributions), 1);
    assert_eq!(count(Operation::ListTags), 2);
    assert_eq!(estate.proxy.writes(), []);

    integration.destroy()?;
    let found = coverage(&terraform)?;
    assert_eq!(statuses(&found, 0)?[0], ("default", "unprotected"));
    Ok(())
}

#[test]
fn distributions_are_found_page_by_page_and_chosen_by_id_and_alias() -> Result<()> {
    const MANY: usize = 101;
    let estate = Estate::build()?;
    for index in 0..MANY {
        let configuration = wide_distribution(&format!("site-{index}"), 1)?;
        let configuration = match index {
            0 => configuration.replace("shop.example", "other.example"),
            1 => {
                configuration.replacen("<Enabled>true</Enabled>\n", "<Enabled>false</Enabled>\n", 1)
            }
            _ => configuration,
        };
        estate.emulator.create_distribution(&configuration)?;
    }
    let all = asking(&estate, "  include_disabled = true")?;
    estate.proxy.forget();
    let found = coverage(&all)?;
    assert_eq!(found["summary"]["distributions"], MANY + 1);
    let listings = estate.proxy.calls().into_iter();
    let listings = listings.filter(|call| call.operation == Operation::ListDistributions);
    assert_eq!(listings.count(), 2);
    let distributions = found["distributions"].as_array().context("a list")?;
    let mut ids: Vec<_> = distributions
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    let off: Vec<_> = distributions
        .iter()
        .filter(|one| one["enabled"] == false)
        .collect();
    assert_eq!(off.len(), 1);
    assert!(ids.is_sorted());
    ids.dedup();
    assert_eq!(ids.len(), MANY + 1);

    let id = estate.site.distribution.id();
    let two = asking(
        &estate,
        &format!("  distribution_ids = [\"{id}\"]\n  aliases = [\"WWW.other.example\"]"),
    )?;
    assert_eq!(coverage(&two)?["summary"]["distributions"], 2);
    let disabled = off[0]["id"].as_str().context("an id")?;
    let none = asking(&estate, &format!("  distribution_ids = [\"{disabled}\"]"))?;
    assert_eq!(coverage(&none)?["distributions"], json!([]));

    let missing = asking(
        &estate,
        "  distribution_ids = [\"E0000000000000\"]\n  aliases = [\"nobody.example\"]",
    )?;
    let refused = missing.run(&["plan", "-input=false"])?.code(1)?;
    refused.says(&[
        "There is no distribution E0000000000000",
        "No distribution has the alias nobody.example",
    ])?;
    Ok(())
}

#[test]
fn a_missing_permission_is_named() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = asking(&estate, "")?;
    for (operation, action) in [
        (Operation::ListDistributions, "cloudfront:ListDistributions"),
        (Operation::ListTags, "lambda:ListTags"),
    ] {
        estate
            .proxy
            .refuse(operation, StatusCode::FORBIDDEN, "AccessDenied");
        let refused = terraform.run(&["plan", "-input=false"])?.code(1)?;
        refused.says(&[action])?;
        estate.proxy.relent();
    }
    Ok(())
}

#[test]
fn a_check_warns_of_what_nobody_protects_and_the_apply_goes_on() -> Result<()> {
    let estate = Estate::build()?;
    let integration = estate.example(EXAMPLE)?;
    integration.apply()?;
    let id = estate.site.distribution.id();
    let mut terraform = estate.example("coverage")?;
    let told = terraform.apply()?;
    told.says(&["Check block assertion failed", &format!("{id} /legacy/*")])?;
    terraform.variable("accepted", &json!([format!("{id} /legacy/*")]).to_string());
    let silent = terraform.apply()?;
    assert!(!silent.text.contains("Check block"), "{}", silent.text);
    let place = format!("{id} /assets/*");
    let reason = terraform.output("reasons")?[place.as_str()].clone();
    let reason = reason.as_str().context("a reason")?;
    assert!(reason.contains("rewrite-index"), "{reason}");

    // Somebody adds a behavior.
    let wide = wide_distribution("later", 1)?;
    let later = estate.emulator.create_distribution(&wide)?;
    let told = terraform.plan(&[])?.outcome;
    told.says(&[&format!("{} /0/*", later.id())])
}
