//! What takes longer than the configuration allows.

use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(what_takes_too_long_ends_and_says_what_to_raise);

fn what_takes_too_long_ends_and_says_what_to_raise(terraform: &Terraform) {
    let slow = |pause: &str| {
        format!(
            r#"
resource "kv_entry" "slow" {{
  key   = "slow"
  value = "sleep {pause}"
  timeouts {{
    create = "300ms"
  }}
}}
"#
        )
    };
    let workspace = Workspace::new(terraform, &slow("60s"));
    let failure = workspace.exits(1, &["apply", "-auto-approve"]);
    assert!(
        failure.contains("Error: Not created within 300ms"),
        "{failure}"
    );
    assert!(
        shows(&failure, "set `create` in the `timeouts` of this resource"),
        "{failure}"
    );
    assert!(
        shows(&failure, "Attribute: timeouts.create"),
        "it stands at the attribute: {failure}"
    );
    assert!(workspace.keys().is_empty());

    workspace.configure(&slow("1ms"));
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.keys(), ["slow"]);
    workspace.plans_nothing();
}
