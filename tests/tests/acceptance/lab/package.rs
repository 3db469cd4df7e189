//! What `edge-package` makes is byte for byte what an apply publishes.

use std::io::Write;
use std::process::{Command, Stdio};

use acceptance::estate::Estate;
use acceptance::netacea::API_KEY;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::EXAMPLE;

fn packed(estate: &Estate, input: &Value) -> Result<Vec<u8>> {
    let mut child = Command::new(&estate.tools.provider)
        .arg("edge-package")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().context("standard input")?;
    stdin.write_all(input.to_string().as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output.stdout)
}

#[test]
fn the_package_of_the_lab_is_the_one_that_an_apply_publishes() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let arn = terraform.output("qualified_arn")?;
    let arn = arn.as_str().context("no ARN")?;
    let published = estate.emulator.functions().package(arn)?;
    let state = terraform.resource("netacea_cloudfront_integration.shop")?;
    let secrets = json!({
        "api_key": API_KEY,
        "secret_key": "acceptance-secret-key-0123456789abcdef",
    });
    let whole = json!({ "settings": state["settings"], "secrets": secrets });
    assert!(
        packed(&estate, &whole)? == published.zip,
        "the settings of the state give other bytes"
    );
    // What the owner wrote, without the defaults.
    let written = json!({
        "mitigation_type": "MITIGATE",
        "protector": { "url": estate.netacea.protector.url() },
        "session": { "expiry_seconds": state["settings"]["session"]["expiry_seconds"] },
        "ingest": { "url": estate.netacea.ingest.url() },
    });
    let as_written = json!({ "settings": written, "secrets": secrets });
    assert!(
        packed(&estate, &as_written)? == published.zip,
        "the settings as written give other bytes"
    );
    Ok(())
}
