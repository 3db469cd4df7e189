//! A saved plan, as `terraform show -json` describes it.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::terraform::Outcome;

/// What terraform intends to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The run of `terraform plan`; its code is 0 for no changes, 2 for changes.
    pub outcome: Outcome,
    /// The plan in Terraform's JSON form; `None` if there are no changes.
    pub json: Option<Value>,
}

impl Plan {
    /// The change planned for a resource: `{actions, before, after, after_unknown, …}`.
    pub fn change(&self, address: &str) -> Result<&Value> {
        let changes = self.json.as_ref().map(|json| &json["resource_changes"]);
        let found = changes
            .and_then(Value::as_array)
            .and_then(|changes| changes.iter().find(|change| change["address"] == address));
        Ok(
            &found.with_context(|| format!("the plan has no {address}:\n{}", self.outcome.text))?["change"],
        )
    }
}
