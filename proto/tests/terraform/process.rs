//! How the process talks, logs, ends and is attached to.

use serde_json::Value;

use crate::example::example_binary;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    without_tls_everything_works_too,
    terraform_understands_the_log_and_the_end_of_the_process,
    terraform_takes_every_line_of_the_log_apart,
    a_provider_in_a_debugger_is_attached_to_and_survives_each_command
);

const PLAIN: &str = r#"
resource "kv_entry" "plain" {
  key   = "plain"
  value = "x"
}
"#;

fn without_tls_everything_works_too(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, PLAIN);
    workspace.succeeds_with(
        &[("TF_DISABLE_PLUGIN_TLS", "1")],
        &["apply", "-auto-approve"],
    );
    workspace.plans_nothing();
}

fn terraform_understands_the_log_and_the_end_of_the_process(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, PLAIN);
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

fn terraform_takes_every_line_of_the_log_apart(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, PLAIN);
    let log = workspace.succeeds_with(&[("TF_LOG", "json")], &["apply", "-auto-approve"]);
    let lines: Vec<Value> = log
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).expect("terraform writes JSON"))
        .collect();
    let message = |line: &Value| line["@message"].as_str().unwrap_or_default().to_owned();
    // A line that Terraform cannot take apart becomes a message as a whole.
    let raw = lines.iter().find(|line| message(line).starts_with('{'));
    assert!(raw.is_none(), "{raw:?}");
    let answered: Vec<&Value> = lines
        .iter()
        .filter(|line| message(line) == "call answered")
        .collect();
    for rpc in ["PlanResourceChange", "ApplyResourceChange"] {
        let line = answered
            .iter()
            .find(|line| line["tf_rpc"] == rpc)
            .unwrap_or_else(|| panic!("{rpc} is logged: {answered:?}"));
        assert_eq!(line["@level"], "trace");
        assert_eq!(line["tf_resource_type"], "kv_entry");
        for field in ["tf_req_id", "tf_req_duration_ms", "@timestamp"] {
            assert!(!line[field].is_null(), "{field}: {line}");
        }
    }
}

fn a_provider_in_a_debugger_is_attached_to_and_survives_each_command(terraform: &Terraform) {
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

    let workspace = Workspace::new(terraform, PLAIN);
    let mut provider = Command::new(example_binary());
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
