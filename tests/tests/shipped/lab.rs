//! The lab, as people start it who have only its zip and Node.js.

use std::fs;
use std::process::Command;
use std::time::Duration;

use acceptance::lab::Lab;
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::release::{Release, open};

const PATIENCE: Duration = Duration::from_secs(30);

#[test]
#[ignore = "needs the zip of the lab: make dist-test"]
fn the_lab_starts_from_its_zip_and_serves_the_shop() -> Result<()> {
    let folder = TempDir::with_prefix("netacea-lab-zip-")?;
    let zip = Release::find()?.lab_zip();
    open(&zip)?.extract(folder.path())?;
    let node = Toolchain::find()?.node;
    let mut command = Command::new(folder.path().join("netacea-edge-lab"));
    command
        .env_clear()
        .env("PATH", node.parent().context("the folder of Node.js")?);
    let mut lab = Lab::start(&mut command)?;
    let console = &lab.console;
    let page = ureq::get(console.as_str())
        .call()?
        .body_mut()
        .read_to_string()?;
    ensure!(page.contains("id=\"state\""), "not the console: {page}");
    let state = ureq::get(&format!("{console}state")).call()?;
    let state: serde_json::Value = serde_json::from_str(&state.into_body().read_to_string()?)?;
    let site = state["site"].as_str().context("the site")?;
    let shop = ureq::get(site).call()?;
    let cookies = shop.headers().get_all("set-cookie").iter();
    let cookies: Vec<_> = cookies.filter_map(|value| value.to_str().ok()).collect();
    ensure!(
        cookies.iter().any(|cookie| cookie.starts_with("_mitata=")),
        "the function did not answer: {cookies:?}"
    );
    lab.process.signal(rustix::process::Signal::INT);
    let status = lab.process.wait(PATIENCE)?;
    ensure!(status.success(), "after Ctrl-C: {status}");
    ensure!(fs::read_dir(folder.path())?.count() == 3, "it left files");
    Ok(())
}
