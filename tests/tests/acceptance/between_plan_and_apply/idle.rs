//! When nothing has changed, nothing is planned: whatever the state remembers of the distribution,
//! with a read before the plan and without.

use std::fs;

use acceptance::aws::Operation;
use acceptance::estate::Estate;
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};

use super::EMPTY;
use crate::{ADDRESS, EXAMPLE};

const ALL: &str = r#"
resource "netacea_cloudfront_integration" "shop" {
  distribution = {
    id             = var.distribution_id
    behaviors      = null
    adopt_existing = true
  }
}
"#;

/// Without what a state of an earlier release does not have.
fn outdated(state: &str) -> Result<String> {
    let mut state: Value = serde_json::from_str(state)?;
    let instance = state
        .pointer_mut("/resources/0/instances/0")
        .and_then(Value::as_object_mut)
        .context("an instance")?;
    let private = instance["private"].as_str().context("private state")?;
    let mut private: Value = serde_json::from_slice(&BASE64_STANDARD.decode(private)?)?;
    let values = private["values"].as_object_mut().context("its values")?;
    values.remove("sighting").context("what the read saw")?;
    instance["private"] = json!(BASE64_STANDARD.encode(private.to_string()));
    let attributes = instance
        .get_mut("attributes")
        .and_then(Value::as_object_mut)
        .context("attributes")?;
    attributes
        .remove("depends_on_distribution_changes")
        .context("the attribute")?;
    state["serial"] = json!(1000);
    Ok(state.to_string())
}

#[test]
fn an_idle_plan_of_all_behaviors_reads_three_times_whatever_release_wrote_the_state() -> Result<()>
{
    let tools = Toolchain::of_each_terraform(false)?;
    let estate = Estate::build_with(tools.into_iter().next().context("a toolchain")?)?;
    let distribution = &estate.site.distribution;
    distribution.edit(|now| now.without_behavior("/assets/*"))?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.write("override.tf", ALL)?;
    terraform.apply()?;
    ensure!(
        !terraform.resource(ADDRESS)?["displaced"]
            .as_object()
            .is_none_or(|all| all.is_empty())
    );

    for is_outdated in [false, true] {
        if is_outdated {
            // Writes what the read saw into the state.
            terraform.apply()?;
            let path = terraform.path().join("terraform.tfstate");
            fs::write(&path, outdated(&fs::read_to_string(&path)?)?)?;
        }
        terraform.plan(&["-refresh=false"])?.outcome.code(0)?;
        estate.proxy.forget();
        terraform.plan(&[])?.outcome.code(0)?;
        let calls = estate.proxy.calls();
        let reads: Vec<Operation> = calls
            .iter()
            .map(|call| call.operation)
            .filter(|operation| *operation != Operation::Query)
            .collect();
        assert_eq!(reads.len(), 3, "{reads:?}");
    }

    // What such a state does not know, its next read does.
    let added = distribution.configuration()?.behavior("/legacy/*")?;
    let start = added.find("<LambdaFunctionAssociations>").context("ours")?;
    let rest = added
        .split_once("</LambdaFunctionAssociations>")
        .context("its end")?
        .1;
    let added = format!("{}{EMPTY}{rest}", &added[..start]).replace("/legacy/*", "/new/*");
    distribution.edit(|now| now.with_behaviors(&added))?;
    let plan = terraform.plan(&[])?;
    let after = &plan.change(ADDRESS)?["after"];
    ensure!(
        after["slots"]["/new/* viewer-request"].is_object(),
        "{after}"
    );
    terraform
        .run(&["apply", "-input=false", "tfplan"])?
        .success()?;
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}
