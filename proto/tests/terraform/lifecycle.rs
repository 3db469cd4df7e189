//! From init to destroy.

use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    an_entry_lives_from_init_to_destroy,
    values_known_only_after_apply_go_through_every_plan,
    what_may_need_a_new_resource_is_replaced_in_both_plans
);

pub(crate) const ENTRY: &str = r#"
resource "kv_entry" "greeting" {
  key               = "greeting"
  value             = "hello"
  labels            = { tone = "friendly" }
  login_wo          = { user = "ann", password = "hunter2" }
  login_wo_version  = 1
  notes             = [{ text = "nice" }, { text = "very nice", author = "bob" }]
  timeouts {
    create = "1m"
  }
}
"#;

fn an_entry_lives_from_init_to_destroy(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, ENTRY);

    let plan = workspace.succeeds(&["plan"]);
    assert!(
        plan.contains("1 to add, 0 to change, 0 to destroy"),
        "{plan}"
    );
    assert!(
        plan.contains("(write-only attribute)"),
        "write-only values are not shown: {plan}"
    );
    assert!(
        shows(&plan, "max_length = 100"),
        "defaults are planned: {plan}"
    );
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.stored("greeting")["value"], "hello");
    assert_eq!(
        workspace.mirrored("greeting"),
        workspace.stored("greeting"),
        "the block of the provider counts"
    );
    assert_eq!(
        workspace.stored("greeting")["secret_length"],
        7,
        "the write-only value arrived"
    );
    assert!(
        !workspace.state_text().contains("hunter2"),
        "the write-only value is not in the state"
    );
    workspace.plans_nothing();

    // An update in place: kept values stay, computed ones become unknown.
    workspace.configure(&ENTRY.replace("hello", "good morning"));
    let plan = workspace.succeeds(&["plan"]);
    assert!(
        plan.contains("0 to add, 1 to change, 0 to destroy"),
        "{plan}"
    );
    assert!(
        shows(&plan, "revision = 1 -> (known after apply)"),
        "{plan}"
    );
    assert!(
        shows(&plan, "length = 5 -> 12"),
        "plan() knows better: {plan}"
    );
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.plans_nothing();

    // Another element: defaults inside a list, computed values inside a map.
    let more = r#"notes             = [{ text = "nice" }, { text = "very nice" }, { text = "hm", author = "eve" }]"#;
    let notes =
        r#"notes             = [{ text = "nice" }, { text = "very nice", author = "bob" }]"#;
    workspace.configure(&ENTRY.replace("hello", "good morning").replace(notes, more));
    let plan = workspace.succeeds(&["plan"]);
    assert!(
        plan.contains(r#"author = "bob" -> "anonymous""#) && plan.contains(r#"+ author = "eve""#),
        "{plan}"
    );
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.plans_nothing();
    workspace.configure(&ENTRY.replace("hello", "good morning"));
    workspace.succeeds(&["apply", "-auto-approve"]);

    // Drift: somebody else writes.
    workspace.store(
        "greeting",
        r#"{"value":"go away","labels":null,"secret_length":7,"revision":9}"#,
    );
    let plan = workspace.exits(2, &["plan", "-detailed-exitcode"]);
    assert!(plan.contains(r#""go away" -> "good morning""#), "{plan}");
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.plans_nothing();

    // Drift: somebody else removes.
    workspace.forget("greeting");
    let plan = workspace.exits(2, &["plan", "-detailed-exitcode"]);
    assert!(plan.contains("1 to add"), "{plan}");
    workspace.succeeds(&["apply", "-auto-approve"]);

    // Another key is another entry.
    workspace.configure(&ENTRY.replace("\"greeting\"\n  value", "\"welcome\"\n  value"));
    let plan = workspace.succeeds(&["plan"]);
    assert!(
        plan.contains("must be replaced") && plan.contains("# forces replacement"),
        "{plan}"
    );
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.keys(), ["welcome"]);
    workspace.plans_nothing();

    let destroyed = workspace.succeeds(&["destroy", "-auto-approve"]);
    assert!(
        destroyed.contains("Warning: The notes will be lost"),
        "the provider is asked before: {destroyed}"
    );
    assert!(workspace.keys().is_empty());
}

fn values_known_only_after_apply_go_through_every_plan(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        r#"
resource "terraform_data" "source" {
  input = "made later"
}
resource "kv_entry" "unknown" {
  key    = "unknown"
  value  = terraform_data.source.output
  labels = { from = terraform_data.source.output, fixed = "yes" }
  policy = { max_length = length(terraform_data.source.output) + 10 }
}
"#,
    );
    let plan = workspace.succeeds(&["plan"]);
    assert!(
        plan.contains("\"fixed\" = \"yes\""),
        "what is known of a map is planned: {plan}"
    );
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.stored("unknown")["labels"]["from"], "made later");
    workspace.plans_nothing();
}

/// Terraform refuses an update that turns into a replacement once everything is known.
fn what_may_need_a_new_resource_is_replaced_in_both_plans(terraform: &Terraform) {
    let with = |room: &str| {
        format!(
            r#"
resource "terraform_data" "room" {{
  input = "{room}"
}}
resource "kv_entry" "shelved" {{
  key   = "shelved"
  value = "x"
  dynamic "shelf" {{
    for_each = terraform_data.room.output == "hall" ? ["hall"] : ["attic", "cellar"]
    content {{
      room = shelf.value
    }}
  }}
}}
"#
        )
    };
    let workspace = Workspace::new(terraform, &with("hall"));
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.configure(&with("attic"));
    let plan = workspace.succeeds(&["plan"]);
    assert!(plan.contains("kv_entry.shelved must be replaced"), "{plan}");
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.plans_nothing();
}
