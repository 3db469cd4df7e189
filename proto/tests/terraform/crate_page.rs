//! The provider of the crate page, which is there to be copied.

use crate::attached::Attached;
use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(a_note_is_written_changed_replaced_and_removed);

const MEMO: &str = r#"
terraform {
  required_providers {
    memo = { source = "example/memo" }
  }
}
resource "memo_note" "x" {
  title = "greeting"
  text  = "hello"
}
output "length" {
  value = memo_note.x.length
}
"#;

fn a_note_is_written_changed_replaced_and_removed(terraform: &Terraform) {
    let provider = Attached::start("memo");
    let attach = provider.variable();
    let workspace = Workspace::bare(terraform, MEMO);
    let apply = || workspace.succeeds_with(&attach, &["apply", "-auto-approve"]);
    let nothing_is_left = || {
        let plan = workspace.succeeds_with(&attach, &["plan"]);
        assert!(plan.contains("No changes."), "{plan}");
    };

    assert!(shows(&apply(), "length = 5"));
    nothing_is_left();
    workspace.add_file("main.tf", &MEMO.replace("hello", "hello, world"));
    let updated = apply();
    assert!(shows(&updated, "length = 12"), "{updated}");
    assert!(updated.contains("1 changed"), "{updated}");
    workspace.add_file("main.tf", &MEMO.replace("greeting", "farewell"));
    let replaced = apply();
    assert!(
        replaced.contains("1 added, 0 changed, 1 destroyed"),
        "{replaced}"
    );
    nothing_is_left();
    let destroyed = workspace.succeeds_with(&attach, &["destroy", "-auto-approve"]);
    assert!(destroyed.contains("1 destroyed"), "{destroyed}");
    provider.ends_when_interrupted();
}
