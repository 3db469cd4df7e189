//! That a released Terraform takes no call that is put off, although it says so while it applies.

use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(a_plan_cannot_be_put_off_and_what_is_unknown_is_planned_as_such);

const GUEST: &str = r#"
terraform {
  required_providers {
    hall = { source = "example/hall" }
  }
}
resource "terraform_data" "seat" {
  input = "by the window"
}
resource "hall_guest" "x" {
  name = "Ada"
  seat = terraform_data.seat.output
}
"#;

fn a_plan_cannot_be_put_off_and_what_is_unknown_is_planned_as_such(terraform: &Terraform) {
    let workspace = Workspace::with_example(terraform, "hall", GUEST);
    let log = [("TF_LOG_PROVIDER", "debug")];
    let looks = |printed: &str| {
        let lines = printed.lines();
        let lines = lines.filter(|line| line.contains("the porter looks for a seat"));
        lines
            .map(|line| line.contains("can_wait=true"))
            .collect::<Vec<bool>>()
    };
    let planned = workspace.succeeds_with(&log, &["plan", "-out=planned"]);
    assert!(planned.contains("2 to add"), "{planned}");
    assert_eq!(looks(&planned), [false], "{planned}");
    let applied = workspace.succeeds_with(&log, &["apply", "planned"]);
    assert!(applied.contains("2 added"), "{applied}");
    assert_eq!(looks(&applied), [false], "as in the first plan: {applied}");
    workspace.plans_nothing();
}
