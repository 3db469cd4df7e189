//! The published zip, driven by CloudFront's events: who passes, who is stopped, what is logged.

use std::time::{Duration, Instant};

use acceptance::aws::Effect;
use acceptance::edge::{EventType, ViewerRequest, ViewerResponse, Visitor};
use acceptance::estate::Estate;
use acceptance::netacea::{Captcha, Checkpoint, Verdict};
use anyhow::Result;
use serde_json::Value;

use crate::EXAMPLE;

/// A log entry leaves within the request or soon after it.
const LOGGED_WITHIN: Duration = Duration::from_secs(10);

/// An estate with the example applied.
pub(crate) fn protected(arguments: &str) -> Result<Estate> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.write(
        "override.tf",
        &format!("resource \"netacea_cloudfront_integration\" \"shop\" {{\n{arguments}\n}}\n"),
    )?;
    terraform.apply()?;
    Ok(estate)
}

/// The response to a visit and the one log entry of it.
fn logged(
    estate: &Estate,
    visit: impl FnOnce() -> Result<ViewerResponse>,
) -> Result<(ViewerResponse, Value)> {
    let known = estate.netacea.ingest.entries().len();
    let response = visit()?;
    assert!(response.failures().is_empty(), "{:?}", response.failures());
    let entry = estate.netacea.ingest.wait_for_next(known, LOGGED_WITHIN)?;
    Ok((response, entry))
}

#[test]
fn a_human_is_checked_once_and_a_bot_is_stopped_every_time() -> Result<()> {
    let estate = protected("")?;
    estate
        .netacea
        .protector
        .judge_user_agent("scraper", Verdict::BLOCKED);
    let mut human = Visitor::new("Mozilla/5.0", "203.0.113.10");
    let (first, entry) = logged(&estate, || human.get(&estate.edge, "/?q=1"))?;
    assert_eq!(
        (first.status, first.events().first()),
        (200, Some(&EventType::ViewerRequest))
    );
    assert!(human.cookies.contains_key("_mitata"), "{:?}", first.headers);
    assert!(
        human.cookies.contains_key("basket"),
        "the origin's own cookie survives"
    );
    assert_eq!(
        (&entry["Request"], &entry["Status"]),
        (&"GET /?q=1 HTTP/1.1".into(), &"200".into())
    );
    assert_eq!(
        (&entry["RealIp"], &entry["UserAgent"]),
        (&"203.0.113.10".into(), &"Mozilla/5.0".into())
    );
    let (second, _) = logged(&estate, || human.get(&estate.edge, "/checkout/1"))?;
    assert_eq!(
        (second.status, estate.netacea.protector.requests().len()),
        (200, 1)
    );

    let mut bot = Visitor::new("scraper/1", "198.51.100.7");
    for _ in 0..2 {
        let (response, entry) = logged(&estate, || bot.get(&estate.edge, "/"))?;
        assert_eq!(
            (
                response.status,
                response.text().as_str(),
                response.reached_origin
            ),
            (403, "Forbidden", false)
        );
        assert_eq!(
            (&entry["Status"], &entry["NetaceaMitigationApplied"]),
            (&"403".into(), &"ua_blocked".into())
        );
    }
    Ok(())
}

