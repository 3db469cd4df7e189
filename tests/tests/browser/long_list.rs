//! The console stays as small after thousands of requests as after some hundred.

use acceptance::effort::Effort;
use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::harness::{Browser, Stage};

/// Rows that the page keeps.
const ROWS: u64 = 200;
/// Requests that the console shows before the next ones are sent: for a console that is slow, the
/// lab keeps only the newest 500 events.
const STEP: u64 = 100;

/// Rows, elements, and bytes of the heap after a garbage collection.
fn size(console: &Browser) -> Result<[u64; 3]> {
    console.dev_tools("HeapProfiler.collectGarbage", json!({}))?;
    let body = "return [document.querySelectorAll('#exchanges > li').length, \
        document.querySelectorAll('*').length, performance.memory.usedJSHeapSize]";
    let Value::Array(figures) = console.run(body, Vec::new())? else {
        return Ok([0; 3]);
    };
    let figures: Vec<u64> = figures.iter().filter_map(Value::as_u64).collect();
    <[u64; 3]>::try_from(figures).ok().context("three figures")
}

#[test]
fn thousands_of_requests_leave_the_page_as_small_as_some_hundred() -> Result<()> {
    let effort = Effort::wanted()?;
    let requests = effort.of(1_500, 100_000);
    let stage = Stage::open::<&str>(&[])?;
    let site = stage.site.clone();
    let agent = ureq::agent();
    let send = |count: u64| -> Result<()> {
        for number in 0..count {
            agent.get(format!("{site}/?number={number}")).call()?;
        }
        Ok(())
    };
    send(ROWS * 2)?;
    let shown = |console: &Browser, count: u64| {
        let wanted = format!("of {} requests", thousands(count));
        console.see("#shown", &wanted).map(drop)
    };
    let before = stage.in_console(|console| {
        shown(console, ROWS * 2)?;
        size(console)
    })?;
    let mut sent = ROWS * 2;
    while sent < ROWS * 2 + requests {
        let count = STEP.min(ROWS * 2 + requests - sent);
        send(count)?;
        sent += count;
        stage.in_console(|console| shown(console, sent))?;
    }
    let after = stage.in_console(size)?;
    effort.report("console_heap_before", before[2] / 1024, "KiB");
    effort.report("console_heap_after", after[2] / 1024, "KiB");
    assert_eq!([before[0], after[0]], [ROWS, ROWS], "rows");
    assert!(
        after[1] <= before[1] + 50,
        "elements grew from {} to {}",
        before[1],
        after[1]
    );
    assert!(
        after[2] <= before[2] + 2_000_000,
        "the heap grew from {} to {} bytes",
        before[2],
        after[2]
    );
    Ok(())
}

/// With a comma, as the page writes it.
fn thousands(count: u64) -> String {
    match (count / 1000, count % 1000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    }
}
