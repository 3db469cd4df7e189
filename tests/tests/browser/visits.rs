//! Visitors who pass, who are blocked, and who cannot be judged.

use std::fs;

use acceptance::server::{Reply, Server};
use anyhow::{Context, Result};
use hyper::Response;
use hyper::body::Bytes;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::harness::Stage;

/// What a blocked visitor reads.
const BLOCKED: &str = "Too Many Requests";

/// The step of a timeline in which Protector is called.
const CALL: &str = "\nprotector\t";

/// The step in which the origin is asked.
const ORIGIN: &str = "\norigin\t";

/// The user id in a V1 session cookie (protocol section 5.1).
fn user_id(cookie: &str) -> Result<&str> {
    cookie.split("_/@#/").nth(2).context("no V1 cookie")
}

/// A `NetaceaConfig.json`; the lab has secrets of its own.
fn settings(content: Value) -> Result<NamedTempFile> {
    let file = NamedTempFile::with_suffix(".json")?;
    fs::write(file.path(), content.to_string())?;
    Ok(file)
}

#[test]
fn a_first_visit_gets_a_session_and_the_second_is_not_asked_about() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    stage.visit("/")?;
    stage.see("h1", "Things that last")?;
    let first = stage.cookie("_mitata")?.context("no session cookie")?;
    let told = stage.console_tells("GET / 200 Passed", "NetaceaUserIdCookie")?;
    assert!(told.contains(CALL), "nobody was asked:\n{told}");
    assert!(
        told.contains(user_id(&first)?),
        "the cookie is not shown:\n{told}"
    );
    stage.click("a[href='/products/boots']")?;
    stage.see("h1", "Walking boots")?;
    let told = stage.console_tells("GET /products/boots 200 Passed", "NetaceaUserIdCookie")?;
    assert!(!told.contains(CALL), "Protector was asked again:\n{told}");
    let second = stage.cookie("_mitata")?.context("the session is gone")?;
    assert_eq!(user_id(&second)?, user_id(&first)?);
    Ok(())
}

#[test]
fn a_bot_is_blocked_until_it_is_somebody_else() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    stage.next_visitor_is("bot")?;
    stage.visit("/products/lamp")?;
    stage.see("body", BLOCKED)?;
    let told = stage.console_tells("GET /products/lamp 429 Blocked", "NetaceaMitigationApplied")?;
    assert!(told.contains("ua_blocked"), "{told}");
    assert!(!told.contains(ORIGIN), "the origin was asked:\n{told}");
    stage.next_visitor_is("human")?;
    stage.reload()?;
    stage.see("h1", "Reading lamp")?;
    stage.console_shows("GET /products/lamp 200 Passed")
}

#[test]
fn what_the_origin_forbids_becomes_the_page_of_the_distribution() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    stage.visit("/attic/lost.html")?;
    stage.see("h1", "Things that last")?;
    stage.console_shows("GET /attic/lost.html 200 Passed")
}

#[test]
fn a_block_with_a_status_that_the_distribution_replaces_is_not_seen_and_the_console_warns()
-> Result<()> {
    let settings = settings(json!({ "mitigationType": "MITIGATE" }))?;
    let stage = Stage::open(&["--settings".as_ref(), settings.path().as_os_str()])?;
    stage.next_visitor_is("bot")?;
    stage.visit("/products/lamp")?;
    stage.see("h1", "Things that last")?;
    stage.console_shows("GET /products/lamp 200 Blocked")?;
    stage.in_console(|console| console.see("#hazards", "instead of blocks").map(drop))
}

#[test]
fn a_page_of_another_origin_asks_first_and_reads_its_answer_or_why_not() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    stage.visit("/stock")?;
    stage.click("#reviews")?;
    stage.see("#answer", "Whistles as promised")?;
    stage.console_shows("OPTIONS /api/reviews 204 Passed")?;
    stage.console_shows("GET /api/reviews 200 Passed")?;
    stage.next_visitor_is("bot")?;
    stage.click("#reviews")?;
    // A script that cannot read the answer does not see the status.
    stage.see("#answer", "status 429")?;
    stage.console_shows("GET /api/reviews 429 Blocked")
}

#[test]
fn whoever_cannot_be_judged_passes_and_is_judged_once_protector_is_well() -> Result<()> {
    let settings = settings(json!({
        "mitigationType": "MITIGATE",
        "block": { "status": 429 },
        "breaker": { "consecutiveFailures": 2, "openSeconds": 1 },
    }))?;
    let stage = Stage::open(&["--settings".as_ref(), settings.path().as_os_str()])?;
    stage.next_visitor_is("bot")?;
    stage.protector_is("down")?;
    stage.visit("/products/umbrella")?;
    stage.see("h1", "Storm umbrella")?;
    let told = stage.console_tells("GET /products/umbrella 200 Failed open", "error_open")?;
    assert!(told.contains(CALL), "{told}");
    assert_eq!(stage.cookie("_mitata")?, None, "nobody was judged");
    stage.protector_is("well")?;
    // The breaker may have opened in the meantime.
    let is_judged = stage.until(|| {
        stage.reload()?;
        Ok(stage.texts("body")?.concat().contains(BLOCKED))
    })?;
    assert!(is_judged, "they still pass");
    stage.console_shows("GET /products/umbrella 429 Blocked")
}

#[test]
fn one_browser_is_a_bot_while_the_others_are_human() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    stage.visit("/basket")?;
    stage.in_console(|console| {
        console.see("#browser", "HeadlessChrome")?;
        console.click("#browser option:nth-child(2)")?;
        assert!(
            console.is_chosen("#kind input[value='']")?,
            "it is not as all browsers are"
        );
        console.click("#kind input[value=bot]")?;
        console.see("#said", "HeadlessChrome").map(drop)
    })?;
    stage.visit("/basket")?;
    stage.see("body", BLOCKED)?;
    let other = ureq::get(format!("{}/basket", stage.site)).call()?;
    assert_eq!(other.status(), 200, "another browser is blocked, too");
    stage.in_console(|console| {
        console.click("#kind input[value='']")?;
        console.see("#said", "as all browsers").map(drop)
    })?;
    stage.reload()?;
    stage.see("h1", "Your basket").map(drop)
}

#[test]
fn the_console_lists_what_the_lab_rewrites_for_a_site() -> Result<()> {
    let origin = Server::http(|_| {
        let answer = Response::builder()
            .header("content-type", "text/html")
            .header("strict-transport-security", "max-age=31536000")
            .header("set-cookie", "taste=sweet; Secure; Domain=shop.example")
            .body(Bytes::from("<h1>The owner's site</h1>"));
        answer.map_or(Reply::HangUp, Reply::Response)
    })?;
    let stage = Stage::open(&[
        "--origin".to_owned(),
        format!("http://{}", origin.address()),
    ])?;
    stage.visit("/")?;
    stage.see("h1", "The owner's site")?;
    assert_eq!(stage.cookie("taste")?.as_deref(), Some("sweet"));
    stage.in_console(|console| {
        console.see("#origin", &origin.address().to_string())?;
        console.see("#rewritten", "Strict-Transport-Security")?;
        console.see("#rewritten", "Set-Cookie").map(drop)
    })
}
