//! Many resources at once.

use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(many_resources_are_applied_at_the_same_time);

const RESOURCES: usize = 64;

fn many_resources_are_applied_at_the_same_time(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        &format!(
            r#"
resource "kv_entry" "many" {{
  count = {RESOURCES}
  key   = "entry-${{count.index}}"
  value = "sleep 2s"
}}
"#
        ),
    );
    let log = workspace.succeeds_with(
        &[("TF_LOG_PROVIDER", "trace"), ("TF_LOG_SDK_PROTO", "trace")],
        &["apply", "-auto-approve", "-parallelism=64"],
    );
    assert_eq!(workspace.keys().len(), RESOURCES);
    // What the provider itself says about when it began and ended each change, in its order.
    let (mut in_progress, mut most, mut answered) = (0_usize, 0, 0);
    for line in log
        .lines()
        .filter(|line| line.contains("tf_rpc=ApplyResourceChange"))
    {
        if line.contains("call received") {
            in_progress += 1;
            most = most.max(in_progress);
        } else if line.contains("call answered") {
            in_progress -= 1;
            answered += 1;
        }
    }
    assert_eq!((in_progress, answered), (0, RESOURCES));
    // Terraform needs its time to start each of them, so not all 64 need to meet.
    assert!(
        most >= RESOURCES / 4,
        "at most {most} of {RESOURCES} changes were in progress at once"
    );
}
