//! Functions in expressions.

use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    functions_are_called_with_values_that_are_known_and_that_are_not,
    a_bad_argument_is_an_error_at_its_parameter,
);

const CALLS: &str = r#"
resource "terraform_data" "later" {
  input = "later"
}
output "none" { value = provider::kv::key("-") }
output "null" { value = provider::kv::key(null, "a", "b") }
output "pair" { value = provider::kv::pair("x=1") }
output "later" { value = provider::kv::key("-", "known", terraform_data.later.output) }
"#;

fn functions_are_called_with_values_that_are_known_and_that_are_not(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, CALLS);
    let plan = workspace.succeeds(&["plan"]);
    assert!(
        shows(&plan, "+ later = (known after apply)"),
        "an unknown argument makes an unknown result: {plan}"
    );
    workspace.succeeds(&["apply", "-auto-approve"]);
    let outputs = workspace.json(&["output", "-json"]);
    let value = |name: &str| outputs[name]["value"].clone();
    assert_eq!(value("none"), "");
    assert_eq!(value("null"), "a-b");
    assert_eq!(value("later"), "known-later");
    assert_eq!(
        value("pair"),
        serde_json::json!({ "key": "x", "value": "1" })
    );
    workspace.plans_nothing();
}

fn a_bad_argument_is_an_error_at_its_parameter(terraform: &Terraform) {
    // Validation is enough: functions need no configured provider.
    for (call, complaint) in [
        (
            r#"provider::kv::key("-", "ok", "not ok")"#,
            r#"Invalid value for "parts" parameter: "not ok" is not allowed. Use letters and digits."#,
        ),
        (
            r#"provider::kv::pair("xx")"#,
            r#"Invalid value for "text" parameter: there is no equals sign."#,
        ),
        ("provider::kv::pair(null)", "argument must not be null"),
    ] {
        let workspace = Workspace::new(terraform, &format!("output \"bad\" {{ value = {call} }}"));
        let refusal = workspace.exits(1, &["plan"]);
        assert!(shows(&refusal, complaint), "{call}: {refusal}");
    }
}