#[test]
fn a_checkpoint_is_passed_and_then_nobody_is_asked() -> Result<()> {
    let estate = protected(
        "  settings = {
    mitigation_type = \"MITIGATE\"
    protector = { url = var.protector_url }
    captcha = { signal_path = \"/checkpoint-signal\" }
    ingest = { url = var.ingest_url }
  }",
    )?;
    let protector = &estate.netacea.protector;
    protector.judge_client_ip("198.51.100.", Verdict::CHECKPOINT);
    let mut visitor = Visitor::new("Mozilla/5.0", "198.51.100.24");
    let (page, entry) = logged(&estate, || visitor.get(&estate.edge, "/checkout/2"))?;
    assert_eq!((page.status, page.text().as_str()), (403, Checkpoint::PAGE));
    assert_eq!(
        entry["NetaceaMitigationApplied"],
        "ip_blocked,checkpoint_serve"
    );
    let asked = protector.requests().len();
    let (signal, entry) = logged(&estate, || {
        visitor.post(&estate.edge, "/checkpoint-signal", "mouse")
    })?;
    assert_eq!((signal.status, signal.text().as_str()), (200, ""));
    assert_eq!(
        entry["NetaceaMitigationApplied"],
        "ip_blocked,checkpoint_serve,checkpoint_signal"
    );
    assert_eq!(
        protector.requests().len(),
        asked,
        "nobody is asked about it"
    );

    for (body, answer, status) in [
        (Checkpoint::FIRST_STEP, Checkpoint::NEXT, "checkpoint_post"),
        (Checkpoint::SOLUTION, "", "checkpoint_pass"),
    ] {
        let (step, entry) = logged(&estate, || {
            visitor.post(&estate.edge, "/AtaVerifyCaptcha", body)
        })?;
        assert_eq!((step.status, step.text().as_str()), (200, answer));
        let applied = &entry["NetaceaMitigationApplied"];
        assert_eq!(*applied, format!("ip_blocked,{status}"));
    }
    let asked = protector.requests().len();
    let (passed, entry) = logged(&estate, || visitor.get(&estate.edge, "/checkout/2"))?;
    assert_eq!((passed.status, passed.reached_origin), (200, true));
    assert_eq!(
        entry["NetaceaMitigationApplied"],
        "ip_blocked,checkpoint_cookiepass"
    );
    assert_eq!(protector.requests().len(), asked);
    Ok(())
}

#[test]
fn a_captcha_is_shown_until_it_is_solved() -> Result<()> {
    let estate = protected("")?;
    estate
        .netacea
        .protector
        .judge_client_ip("198.51.100.", Verdict::CAPTCHA);
    let mut visitor = Visitor::new("Mozilla/5.0", "198.51.100.23");
    let (page, entry) = logged(&estate, || visitor.get(&estate.edge, "/checkout/2"))?;
    assert_eq!((page.status, page.text().as_str()), (403, Captcha::PAGE));
    assert_eq!(
        entry["NetaceaMitigationApplied"],
        "ip_blocked,captcha_serve"
    );
    let (wrong, _) = logged(&estate, || {
        visitor.post(&estate.edge, "/AtaVerifyCaptcha", "answer=robot")
    })?;
    assert_eq!(wrong.status, 403);
    let (solved, _) = logged(&estate, || {
        visitor.post(&estate.edge, "/AtaVerifyCaptcha", Captcha::SOLUTION)
    })?;
    assert_eq!((solved.status, solved.reached_origin), (200, false));
    assert_eq!(
        visitor.cookies.get("_mitatacaptcha").map(String::as_str),
        Some(Captcha::TOKEN)
    );
    let (passed, _) = logged(&estate, || visitor.get(&estate.edge, "/checkout/2"))?;
    assert_eq!((passed.status, passed.reached_origin), (200, true));
    Ok(())
}

#[test]
fn while_protector_fails_in_any_way_visitors_pass_within_the_deadline() -> Result<()> {
    let estate = protected(
        "  settings = {
    mitigation_type = \"MITIGATE\"
    protector       = { url = var.protector_url, timeout_ms = 800, breaker = { consecutive_failures = 100 } }
    ingest          = { url = var.ingest_url }
  }",
    )?;
    let failing = Effect::Answer(500, "");
    for (number, effect) in [Effect::DOWN, Effect::HANGING, failing]
        .into_iter()
        .enumerate()
    {
        estate.netacea.protector.suffer(effect.clone());
        let mut visitor = Visitor::new("Mozilla/5.0", &format!("203.0.113.{}", 30 + number));
        let mut took = Duration::ZERO;
        let (response, entry) = logged(&estate, || {
            let started = Instant::now();
            let response = visitor.get(&estate.edge, "/");
            took = started.elapsed();
            response
        })?;
        assert_eq!(
            (response.status, response.reached_origin),
            (200, true),
            "{effect:?}"
        );
        assert_eq!(
            entry["NetaceaMitigationApplied"], "error_open",
            "{effect:?}"
        );
        assert!(took < Duration::from_secs(5), "{effect:?} cost {took:?}");
        assert!(
            !visitor.cookies.contains_key("_mitata"),
            "{effect:?}: the next request tries again"
        );
    }
    Ok(())
}

