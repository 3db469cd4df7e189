//! Ctrl-C, and a Terraform that dies.

use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    an_interrupt_stops_what_is_in_progress_and_loses_nothing,
    a_provider_that_is_told_to_end_stops_what_is_in_progress_and_says_so,
    a_change_in_progress_is_finished_when_terraform_dies_and_then_the_provider_ends
);

fn an_interrupt_stops_what_is_in_progress_and_loses_nothing(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        r#"
resource "kv_entry" "slow" {
  key   = "slow"
  value = "sleep 60s"
}
"#,
    );
    let output = workspace.interrupted(&["apply", "-auto-approve"], "Still creating...");
    assert!(
        output.contains("Interrupted before the object was created"),
        "{output}"
    );
    assert!(workspace.keys().is_empty());
}

fn a_provider_that_is_told_to_end_stops_what_is_in_progress_and_says_so(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        r#"
resource "kv_entry" "slow" {
  key   = "slow"
  value = "sleep 60s"
}
"#,
    );
    let output = workspace.terminated(&["apply", "-auto-approve"], "Still creating...");
    assert!(
        output.contains("Interrupted before the object was created"),
        "{output}"
    );
    assert!(workspace.keys().is_empty());
}

fn a_change_in_progress_is_finished_when_terraform_dies_and_then_the_provider_ends(
    terraform: &Terraform,
) {
    use std::time::{Duration, Instant};

    let workspace = Workspace::new(
        terraform,
        r#"
resource "kv_entry" "orphaned" {
  key   = "orphaned"
  value = "sleep 4s"
}
"#,
    );
    workspace.killed(&["apply", "-auto-approve"], "ApplyResourceChange");
    assert!(
        workspace.keys().is_empty(),
        "killed before the entry was there"
    );
    let begun = Instant::now();
    while workspace.has_provider() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "the provider is still there"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(workspace.keys(), ["orphaned"]);
}
