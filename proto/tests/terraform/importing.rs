//! What exists already comes under Terraform.

use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    an_existing_entry_is_imported_and_read,
    an_id_that_can_be_none_is_refused_before_anything_is_read,
    an_import_block_imports_and_plans_the_rest,
    a_generated_configuration_is_complete,
);

fn an_existing_entry_is_imported_and_read(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        r#"
resource "kv_entry" "old" {
  key   = "old"
  value = "already here"
}
data "kv_entry" "old" {
  key = kv_entry.old.key
}
output "revision" {
  value = data.kv_entry.old.revision
}
"#,
    );
    workspace.store(
        "old",
        r#"{"value":"already here","labels":null,"secret_length":0,"revision":4}"#,
    );
    workspace.succeeds(&["import", "kv_entry.old", "old"]);
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.plans_nothing();
    assert_eq!(workspace.succeeds(&["output", "revision"]).trim(), "4");
}

fn an_id_that_can_be_none_is_refused_before_anything_is_read(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        "resource \"kv_entry\" \"old\" {\n  key   = \"old\"\n  value = \"x\"\n}\n",
    );
    let refusal = workspace.exits(1, &["import", "kv_entry.old", "../old"]);
    assert!(
        shows(
            &refusal,
            r#"In the import, `key` is "../old". Use letters, digits and hyphens."#
        ),
        "{refusal}"
    );
}

const STORED: &str =
    r#"{"value":"already here","labels":{"a":"b"},"secret_length":0,"revision":4}"#;

fn an_import_block_imports_and_plans_the_rest(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        r#"
import {
  to = kv_entry.old
  id = "old"
}
resource "kv_entry" "old" {
  key    = "old"
  value  = "changed"
  labels = { a = "b" }
}
"#,
    );
    workspace.store("old", STORED);
    let plan = workspace.succeeds(&["plan"]);
    assert!(
        plan.contains("1 to import, 0 to add, 1 to change, 0 to destroy"),
        "{plan}"
    );
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.stored("old")["value"], "changed");
    workspace.plans_nothing();
}

fn a_generated_configuration_is_complete(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        "import {\n  to = kv_entry.old\n  id = \"old\"\n}\n",
    );
    workspace.store("old", STORED);
    let plan = workspace.succeeds(&["plan", "-generate-config-out=generated.tf"]);
    assert!(
        plan.contains("1 to import, 0 to add, 0 to change, 0 to destroy"),
        "what was read can be written and means the same: {plan}"
    );
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.plans_nothing();
}
