//! The buttons do to instances what happens to them at Lambda.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::browser::Browser;
use super::running::{Running, SOON, instance, spans};

/// Whether a process stands still.
fn is_stopped(process: u32) -> Result<bool> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    Ok(status.lines().any(|line| line.starts_with("State:\tT")))
}

/// Waits until it is stopped or runs: a process that has a signal to stop only stops when it is its
/// turn.
fn becomes(process: u32, stopped: bool) -> Result<()> {
    let started = Instant::now();
    while is_stopped(process)? != stopped {
        ensure!(started.elapsed() < SOON, "not within {SOON:?}");
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

#[test]
fn a_frozen_instance_stands_still_between_events_and_a_thawed_one_runs_on() -> Result<()> {
    let lab = Running::start(&[])?;
    let mut browser = Browser::new(&lab.site, "one");
    browser.open("/")?;
    let (status, state) = lab.change("instance", &json!({ "act": "freeze" }))?;
    assert_eq!((status, &state["instance"]["frozen"]), (200, &json!(true)));
    let events = lab.listen(None)?;
    browser.open("/?frozen=1")?;
    let frozen = events.exchange("/?frozen=1")?;
    let instance = instance(&frozen)?;
    becomes(instance, true).context("it runs on after its answer")?;
    browser.open("/?frozen=2")?;
    becomes(instance, true).context("it runs on after another answer")?;
    let (status, state) = lab.change("instance", &json!({ "act": "thaw" }))?;
    assert_eq!((status, &state["instance"]["frozen"]), (200, &json!(false)));
    events.log_of(&frozen)?;
    becomes(instance, false).context("it stands still after it was thawed")
}

#[test]
fn a_killed_instance_is_followed_by_a_cold_start() -> Result<()> {
    let lab = Running::start(&[])?;
    let events = lab.listen(None)?;
    let mut browser = Browser::new(&lab.site, "one");
    let mut details = Vec::new();
    for (target, kills) in [
        ("/?visit=1", false),
        ("/?visit=2", false),
        ("/?visit=3", true),
    ] {
        if kills {
            let (status, state) = lab.change("instance", &json!({ "act": "kill" }))?;
            assert_eq!((status, &state["instance"]["count"]), (200, &json!(0)));
        }
        browser.open(target)?;
        let exchange = events.exchange(target)?;
        details.push(
            exchange["spans"][0]["detail"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        );
    }
    let is_cold: Vec<bool> = details
        .iter()
        .map(|detail| detail.contains("cold start"))
        .collect();
    assert_eq!(is_cold, [true, false, true], "{details:?}");
    assert_eq!(lab.state()?["instance"]["cold_starts"], 2);
    Ok(())
}

#[test]
fn an_open_breaker_asks_nobody_and_lets_pass() -> Result<()> {
    let lab = Running::start(&[])?;
    let events = lab.listen(None)?;
    lab.everybody_is("bot")?;
    assert_eq!(
        Browser::new(&lab.site, "before").open("/?visit=1")?.status,
        429
    );
    let (status, state) = lab.change("instance", &json!({ "act": "open-breaker" }))?;
    assert_eq!(
        (status, &state["protector"]),
        (200, &json!("well")),
        "{state}"
    );
    let page = Browser::new(&lab.site, "after").open("/?visit=2")?;
    assert_eq!(page.status, 200, "the breaker is closed");
    let exchange = events.exchange("/?visit=2")?;
    assert!(!spans(&exchange).contains(&"protector"), "{exchange:#}");
    let log = events.log_of(&exchange)?;
    assert_eq!(log["decision"], "failed_open");
    assert_eq!(log["entry"]["optional"]["breaker"], "open");
    Ok(())
}

#[test]
fn a_breaker_that_nothing_opens_is_told_with_the_reason() -> Result<()> {
    let folder = tempfile::TempDir::new()?;
    let settings = folder.path().join("settings.tf");
    std::fs::write(&settings, "mitigation_type = \"INGEST\"\n")?;
    let lab = Running::start(&["--settings", &settings.to_string_lossy()])?;
    let (status, answer) = lab.change("instance", &json!({ "act": "open-breaker" }))?;
    assert_eq!(status, 409);
    let told = answer["error"].as_str().unwrap_or_default();
    assert!(told.contains("let everybody pass"), "{told}");
    Ok(())
}
