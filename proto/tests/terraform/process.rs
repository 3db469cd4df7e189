//! How the process talks, logs, ends and is attached to.

use serde_json::Value;

use crate::attached::Attached;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    without_tls_everything_works_too,
    terraform_understands_the_log_and_the_end_of_the_process,
    terraform_takes_every_line_of_the_log_apart,
    a_provider_in_a_debugger_is_attached_to_and_survives_each_command
);

const LOGGED: &str = r#"
resource "kv_entry" "logged" {
  key   = "logged"
  value = "x"
}
data "kv_entry" "logged" {
  key        = "missing"
  depends_on = [kv_entry.logged]
}
output "key" {
  value = provider::kv::key("-", "a", "b")
}
"#;

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
    let workspace = Workspace::new(terraform, LOGGED);
    // There is no entry "missing".
    let log = workspace.exits_with(1, &[("TF_LOG", "json")], &["apply", "-auto-approve"]);
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
    for (rpc, subject, name) in [
        ("PlanResourceChange", "tf_resource_type", "kv_entry"),
        ("ApplyResourceChange", "tf_resource_type", "kv_entry"),
        ("ReadDataSource", "tf_data_source_type", "kv_entry"),
        ("CallFunction", "tf_function_name", "key"),
    ] {
        let line = answered
            .iter()
            .find(|line| line["tf_rpc"] == rpc)
            .unwrap_or_else(|| panic!("{rpc} is logged: {answered:?}"));
        assert_eq!(line["@level"], "trace");
        assert_eq!(line[subject], name, "{line}");
        assert_eq!(line["tf_provider_addr"], "registry.terraform.io/example/kv");
        for field in ["tf_req_id", "tf_req_duration_ms", "@timestamp"] {
            assert!(!line[field].is_null(), "{field}: {line}");
        }
    }
    let diagnostic = lines
        .iter()
        .find(|line| message(line) == "answer contains a diagnostic")
        .expect("the error is logged");
    assert_eq!(diagnostic["@level"], "error");
    assert_eq!(diagnostic["tf_rpc"], "ReadDataSource");
    assert_eq!(diagnostic["diagnostic_severity"], "ERROR");
    assert_eq!(diagnostic["diagnostic_attribute"], "key");
    for field in ["diagnostic_summary", "diagnostic_detail"] {
        let text = diagnostic[field].as_str().unwrap_or_default();
        assert!(!text.is_empty(), "{field}: {diagnostic}");
    }
}

fn a_provider_in_a_debugger_is_attached_to_and_survives_each_command(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, PLAIN);
    let provider = Attached::start("kv");
    let attach = provider.variable();
    workspace.succeeds_with(&attach, &["apply", "-auto-approve"]);
    let plan = workspace.succeeds_with(&attach, &["plan"]);
    assert!(plan.contains("No changes."), "{plan}");
    provider.ends_when_interrupted();
}
