//! Actions: what is done in addition to the resources, on its own or when one of them changes.

use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    since 1.14: an_action_runs_when_its_resource_is_made,
    an_action_is_invoked_on_its_own,
    a_bad_or_failing_action_is_an_error,
    an_argument_that_turns_out_to_be_null_stops_an_action,
    a_bad_variable_is_refused_when_the_action_is_planned,
);

fn configuration(to: &str) -> String {
    format!(
        r#"
action "kv_copy" "backup" {{
  config {{
    to = "{to}"
  }}
}}
resource "kv_entry" "copied" {{
  key   = "copied"
  value = "x"
  lifecycle {{
    action_trigger {{
      events  = [after_create]
      actions = [action.kv_copy.backup]
    }}
  }}
}}
"#
    )
}

fn workspace(terraform: &Terraform) -> Workspace {
    let workspace = Workspace::new(terraform, "");
    let backup = workspace.path().join("backup");
    std::fs::create_dir(&backup).expect("a new directory");
    workspace.configure(&configuration(&backup.to_string_lossy()));
    workspace
}

fn an_action_runs_when_its_resource_is_made(terraform: &Terraform) {
    let workspace = workspace(terraform);
    let plan = workspace.succeeds(&["plan"]);
    assert!(plan.contains("Actions: 1 to invoke"), "{plan}");
    let output = workspace.succeeds(&["apply", "-auto-approve"]);
    assert!(
        output.contains("copied copied"),
        "the progress is shown: {output}"
    );
    assert!(workspace.path().join("backup/copied.json").exists());
    workspace.plans_nothing();
}

fn an_action_is_invoked_on_its_own(terraform: &Terraform) {
    let workspace = workspace(terraform);
    workspace.succeeds(&["apply", "-auto-approve"]);
    let copy = workspace.path().join("backup/copied.json");
    std::fs::remove_file(&copy).expect("it was copied");
    workspace.succeeds(&["apply", "-auto-approve", "-invoke=action.kv_copy.backup"]);
    assert!(copy.exists());
}

fn a_bad_or_failing_action_is_an_error(terraform: &Terraform) {
    let workspace = workspace(terraform);
    workspace.configure(&configuration("relative"));
    let refusal = workspace.exits(1, &["validate"]);
    assert!(refusal.contains("Use an absolute path."), "{refusal}");
    workspace.configure(&configuration("/nonexistent/directory"));
    let failure = workspace.exits(1, &["apply", "-auto-approve"]);
    assert!(failure.contains("There is nothing to copy to"), "{failure}");
    assert_eq!(workspace.keys(), ["copied"], "the resource is there");
}

fn an_argument_that_turns_out_to_be_null_stops_an_action(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, "");
    let late = "terraform_data.late.id == \"\" ? \"/tmp\" : null";
    let action = configuration("/tmp").replace("\"/tmp\"", late);
    workspace.configure(&format!(
        "resource \"terraform_data\" \"late\" {{\n}}\n{action}"
    ));
    let refusal = workspace.exits(1, &["apply", "-auto-approve"]);
    assert!(
        refusal.contains("`to` is required, but its value is null"),
        "{refusal}"
    );
}

/// Terraform validates before variables have values, and then not again.
fn a_bad_variable_is_refused_when_the_action_is_planned(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, "");
    let action = configuration("").replace("\"\"", "var.to");
    workspace.configure(&format!(
        "variable \"to\" {{\n  type = string\n}}\n{action}"
    ));
    workspace.succeeds(&["validate"]);
    for arguments in [
        &["plan", "-var", "to=relative"][..],
        &["apply", "-auto-approve", "-var", "to=relative"],
    ] {
        let refusal = workspace.exits(1, arguments);
        assert!(refusal.contains("Use an absolute path."), "{refusal}");
    }
    assert!(workspace.keys().is_empty(), "nothing was made");
}
