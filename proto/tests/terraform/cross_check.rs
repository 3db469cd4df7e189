//! What Terraform makes of our values: an implementation of the same formats that nobody here
//! wrote.
//!
//! [`echo`] is a provider, inside the test, of resources of generated types, which plans and makes
//! generated values. Terraform decodes them, checks them against each other, writes them into its
//! state and plan files, and sends them back; everywhere they must be what was sent.

mod case;
mod echo;
mod plain;
#[allow(dead_code, reason = "the crate's own tests use more of it")]
#[path = "../../src/value/strategy.rs"]
mod strategy;

use serde::Deserialize;
use serde_json::value::RawValue;
use tfplugin::value::{Type, Value, json};
// What `strategy` finds next to itself in the crate.
use tfplugin::value::{Bound, Dynamic, Number, Refinement};
use unicode_normalization::UnicodeNormalization as _;

use crate::terraform::Terraform;
use crate::workspace::Workspace;
use case::Case;
use echo::Echo;
use plain::{plain_type, plain_value};

terraforms!(values_come_back_from_terraform_as_they_were_sent);

const ECHO: &str = r#"
terraform {
  required_providers {
    echo = { source = "example/echo" }
  }
}
"#;

fn normal_form(text: String) -> String {
    text.nfc().collect()
}

fn values_come_back_from_terraform_as_they_were_sent(terraform: &Terraform) {
    let cases = Case::some(12);
    let echo = Echo::serve(&cases);
    let attach = [("TF_REATTACH_PROVIDERS", echo.attach())];
    let configuration: String = (0..cases.len())
        .map(|index| format!("resource \"echo_case{index}\" \"x\" {{}}\n"))
        .collect();
    let configuration = format!("{ECHO}{configuration}");
    let workspace = Workspace::bare(terraform, &configuration);

    workspace.succeeds_with(&attach, &["plan", "-out=plan"]);
    let plan: Plan = read(&workspace.succeeds_with(&attach, &["show", "-json", "plan"]));
    assert_eq!(plan.resource_changes.len(), cases.len());
    for planned in &plan.resource_changes {
        let case = &cases[index(&planned.address)];
        let shown = decoded(&planned.change.after, &plain_type(&case.of, &case.planned));
        assert_eq!(
            shown,
            plain_value(&case.of, &case.planned),
            "{} in the plan",
            planned.address
        );
    }

    workspace.succeeds_with(&attach, &["apply", "plan"]);
    let state: State = read(&workspace.state_text());
    assert_eq!(state.resources.len(), cases.len());
    for resource in &state.resources {
        let case = &cases[index(&resource.r#type)];
        let stored = decoded(&resource.instances[0].attributes, &case.of);
        assert_eq!(stored, case.made, "{} in the state", resource.r#type);
    }
    let shown: Shown = read(&workspace.succeeds_with(&attach, &["show", "-json"]));
    for resource in &shown.values.root_module.resources {
        let case = &cases[index(&resource.address)];
        let shown = decoded(&resource.values, &plain_type(&case.of, &case.made));
        assert_eq!(
            shown,
            plain_value(&case.of, &case.made),
            "{} as shown",
            resource.address
        );
    }

    let second = workspace.succeeds_with(&attach, &["plan"]);
    assert!(second.contains("No changes."), "{second}");
    echo.heard_what_it_said();
}

/// The number in `echo_case7.x`.
fn index(name: &str) -> usize {
    let digits = name.trim_start_matches("echo_case").trim_end_matches(".x");
    digits.parse().expect("these are the names of the cases")
}

fn decoded(text: &RawValue, of: &Type) -> Value {
    json::decode(text.get().as_bytes(), of).expect("what Terraform writes can be read")
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> T {
    serde_json::from_str(text).expect("terraform writes JSON")
}

#[derive(Deserialize)]
struct Plan {
    resource_changes: Vec<Planned>,
}

#[derive(Deserialize)]
struct Planned {
    address: String,
    change: Change,
}

#[derive(Deserialize)]
struct Change {
    after: Box<RawValue>,
}

#[derive(Deserialize)]
struct State {
    resources: Vec<StateResource>,
}

#[derive(Deserialize)]
struct StateResource {
    r#type: String,
    instances: Vec<Instance>,
}

#[derive(Deserialize)]
struct Instance {
    attributes: Box<RawValue>,
}

#[derive(Deserialize)]
struct Shown {
    values: ShownValues,
}

#[derive(Deserialize)]
struct ShownValues {
    root_module: RootModule,
}

#[derive(Deserialize)]
struct RootModule {
    resources: Vec<ShownResource>,
}

#[derive(Deserialize)]
struct ShownResource {
    address: String,
    values: Box<RawValue>,
}
