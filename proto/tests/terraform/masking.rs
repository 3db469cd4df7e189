//! Secrets stand in no line of the log, even where the provider writes them.

use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(a_secret_that_the_provider_logs_is_masked_and_spans_add_their_fields);

const GUEST: &str = r#"
terraform {
  required_providers {
    hall = { source = "example/hall" }
  }
}
provider "hall" {
  password = "open-sesame"
}
resource "hall_guest" "x" {
  name = "Ada"
}
"#;

fn a_secret_that_the_provider_logs_is_masked_and_spans_add_their_fields(terraform: &Terraform) {
    let workspace = Workspace::with_example(terraform, "hall", GUEST);
    let log = [("TF_LOG_PROVIDER", "trace")];
    let printed = workspace.succeeds_with(&log, &["apply", "-auto-approve"]);
    // From the provider's block, and from a login that Terraform knows nothing of.
    for secret in ["open-sesame", "session-12221"] {
        assert!(!printed.contains(secret), "{secret}: {printed}");
    }
    let line = |message: &str| {
        let found = printed.lines().find(|line| line.contains(message));
        found.unwrap_or_else(|| panic!("{message}: {printed}"))
    };
    line("the porter hears ***");
    let asked = line("the porter is asked");
    assert!(asked.contains(r#"session="***""#), "{asked}");
    assert!(asked.contains("guest=Ada"), "{asked}");
    assert!(
        line("the guest is let in").contains("guest=Ada"),
        "{printed}"
    );
}
