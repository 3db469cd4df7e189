//! Bad input and bad providers.

use crate::lifecycle::ENTRY;
use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    bad_input_is_refused_at_its_attribute_before_anything_is_written,
    a_panic_is_an_error_of_its_resource_alone
);

fn bad_input_is_refused_at_its_attribute_before_anything_is_written(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        &ENTRY.replace("\"greeting\"\n  value", "\"no spaces, please\"\n  value"),
    );
    let refusal = workspace.exits(1, &["plan"]);
    assert!(
        refusal.contains("A key consists of letters, digits and hyphens."),
        "{refusal}"
    );
    assert!(
        shows(&refusal, "key = \"no spaces, please\""),
        "the line is shown: {refusal}"
    );

    workspace.configure(&ENTRY.replace("1m", "soon"));
    let refusal = workspace.exits(1, &["plan"]);
    assert!(refusal.contains("\"soon\" is not a duration"), "{refusal}");

    workspace.configure(&ENTRY.replace("login_wo_version  = 1", ""));
    let refusal = workspace.exits(1, &["plan"]);
    assert!(
        refusal.contains("login_wo needs login_wo_version"),
        "{refusal}"
    );
    assert!(workspace.keys().is_empty());
}

fn a_panic_is_an_error_of_its_resource_alone(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        r#"
resource "kv_entry" "bad" {
  key   = "bad"
  value = "panic"
}
resource "kv_entry" "good" {
  key   = "good"
  value = "fine"
}
"#,
    );
    let failure = workspace.exits(1, &["apply", "-auto-approve"]);
    assert!(failure.contains("The provider crashed"), "{failure}");
    assert!(
        failure.contains("create of kv_entry panicked: the value is \"panic\""),
        "{failure}"
    );
    assert_eq!(workspace.keys(), ["good"]);
}
