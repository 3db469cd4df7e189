//! Resource identity: what a resource is, in a form that Terraform keeps with its state.

use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    since 1.12: an_entry_is_imported_by_its_identity,
    the_state_holds_the_identity_and_a_replacement_gets_another,
);

fn an_entry_is_imported_by_its_identity(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        r#"
import {
  to       = kv_entry.old
  identity = { key = "old" }
}
resource "kv_entry" "old" {
  key   = "old"
  value = "already here"
}
"#,
    );
    workspace.store(
        "old",
        r#"{"value":"already here","labels":null,"secret_length":0,"revision":4}"#,
    );
    let plan = workspace.succeeds(&["plan"]);
    assert!(
        plan.contains("1 to import, 0 to add, 0 to change, 0 to destroy"),
        "{plan}"
    );
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.state_instance()["identity"]["key"], "old");
    workspace.plans_nothing();
}

fn the_state_holds_the_identity_and_a_replacement_gets_another(terraform: &Terraform) {
    let configuration = |key: &str| {
        format!("resource \"kv_entry\" \"x\" {{\n  key   = \"{key}\"\n  value = \"x\"\n}}\n")
    };
    let workspace = Workspace::new(terraform, &configuration("one"));
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.state_instance()["identity"]["key"], "one");
    workspace.configure(&configuration("two"));
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.state_instance()["identity"]["key"], "two");
    workspace.plans_nothing();
    workspace.succeeds(&["destroy", "-auto-approve"]);
    assert!(workspace.keys().is_empty());
}
