//! Many requests: memory stays what it is, a page that does not read costs nothing, and the edge
//! takes little time.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use acceptance::effort::Effort;
use acceptance::origin::Origin;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use ureq::Agent;

use super::browser::Browser;
use super::running::{Event, Running, SOON};

const VISITORS: usize = 2;
/// What a process may take for caches and fragments between two measurements.
const SLACK: u64 = 24 << 20;

/// Bytes of resident memory.
fn resident(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    Ok(kilobytes.context("no VmRSS")? * 1024)
}

fn visit(site: &str, requests: usize) -> Result<()> {
    thread::scope(|scope| {
        let visitors: Vec<_> = (0..VISITORS)
            .map(|number| {
                scope.spawn(move || -> Result<()> {
                    let mut browser = Browser::new(site, &format!("visitor-{number}"));
                    for request in 0..requests / VISITORS {
                        let page = browser.fetch(&format!("/api/stock?request={request}"), &[])?;
                        ensure!(page.status == 200, "status {}", page.status);
                    }
                    Ok(())
                })
            })
            .collect();
        visitors
            .into_iter()
            .try_for_each(|visitor| match visitor.join() {
                Ok(outcome) => outcome,
                Err(panic) => std::panic::resume_unwind(panic),
            })
    })
}

/// The exchanges that are still in the feed and went wrong.
fn troubles(lab: &Running) -> String {
    let wrong = |event: &Event| {
        event.name == "exchange"
            && event.data["status"]
                .as_u64()
                .is_some_and(|status| status >= 500)
    };
    let found = lab.listen(None).and_then(|events| events.wait_for(wrong));
    found.map_or_else(
        |error| format!("no exchange tells why: {error}"),
        |event| format!("{:#}", event.data["spans"]),
    )
}

#[test]
fn thousands_of_requests_leave_memory_as_it_is_and_a_page_that_does_not_read_loses_events()
-> Result<()> {
    let effort = Effort::wanted()?;
    let requests = effort.of(10_000, 100_000);
    let lab = Running::start(&[])?;
    // A page that is open and does not read.
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let asleep = agent.get(format!("{}events", lab.program.console)).call()?;
    let reader = lab.listen(None)?;
    let warm = requests / 5;
    visit(&lab.site, warm).with_context(|| troubles(&lab))?;
    let before = resident(lab.id())?;
    let started = Instant::now();
    visit(&lab.site, requests - warm).with_context(|| troubles(&lab))?;
    let took = started.elapsed();
    let after = resident(lab.id())?;
    println!(
        "lab: {requests} requests, {:.2} ms each, memory {} MB after {warm}, {} MB at the end",
        took.as_secs_f64() * 1000.0 * VISITORS as f64 / (requests - warm) as f64,
        before >> 20,
        after >> 20,
    );
    assert!(
        after < before + SLACK,
        "memory grew from {before} to {after} bytes"
    );
    let counters = &lab.state()?["counters"];
    assert_eq!(counters["requests"], requests);
    let last =
        |event: &Event| event.name == "counters" && event.data["requests"] == counters["requests"];
    reader.wait_for(last)?;

    let mut body = std::io::BufReader::new(asleep.into_body().into_reader());
    let deadline = Instant::now() + SOON;
    let mut lost = 0;
    while lost == 0 {
        ensure!(
            Instant::now() < deadline,
            "the page was not told what it lost"
        );
        let mut line = String::new();
        std::io::BufRead::read_line(&mut body, &mut line)?;
        if line.starts_with("data: {\"events\":") {
            let data: Value = serde_json::from_str(line.trim_start_matches("data: "))?;
            lost = data["events"].as_u64().context("how many")?;
        }
    }
    println!("lab: a page that did not read lost {lost} events");
    Ok(())
}

#[test]
fn a_page_that_comes_back_goes_on_where_it_was() -> Result<()> {
    let lab = Running::start(&[])?;
    let mut browser = Browser::new(&lab.site, "one");
    browser.open("/?visit=1")?;
    let is = |target: &'static str| {
        move |event: &Event| event.name == "exchange" && event.data["target"] == target
    };
    let seen = lab.listen(None)?.wait_for(is("/?visit=1"))?;
    browser.open("/?visit=2")?;
    let again = lab.listen(seen.id)?;
    let next = again.wait_for(|event| event.name == "exchange")?;
    assert_eq!(next.data["target"], "/?visit=2");
    Ok(())
}

/// The middle of the times of these requests, evenly spread.
fn median(browser: &mut Browser, seconds: u64) -> Result<Duration> {
    let beat = Duration::from_millis(20);
    let mut times = Vec::new();
    let mut next = Instant::now();
    for _ in 0..seconds * 50 {
        thread::sleep(next.saturating_duration_since(Instant::now()));
        next += beat;
        let started = Instant::now();
        let page = browser.fetch("/page", &[])?;
        times.push(started.elapsed());
        ensure!(page.status == 200, "status {}", page.status);
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}

#[test]
fn the_edge_takes_little_time_compared_with_the_origin() -> Result<()> {
    let effort = Effort::wanted()?;
    let origin = Origin::open()?;
    origin.stop_recording();
    let address = format!("http://{}", origin.address());
    let lab = Running::start(&["--origin", &address])?;
    let mut through = Browser::new(&lab.site, "through");
    let mut direct = Browser::new(&address, "direct");
    through.open("/page")?;
    let seconds = effort.of(3, 20);
    let (mut with, mut without) = (Vec::new(), Vec::new());
    // In turns, so that a busy moment of the machine is in both.
    for _ in 0..2 {
        without.push(median(&mut direct, seconds)?);
        with.push(median(&mut through, seconds)?);
    }
    let least = |times: &[Duration]| times.iter().min().copied().unwrap_or_default();
    let overhead = least(&with).saturating_sub(least(&without));
    println!(
        "lab: 50 requests a second, p50 {:.2} ms through the edge, {:.2} ms direct: {:.2} ms more",
        least(&with).as_secs_f64() * 1000.0,
        least(&without).as_secs_f64() * 1000.0,
        overhead.as_secs_f64() * 1000.0,
    );
    // Other tests share the machine.
    let limit = Duration::from_millis(effort.of(100, 5));
    assert!(overhead <= limit, "{overhead:?} more");
    Ok(())
}
