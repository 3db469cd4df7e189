//! Configurations as Terraform sends them.

use super::literal::Literal;
use super::refusal::Refusal;
use super::rules::{Fault, configuration_faults, object_faults};
use crate::path::Path;
use crate::value::Value;
use crate::wire::schema::Block;

/// A configuration that Terraform would send.
pub(super) fn configuration(
    doing: &str,
    block: &Block,
    literal: Literal,
) -> Result<Value, Refusal> {
    let config = literal
        .configuration(block)
        .map_err(|faults| Refusal::new(doing, faults))?;
    let faults = configuration_faults(block, &config);
    if faults.is_empty() {
        return Ok(config);
    }
    let summary = "Invalid configuration";
    let explanation = "Terraform refuses this before the provider sees it";
    Err(Refusal::of_faults(doing, summary, explanation, &faults))
}

/// Checks the configuration that a test passes to an apply: it must be wholly known and otherwise
/// equal to the planned one.
pub(super) fn resolved(
    doing: &str,
    block: &Block,
    planned: &Value,
    config: &Value,
) -> Result<(), Refusal> {
    let mut faults = object_faults(block, planned, config);
    if !config.is_wholly_known() {
        faults.push(Fault {
            path: Path::default(),
            what: "some of it is unknown".to_owned(),
        });
    }
    if faults.is_empty() {
        return Ok(());
    }
    let summary = "The test applies a configuration other than the planned one";
    let explanation = "An apply replaces unknown values with known ones, and changes nothing else";
    Err(Refusal::of_faults(doing, summary, explanation, &faults))
}