#[test]
fn nobody_can_pass_our_headers_to_the_origin_and_other_headers_stay() -> Result<()> {
    let estate = protected("")?;
    let request = ViewerRequest::get("/")
        .header("X-Netacea-Match", "0")
        .header("x-netacea-anything", "1");
    let response = estate.edge.send(&request.header("X-Shop", "kept"))?;
    assert_eq!(response.status, 200, "{:?}", response.failures());
    let seen = &estate.origin.requests()[0];
    let spoofed: Vec<_> = seen
        .headers()
        .keys()
        .filter(|name| name.as_str().starts_with("x-netacea-"))
        .collect();
    assert!(
        spoofed.iter().all(|name| *name == "x-netacea-edge-state"),
        "{spoofed:?}"
    );
    assert_eq!(seen.headers()["x-shop"], "kept");
    assert_eq!(
        seen.headers()["x-legacy-edge"],
        "1",
        "the stranger's function still runs"
    );
    Ok(())
}

#[test]
fn an_error_of_the_origin_is_logged_once_by_origin_response() -> Result<()> {
    let estate = protected("")?;
    let mut visitor = Visitor::new("Mozilla/5.0", "203.0.113.40");
    let (response, entry) = logged(&estate, || visitor.get(&estate.edge, "/checkout/missing"))?;
    assert_eq!(
        response.events(),
        [EventType::ViewerRequest, EventType::OriginResponse]
    );
    assert_eq!((response.status, &entry["Status"]), (404, &"404".into()));
    logged(&estate, || visitor.get(&estate.edge, "/checkout/here"))?;
    assert_eq!(
        estate.netacea.ingest.entries().len(),
        2,
        "one entry for each request"
    );
    Ok(())
}

#[test]
fn who_waits_minutes_for_their_answer_still_gets_their_session() -> Result<()> {
    let estate = protected("")?;
    estate.site.distribution.edit(|now| {
        let timeout = "<OriginReadTimeout>30</OriginReadTimeout>";
        let longest = "<OriginReadTimeout>180</OriginReadTimeout>";
        Ok(now.xml.replacen(timeout, longest, 1))
    })?;
    estate.edge.slow_origin(179);
    for (path, status) in [("/checkout/report", 200), ("/checkout/missing", 404)] {
        let mut visitor = Visitor::new("Mozilla/5.0", "203.0.113.41");
        let (response, entry) = logged(&estate, || visitor.get(&estate.edge, path))?;
        assert_eq!(response.status, status);
        assert_eq!(entry["NetaceaUserIdCookieStatus"], 1, "{entry}");
        assert_eq!(
            entry["ProtectorStatus"], 200,
            "as it was found at the request"
        );
        let is_given = visitor.cookies.contains_key("_mitata");
        assert_eq!(is_given, status == 200, "{path}");
    }
    Ok(())
}

#[test]
fn ingest_mode_asks_nobody_logs_everybody_and_stops_nobody() -> Result<()> {
    let estate = protected(
        "  settings = {\n    protector = { url = var.protector_url }\n    ingest = { url = var.ingest_url }\n  }",
    )?;
    estate
        .netacea
        .protector
        .judge_user_agent("scraper", Verdict::BLOCKED);
    let mut bot = Visitor::new("scraper/1", "198.51.100.7");
    let (response, entry) = logged(&estate, || bot.get(&estate.edge, "/"))?;
    assert_eq!(
        (response.status, estate.netacea.protector.requests().len()),
        (200, 0)
    );
    assert_eq!(
        (&entry["ProtectionMode"], &entry["IntegrationType"]),
        (&"INGEST".into(), &"cloudfront".into())
    );
    assert!(bot.cookies.contains_key("_mitata"));
    Ok(())
}

#[test]
fn an_entry_that_was_under_way_when_the_instance_froze_arrives_with_later_events() -> Result<()> {
    let estate = protected("")?;
    estate.edge.set_freezing(true);
    let mut visitor = Visitor::new("Mozilla/5.0", "203.0.113.50");
    let arrived = |number: usize| {
        let line = format!("GET /?visit={number} HTTP/1.1");
        let entries = estate.netacea.ingest.entries();
        entries.iter().any(|entry| entry["Request"] == *line)
    };
    // How much of a call gets done within one event depends on the machine; each event gives the
    // instance a moment more. The last visit's own entry may be under way forever: no event
    // follows.
    for number in 0..50 {
        let response = visitor.get(&estate.edge, &format!("/?visit={number}"))?;
        assert_eq!(response.status, 200, "{:?}", response.failures());
        if number >= 2 && arrived(0) && arrived(1) {
            return Ok(());
        }
    }
    panic!(
        "of the first two visits these were logged: {:?}",
        [arrived(0), arrived(1)]
    );
}
