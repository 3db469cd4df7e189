//! `terraform test`: what authors of modules run.

use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(a_module_is_tested_and_cleaned_up);

const MODULE: &str = r#"
variable "value" { type = string }
resource "kv_entry" "tested" {
  key   = "tested"
  value = var.value
}
"#;

const TEST: &str = r#"
run "create" {
  variables { value = "one two" }
  assert {
    condition     = kv_entry.tested.words["two"].count == 1
    error_message = "words are counted"
  }
}
run "update" {
  variables { value = "three" }
  assert {
    condition     = kv_entry.tested.revision == 2
    error_message = "the entry is updated, not made again"
  }
}
run "refuse" {
  command = plan
  variables { value = "panic" }
  assert {
    condition     = kv_entry.tested.length == 5
    error_message = "plans know the length"
  }
}
"#;

fn a_module_is_tested_and_cleaned_up(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, MODULE);
    workspace.add_file("main.tftest.hcl", TEST);
    let report = workspace.succeeds(&["test"]);
    assert!(report.contains("3 passed, 0 failed"), "{report}");
    assert!(
        workspace.keys().is_empty(),
        "terraform destroys what its tests made"
    );
}
