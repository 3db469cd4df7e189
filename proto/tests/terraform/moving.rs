//! State that was written under another type or by an older version.

use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    a_resource_moves_to_another_type_and_nothing_is_made_again,
    a_type_that_cannot_become_another_says_so,
    state_of_an_older_version_is_upgraded,
    state_of_a_newer_version_is_refused,
    a_state_with_values_that_cannot_be_read_is_refreshed_and_destroyed,
);

fn a_resource_moves_to_another_type_and_nothing_is_made_again(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        r#"
resource "kv_note" "old" {
  title = "note"
  text  = "remember"
}
"#,
    );
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.configure(
        r#"
moved {
  from = kv_note.old
  to   = kv_entry.new
}
resource "kv_entry" "new" {
  key   = "note"
  value = "remember"
}
"#,
    );
    let plan = workspace.succeeds(&["plan"]);
    assert!(
        shows(&plan, "kv_note.old has moved to kv_entry.new")
            && plan.contains("0 to add, 0 to change, 0 to destroy"),
        "{plan}"
    );
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.plans_nothing();
}

fn a_type_that_cannot_become_another_says_so(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, "resource \"terraform_data\" \"old\" {}\n");
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.configure(
        r#"
moved {
  from = terraform_data.old
  to   = kv_entry.new
}
resource "kv_entry" "new" {
  key   = "x"
  value = "x"
}
"#,
    );
    let refusal = workspace.exits(1, &["plan"]);
    assert!(
        shows(&refusal, "terraform_data cannot be moved to kv_entry"),
        "{refusal}"
    );
}

const ENTRY: &str = r#"
resource "kv_entry" "kept" {
  key   = "kept"
  value = "for years"
}
"#;

fn state_of_an_older_version_is_upgraded(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, ENTRY);
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.rewrite_state(|instance| {
        instance["schema_version"] = 0.into();
        let attributes = instance["attributes"]
            .as_object_mut()
            .expect("a resource has attributes");
        attributes.remove("policy");
        let value = attributes.remove("value").expect("it was applied");
        attributes.insert("content".to_owned(), value);
    });
    workspace.plans_nothing();
    workspace.configure(&ENTRY.replace("for years", "forever"));
    workspace.succeeds(&["apply", "-auto-approve"]);
    let instance = workspace.state_instance();
    assert_eq!(instance["schema_version"], 1);
    assert_eq!(instance["attributes"]["value"], "forever");
    assert!(instance["attributes"].get("content").is_none());
}

fn state_of_a_newer_version_is_refused(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, ENTRY);
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.rewrite_state(|instance| instance["schema_version"] = 2.into());
    let refusal = workspace.exits(1, &["plan"]);
    assert!(
        shows(&refusal, "newer") && refusal.contains("kv_entry.kept"),
        "{refusal}"
    );
}

/// As an earlier version of the provider left it, which had other types and took other strings.
fn a_state_with_values_that_cannot_be_read_is_refreshed_and_destroyed(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, crate::lifecycle::ENTRY);
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.rewrite_state(|instance| {
        instance["attributes"]["login_wo_version"] = "many".into();
        instance["attributes"]["timeouts"]["create"] = "soon".into();
    });
    let plan = workspace.succeeds(&["plan"]);
    for named in ["login_wo_version", "timeouts.create"] {
        let warning = format!("Warning: The value of {named} in the state cannot be read");
        assert!(plan.contains(&warning), "{named}: {plan}");
    }
    workspace.succeeds(&["destroy", "-auto-approve"]);
    assert!(workspace.keys().is_empty());
}
