//! It starts, says where it is, lets nobody else in, and leaves nothing behind.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use acceptance::effort::Effort;
use acceptance::lab::command;
use acceptance::origin::Origin;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use ureq::Agent;

use super::browser::Browser;
use super::running::{Running, instance, refusal, spans};

/// Once built, on a machine that does nothing else.
const READY: Duration = Duration::from_secs(2);

#[test]
fn it_starts_says_where_it_is_and_leaves_nothing_behind() -> Result<()> {
    let mut lab = Running::start(&[])?;
    println!("ready after {} ms", lab.program.ready.as_millis());
    // Other tests share the machine.
    let limit = Effort::wanted()?.of(READY * 10, READY);
    assert!(
        lab.program.ready < limit,
        "ready after {:?}",
        lab.program.ready
    );
    let events = lab.listen(None)?;
    let page = Browser::new(&lab.site, "one").open("/products/kettle")?;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Enamel kettle"), "{}", page.text);
    assert_eq!(page.values("content-type"), ["text/html; charset=utf-8"]);
    let exchange = events.exchange("/products/kettle")?;
    assert_eq!(
        spans(&exchange),
        [
            "viewer-request",
            "protector",
            "origin",
            "origin-response",
            "viewer-response"
        ]
    );
    let instance = instance(&exchange)?;
    assert!(Path::new(&format!("/proc/{instance}")).exists());

    let status = lab.interrupt()?;
    assert_eq!(status.code(), Some(0));
    assert!(
        !Path::new(&format!("/proc/{instance}")).exists(),
        "Node.js is left"
    );
    let left: Vec<_> = fs::read_dir(lab.folder.path())?.collect();
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}

#[test]
fn it_ends_within_seconds_while_visitors_wait_for_a_protector_that_hangs() -> Result<()> {
    let mut lab = Running::start(&[])?;
    lab.protector_is("slow")?;
    let site = lab.site.clone();
    let events = lab.listen(None)?;
    let waiting = std::thread::spawn(move || Browser::new(&site, "one").open("/"));
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(lab.interrupt()?.code(), Some(0));
    drop(events);
    // Answered or cut off: nobody waits on.
    let _ = waiting.join().ok().context("the visitor")?;
    assert_eq!(fs::read_dir(lab.folder.path())?.count(), 0);
    Ok(())
}

#[test]
fn other_names_and_other_pages_are_refused() -> Result<()> {
    let lab = Running::start(&[])?;
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let (site, console) = (
        Running::port(&lab.site)?,
        Running::port(&lab.program.console)?,
    );
    for (url, port) in [(&lab.site, site), (&lab.program.console, console)] {
        for (host, status) in [
            (format!("127.0.0.1:{port}"), 200),
            (format!("localhost:{port}"), 200),
            (format!("shop.example:{port}"), 421),
            ("127.0.0.1".to_owned(), 421),
        ] {
            let answer = agent.get(url).header("host", &host).call()?;
            assert_eq!(answer.status(), status, "{url} as {host}");
        }
    }
    let kind = json!({ "browser": null, "kind": "bot" });
    let ours = lab.program.console.trim_end_matches("/__lab/").to_owned();
    let foreign = "https://evil.example";
    let token = "0".repeat(32);
    for headers in [
        vec![],
        vec![("origin", ours.as_str())],
        vec![("origin", ours.as_str()), ("x-lab-token", token.as_str())],
        vec![("origin", foreign)],
    ] {
        let (status, answer) = lab.change_as("visitor", &kind, &headers)?;
        assert_eq!(status, 403, "{headers:?}");
        assert!(answer["error"].is_string(), "{answer}");
    }
    assert_eq!(
        lab.state()?["visitors"]["all"],
        "human",
        "a refused change took place"
    );
    let (status, state) = lab.change("visitor", &kind)?;
    assert_eq!((status, &state["visitors"]["all"]), (200, &json!("bot")));
    for (what, body) in [
        ("visitor", json!({ "browser": null, "kind": "cat" })),
        ("visitor", json!({ "browser": null })),
        ("protector", json!({ "condition": "sleepy" })),
        ("captcha", json!({ "form": "riddle" })),
        ("instance", json!({ "act": "explode" })),
    ] {
        let (status, answer) = lab.change(what, &body)?;
        ensure!(
            status == 400 && answer["error"].is_string(),
            "{what} {body}: {status} {answer}"
        );
    }
    let unknown = json!({ "browser": "nobody", "kind": "bot" });
    assert_eq!(lab.change("visitor", &unknown)?.0, 404);
    Ok(())
}

#[test]
fn what_is_not_a_path_is_not_sent_anywhere() -> Result<()> {
    let origin = Origin::open()?;
    let lab = Running::start(&["--origin", &format!("http://{}", origin.address())])?;
    let port = Running::port(&lab.site)?;
    for target in ["*", "@127.0.0.1:1/"] {
        let mut connection = TcpStream::connect(("127.0.0.1", port))?;
        write!(
            connection,
            "OPTIONS {target} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(["400", "502"].contains(&status), "{target}: {answer}");
    }
    assert!(origin.requests().is_empty(), "{:?}", origin.requests());
    Ok(())
}

#[test]
fn what_is_missing_is_told_with_what_to_do() -> Result<()> {
    let (code, told) = refusal(&["--provider", "/nowhere/provider"])?;
    assert_eq!(code, Some(1));
    assert!(
        told.contains("/nowhere/provider") && told.contains("--provider"),
        "{told}"
    );
    let folder = tempfile::TempDir::new()?;
    let output = command::<&str>(&[], folder.path())?
        .env("PATH", "/nowhere")
        .output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("Node.js 20 or newer"), "{told}");
    let (code, told) = refusal(&["--port", "80"])?;
    assert_eq!(code, Some(2));
    assert!(told.contains("--port") && told.contains("usage:"), "{told}");
    Ok(())
}
