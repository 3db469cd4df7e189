//! Sensitive secrets, the form for older Terraform, are in the state, by Terraform's design, and in
//! no output. What happens to write-only ones is in `tests/reliability`, module `secrecy`.

use std::fs;

use acceptance::estate::Estate;
use anyhow::Result;

use crate::{ADDRESS, EXAMPLE};

const CANARIES: [&str; 2] = ["canary-api-key-6f1d0c", "canary-secret-key-9b27e4"];

/// As the guide `who-can-read-secrets` says of the form for older Terraform.
#[test]
fn sensitive_secrets_are_in_the_state_and_in_no_output() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example(EXAMPLE)?;
    let log = terraform.path().join("trace.log");
    terraform.set("TF_LOG", "TRACE");
    terraform.set("TF_LOG_PATH", &log.to_string_lossy());
    terraform.write("override.tf", &sensitive(CANARIES[0]))?;
    let plan = terraform.plan(&[])?.outcome.text;
    let applied = terraform.apply()?.text;
    terraform.plan(&[])?.outcome.code(0)?;
    for (place, content) in [
        ("plan output", plan.as_bytes()),
        ("apply output", applied.as_bytes()),
        ("trace.log", &fs::read(&log)?),
    ] {
        assert!(content.len() > 500, "{place} is too short to search");
        assert!(!contains(content, CANARIES[0].as_bytes()), "{place}");
    }
    assert_eq!(
        terraform.resource(ADDRESS)?["secrets"]["api_key"],
        CANARIES[0]
    );

    terraform.write("override.tf", &sensitive(CANARIES[1]))?;
    terraform.apply()?;
    assert_eq!(
        terraform.resource(ADDRESS)?["version"],
        "2",
        "no number has to be raised"
    );
    Ok(())
}

fn sensitive(api_key: &str) -> String {
    format!(
        r#"resource "netacea_cloudfront_integration" "shop" {{
  secrets_wo         = null
  secrets_wo_version = null
  secrets = {{
    api_key    = {api_key:?}
    secret_key = "acceptance-secret-key-0123456789abcdef"
  }}
}}
"#
    )
}

fn contains(content: &[u8], canary: &[u8]) -> bool {
    content.windows(canary.len()).any(|window| window == canary)
}
