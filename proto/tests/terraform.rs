//! Real Terraform drives the example provider through its whole life.
//!
//! `terraform` is taken from the `PATH`; everything else (home directory, plugin mirror, state,
//! store) is temporary.

mod example;
mod workspace;

use workspace::Workspace;

const ENTRY: &str = r#"
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

#[test]
fn an_entry_lives_from_init_to_destroy() {
    let workspace = Workspace::new(ENTRY);

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

    workspace.succeeds(&["destroy", "-auto-approve"]);
    assert!(workspace.keys().is_empty());
}

#[test]
fn an_existing_entry_is_imported_and_read() {
    let workspace = Workspace::new(
        r#"
resource "kv_entry" "old" {
  key   = "old"
  value = "already here"
}
data "kv_entry" "old" {
  key = kv_entry.old.key
}
output "revision" {
  value = data.kv_entry.old.revision
}
"#,
    );
    workspace.store(
        "old",
        r#"{"value":"already here","labels":null,"secret_length":0,"revision":4}"#,
    );
    workspace.succeeds(&["import", "kv_entry.old", "old"]);
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.plans_nothing();
    assert_eq!(workspace.succeeds(&["output", "revision"]).trim(), "4");
}

#[test]
fn values_known_only_after_apply_go_through_every_plan() {
    let workspace = Workspace::new(
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

#[test]
fn bad_input_is_refused_at_its_attribute_before_anything_is_written() {
    let workspace =
        Workspace::new(&ENTRY.replace("\"greeting\"\n  value", "\"no spaces, please\"\n  value"));
    let refusal = workspace.exits(1, &["plan"]);
    assert!(
        refusal.contains("A key consists of letters, digits and hyphens."),
        "{refusal}"
    );
    assert!(
        shows(&refusal, "key = \"no spaces, please\""),
        "the line is shown: {refusal}"
    );

    workspace.configure(&ENTRY.replace("1m", "soon"));
    let refusal = workspace.exits(1, &["plan"]);
    assert!(refusal.contains("\"soon\" is not a duration"), "{refusal}");

    workspace.configure(&ENTRY.replace("login_wo_version  = 1", ""));
    let refusal = workspace.exits(1, &["plan"]);
    assert!(
        refusal.contains("login_wo needs login_wo_version"),
        "{refusal}"
    );
    assert!(workspace.keys().is_empty());
}

#[test]
fn a_panic_is_an_error_of_its_resource_alone() {
    let workspace = Workspace::new(
        r#"
resource "kv_entry" "bad" {
  key   = "bad"
  value = "panic"
}
resource "kv_entry" "good" {
  key   = "good"
  value = "fine"
}
"#,
    );
    let failure = workspace.exits(1, &["apply", "-auto-approve"]);
    assert!(failure.contains("The provider crashed"), "{failure}");
    assert!(
        failure.contains("create of kv_entry panicked: the value is \"panic\""),
        "{failure}"
    );
    assert_eq!(workspace.keys(), ["good"]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_what_is_in_progress_and_loses_nothing() {
    let workspace = Workspace::new(
        r#"
resource "kv_entry" "slow" {
  key   = "slow"
  value = "sleep 60s"
}
"#,
    );
    let output = workspace.interrupted(&["apply", "-auto-approve"], "Still creating...");
    assert!(
        output.contains("Nothing was stored. Apply again."),
        "{output}"
    );
    assert!(workspace.keys().is_empty());
}

#[cfg(unix)]
#[test]
fn a_change_in_progress_is_finished_when_terraform_dies_and_then_the_provider_ends() {
    use std::time::{Duration, Instant};

    let workspace = Workspace::new(
        r#"
resource "kv_entry" "orphaned" {
  key   = "orphaned"
  value = "sleep 4s"
}
"#,
    );
    workspace.killed(&["apply", "-auto-approve"], "Creating...");
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

/// Whether Terraform shows that, however it aligns its columns.
fn shows(output: &str, wanted: &str) -> bool {
    output
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .contains(wanted)
}

const PLAIN: &str = r#"
resource "kv_entry" "plain" {
  key   = "plain"
  value = "x"
}
"#;

#[test]
fn without_tls_everything_works_too() {
    let workspace = Workspace::new(PLAIN);
    workspace.succeeds_with(
        &[("TF_DISABLE_PLUGIN_TLS", "1")],
        &["apply", "-auto-approve"],
    );
    workspace.plans_nothing();
}

#[test]
fn terraform_understands_the_log_and_the_end_of_the_process() {
    let workspace = Workspace::new(PLAIN);
    let log = workspace.succeeds_with(&[("TF_LOG", "trace")], &["apply", "-auto-approve"]);
    let line = log
        .lines()
        .find(|line| line.contains("call answered") && line.contains("tf_rpc=ApplyResourceChange"))
        .expect("the call is logged with its fields");
    assert!(
        line.contains("[TRACE] provider.terraform-provider-kv_v0.1.0: call answered:"),
        "{line}"
    );
    assert!(
        line.contains("@module=sdk.proto") && line.contains("tf_resource_type=kv_entry"),
        "{line}"
    );
    assert!(
        log.contains("plugin process exited"),
        "the provider ends by itself"
    );
    assert!(
        !log.contains("failed to exit gracefully"),
        "nobody has to kill it"
    );
}

#[cfg(unix)]
#[test]
fn a_provider_in_a_debugger_is_attached_to_and_survives_each_command() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    /// Ends the process also when the test fails.
    struct Attached(std::process::Child);
    impl Drop for Attached {
        fn drop(&mut self) {
            // It may have ended already, as it should.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    let workspace = Workspace::new(PLAIN);
    let mut provider = Command::new(example::example_binary());
    provider
        .arg("-debug")
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut provider = Attached(provider.spawn().expect("it runs"));
    let mut lines = BufReader::new(provider.0.stdout.take().expect("it is piped")).lines();
    let attach = lines
        .by_ref()
        .map(|line| line.expect("it is text"))
        .find_map(|line| {
            let value = line
                .trim()
                .strip_prefix("TF_REATTACH_PROVIDERS='")?
                .trim_end_matches('\'');
            Some(value.to_owned())
        })
        .expect("it says how to attach");
    let attach = [("TF_REATTACH_PROVIDERS", attach.as_str())];
    workspace.succeeds_with(&attach, &["apply", "-auto-approve"]);
    let plan = workspace.succeeds_with(&attach, &["plan"]);
    assert!(plan.contains("No changes."), "{plan}");
    let interrupted = Command::new("kill")
        .args(["-INT", &provider.0.id().to_string()])
        .status();
    assert!(interrupted.expect("kill is everywhere").success());
    assert!(provider.0.wait().expect("it was started").success());
}
