//! An identity that is mutable: another name, and still the same object.

use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(since 1.12: an_object_that_may_be_renamed_keeps_its_state_and_gets_another_identity);

fn guest(name: &str) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    hall = {{ source = "example/hall" }}
  }}
}}
resource "hall_guest" "x" {{
  name = "{name}"
}}
"#
    )
}

fn an_object_that_may_be_renamed_keeps_its_state_and_gets_another_identity(terraform: &Terraform) {
    let workspace = Workspace::with_example(terraform, "hall", &guest("Ada"));
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.state_instance()["identity"]["name"], "Ada");
    workspace.add_file("main.tf", &guest("Grace"));
    let renamed = workspace.succeeds(&["apply", "-auto-approve"]);
    assert!(
        renamed.contains("0 added, 1 changed, 0 destroyed"),
        "{renamed}"
    );
    assert_eq!(workspace.state_instance()["identity"]["name"], "Grace");
    workspace.plans_nothing();
}
