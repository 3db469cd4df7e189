//! Values that Terraform never stores.

use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(a_secret_is_rotated_by_its_version_and_stored_nowhere);

fn entry(password: &str, version: u32) -> String {
    format!(
        r#"
resource "kv_entry" "login" {{
  key              = "login"
  value            = "x"
  login_wo         = {{ user = "ann", password = "{password}" }}
  login_wo_version = {version}
}}
"#
    )
}

fn a_secret_is_rotated_by_its_version_and_stored_nowhere(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, &entry("hunter2", 1));
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.stored("login")["secret_length"], 7);

    workspace.configure(&entry("correct horse", 1));
    workspace.plans_nothing();

    workspace.configure(&entry("correct horse", 2));
    workspace.succeeds(&["plan", "-out=rotation"]);
    // The configuration's own copy is Terraform's: users take secrets from ephemeral variables.
    let plan = workspace.json(&["show", "-json", "rotation"]);
    for part in ["planned_values", "resource_changes", "prior_state"] {
        let text = plan[part].to_string();
        assert!(
            !text.contains("correct horse") && !text.contains("hunter2"),
            "the secret is in {part}: {text}"
        );
    }
    // The plan has no secret, so it is asked for again.
    workspace.succeeds(&["apply", "rotation"]);
    assert_eq!(
        workspace.stored("login")["secret_length"],
        13,
        "the new secret arrived"
    );
    let state = workspace.state_text();
    assert!(
        !state.contains("correct horse") && !state.contains("hunter2"),
        "the secret is in the state: {state}"
    );
    workspace.plans_nothing();
}
