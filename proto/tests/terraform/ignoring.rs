//! `ignore_changes`, also where Terraform says that it has no effect.

use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    computed_attributes_may_be_ignored_to_no_effect,
    an_ignored_argument_stays_as_it_is_and_the_rest_changes,
    all_changes_may_be_ignored,
);

fn entry(value: &str, tone: &str, ignored: &str) -> String {
    format!(
        r#"
resource "kv_entry" "ignoring" {{
  key    = "ignoring"
  value  = "{value}"
  labels = {{ tone = "{tone}" }}
  policy = {{ trim = true }}
  notes  = [{{ text = "nice" }}]
  lifecycle {{
    ignore_changes = {ignored}
  }}
}}
"#
    )
}

const DRIFTED: &str =
    r#"{"value":"go away now","labels":{"tone":"rude"},"secret_length":0,"revision":9}"#;

fn computed_attributes_may_be_ignored_to_no_effect(terraform: &Terraform) {
    let ignored = r#"[id, revision, length, words, words["hello"]]"#;
    let workspace = Workspace::new(terraform, &entry("hello", "kind", ignored));
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.plans_nothing();

    workspace.store("ignoring", DRIFTED);
    let plan = workspace.exits(2, &["plan", "-detailed-exitcode"]);
    assert!(shows(&plan, "length = 11 -> 5"), "{plan}");
    assert!(plan.contains("ignore_changes has no effect"), "{plan}");
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.stored("ignoring")["value"], "hello");
    workspace.plans_nothing();

    workspace.configure(&entry("good morning", "kind", ignored));
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.plans_nothing();

    // A destroy plans an update first.
    workspace.store("ignoring", DRIFTED);
    workspace.succeeds(&["destroy", "-auto-approve"]);
    assert!(workspace.keys().is_empty());
}

fn an_ignored_argument_stays_as_it_is_and_the_rest_changes(terraform: &Terraform) {
    let ignored = "[value, policy, notes]";
    let workspace = Workspace::new(terraform, &entry("hello", "kind", ignored));
    workspace.succeeds(&["apply", "-auto-approve"]);

    workspace.store("ignoring", DRIFTED);
    workspace.configure(&entry("good morning", "polite", ignored));
    let plan = workspace.exits(2, &["plan", "-detailed-exitcode"]);
    assert!(plan.contains(r#""rude" -> "polite""#), "{plan}");
    assert!(!plan.contains("good morning"), "{plan}");
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.stored("ignoring")["value"], "go away now");
    assert_eq!(workspace.stored("ignoring")["labels"]["tone"], "polite");
    workspace.plans_nothing();
    workspace.succeeds(&["destroy", "-auto-approve"]);
}

fn all_changes_may_be_ignored(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, &entry("hello", "kind", "all"));
    workspace.succeeds(&["apply", "-auto-approve"]);

    workspace.store("ignoring", DRIFTED);
    workspace.configure(&entry("good morning", "polite", "all"));
    workspace.plans_nothing();
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.stored("ignoring")["value"], "go away now");
    workspace.succeeds(&["destroy", "-auto-approve"]);
    assert!(workspace.keys().is_empty());
}
