//! What modules tell the provider about themselves.

use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    each_module_speaks_for_itself_in_every_call,
    a_block_that_is_refused_is_named_with_its_attribute,
);

/// A module with that block, or none.
fn module(meta: &str) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    hall = {{ source = "example/hall" }}
  }}
  {meta}
}}
resource "hall_guest" "x" {{
  name = "Ada"
}}
data "hall_greeting" "x" {{}}
output "both" {{
  value = "${{hall_guest.x.sent_by}}: ${{data.hall_greeting.x.text}}"
}}
"#
    )
}

const MAIN: &str = r#"
module "plain" {
  source = "./plain"
}
output "of_the_module" {
  value = module.plain.both
}
"#;

fn each_module_speaks_for_itself_in_every_call(terraform: &Terraform) {
    let meta = r#"provider_meta "hall" { module_name = "acme/ball" }"#;
    let workspace = Workspace::with_example(terraform, "hall", &module(meta));
    workspace.add_directory("plain");
    workspace.add_file("plain/main.tf", &module(""));
    workspace.add_file("with_module.tf", MAIN);
    workspace.succeeds(&["init"]);
    let log = [("TF_LOG_PROVIDER", "debug")];
    workspace.succeeds_with(&log, &["apply", "-auto-approve"]);
    let outputs = workspace.json(&["output", "-json"]);
    assert_eq!(outputs["both"]["value"], "acme/ball: Welcome, acme/ball!");
    assert_eq!(
        outputs["of_the_module"]["value"],
        "nobody: Welcome, nobody!"
    );
    // Reading brings it as well.
    let plan = workspace.exits_with(0, &log, &["plan", "-detailed-exitcode"]);
    assert!(plan.contains("is asked by acme/ball"), "{plan}");
    assert!(plan.contains("is asked by nobody"), "{plan}");
}

fn a_block_that_is_refused_is_named_with_its_attribute(terraform: &Terraform) {
    let meta = r#"provider_meta "hall" { module_name = "ball" }"#;
    let workspace = Workspace::with_example(terraform, "hall", &module(meta));
    let refused = workspace.exits(1, &["plan"]);
    let words = refused.split_whitespace().filter(|word| *word != "│");
    let text = words.collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("Invalid value in the block provider_meta: module_name"),
        "{refused}"
    );
    assert!(text.contains("must be of the form OWNER/NAME"), "{refused}");
}
