//! Ephemeral resources: open while they are needed, in no state and no plan.

use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    a_lease_is_open_as_long_as_it_is_needed_and_stored_nowhere,
    a_bad_ephemeral_resource_is_refused,
);

const LEASE: &str = r#"
ephemeral "kv_lease" "l" {
  holder      = "ann"
  renew_every = "1s"
}
resource "kv_entry" "leased" {
  key              = "leased"
  value            = "sleep 2500ms"
  login_wo         = { password = ephemeral.kv_lease.l.token }
  login_wo_version = 1
}
"#;

fn a_lease_is_open_as_long_as_it_is_needed_and_stored_nowhere(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, LEASE);
    let log = workspace.succeeds_with(&[("TF_LOG_PROVIDER", "info")], &["apply", "-auto-approve"]);
    for event in ["Opening complete", "lease renewed", "Closing complete"] {
        assert!(log.contains(event), "{event}: {log}");
    }
    assert_eq!(
        workspace.stored("leased")["secret_length"],
        "token-of-ann".len(),
        "the value arrived"
    );
    assert!(
        !workspace.state_text().contains("token-of"),
        "the value is in the state"
    );
    assert_eq!(workspace.keys(), ["leased"], "the lease is given back");
}

fn a_bad_ephemeral_resource_is_refused(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        r#"
ephemeral "kv_lease" "l" {
  holder = "nobody"
}
"#,
    );
    let refusal = workspace.exits(1, &["validate"]);
    assert!(
        refusal.contains("Nobody can hold a lease") && shows(&refusal, "holder = \"nobody\""),
        "{refusal}"
    );
}
