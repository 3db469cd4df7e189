//! A provider that runs in a debugger serves one command after another in one process.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use acceptance::estate::Estate;
use acceptance::process::Process;
use anyhow::{Context, Result};

use crate::EXAMPLE;

#[test]
fn one_process_plans_applies_settles_and_destroys() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let mut terraform = estate.example(EXAMPLE)?;
    let mut command = Command::new(&estate.tools.provider);
    command
        .arg("-debug")
        .env("AWS_ENDPOINT_URL", estate.proxy.endpoint())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "acceptance")
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut provider = Process::start("provider", &mut command)?;
    let stdout = provider.child().stdout.take().context("its output")?;
    // Held to the end: closed, it would be an error of the provider.
    let mut lines = BufReader::new(stdout).lines();
    let value = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            let value = line.trim().strip_prefix("TF_REATTACH_PROVIDERS='")?;
            Some(value.trim_end_matches('\'').to_owned())
        })
        .context("it does not say how to attach")?;
    terraform.set("TF_REATTACH_PROVIDERS", &value);
    terraform.plan(&[])?.outcome.code(2)?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before.xml);
    Ok(())
}
