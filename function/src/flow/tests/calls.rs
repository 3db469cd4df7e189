//! Calls to Protector: which are made, in what time, and what they say about its health.

use super::answers::{answer, cut, header, reply};
use super::checkpoints::post;
use super::{NOW, answered, edge, entries, entropy, event, outcome, respond, sealed};
use crate::call::Cause;
use crate::{Edge, Event, Now, Outcome, Reply, Step, Trigger};

/// Protector has failed twice: the breaker is open.
fn broken(edge: &mut Edge) {
    for _ in 0..2 {
        outcome(edge, &event(Trigger::ViewerRequest, &[]), &Reply::TimedOut);
    }
    entries(edge);
}

fn page_request<'a>(cookie: &'a str) -> Event<'a> {
    let mut request = event(Trigger::ViewerRequest, &[("cookie", cookie)]);
    request.request.uri = "/captcha";
    request.request.querystring = "trackingId=1";
    request
}

/// The cookie of somebody whose session says this.
fn session(edge: &mut Edge, code: &'static str) -> String {
    let judged = outcome(
        edge,
        &event(Trigger::ViewerRequest, &[]),
        &answered(200, code),
    );
    assert!(matches!(judged, Outcome::Answer(_)));
    let entry = &entries(edge)[0];
    format!("_mitata={}", entry["NetaceaUserIdCookie"].as_str().unwrap())
}

fn with_captcha_path() -> Edge {
    edge(|configuration| configuration.settings.captcha.path = Some("/captcha".to_owned()))
}

#[test]
fn whatever_becomes_of_the_page_call_a_session_that_says_block_blocks() {
    for reply in [
        Reply::TimedOut,
        Reply::Unreachable,
        Reply::Broken,
        Reply::TooLarge,
        Reply::OutOfTime,
        cut(200, "211", Cause::Broken),
        answered(404, ""),
        reply(
            200,
            "211",
            &[("content-type", "application/json")],
            b"no json",
        ),
    ] {
        let mut edge = with_captcha_path();
        let cookie = session(&mut edge, "210");
        let answer = answer(outcome(&mut edge, &page_request(&cookie), &reply));
        assert_eq!(
            (answer.status, &answer.body[..]),
            (403, &b"Forbidden"[..]),
            "{reply:?}"
        );
        let status = &entries(&mut edge)[0]["NetaceaMitigationApplied"];
        assert_eq!(status, "ip_blocked");
    }
}

#[test]
fn who_has_no_session_is_asked_about_in_what_the_page_call_left_of_the_time() {
    for page in [Reply::TimedOut, Reply::Unreachable, Reply::TooLarge] {
        let mut edge = with_captcha_path();
        let Step::Call(call, flow) = edge.begin(&page_request(""), NOW, &entropy()) else {
            panic!("not asked")
        };
        let later = Now {
            steady: call.deadline,
            ..NOW
        };
        let Step::Call(check, flow) = edge.resume(flow, &page, later, &entropy()) else {
            panic!("not asked again: {page:?}")
        };
        assert!(check.url.contains("/?headerFP="), "{}", check.url);
        assert_eq!(check.deadline, NOW.steady + 3000);
        let step = edge.resume(flow, &answered(200, "210"), later + 5, &entropy());
        let Step::Done(Outcome::Answer(answer)) = step else {
            panic!("{step:?}")
        };
        assert_eq!(answer.status, 403);
    }
}

/// Asks for the page, then about the visitor; the calls end as given.
fn page_and_check(edge: &mut Edge, cookie: &str, ends: [&Reply<'_>; 2]) -> Outcome {
    let [page, check] = ends;
    let Step::Call(_, flow) = edge.begin(&page_request(cookie), NOW, &entropy()) else {
        panic!("not asked")
    };
    let Step::Call(_, flow) = edge.resume(flow, page, NOW + 1500, &entropy()) else {
        panic!("not asked again")
    };
    match edge.resume(flow, check, NOW + 3000, &entropy()) {
        Step::Done(outcome) => outcome,
        Step::Call(call, _) => panic!("a third call: {call:?}"),
    }
}

#[test]
fn a_new_visitor_to_the_captcha_page_passes_a_dead_protector_like_any_other() {
    for end in [
        Reply::TimedOut,
        Reply::Unreachable,
        Reply::Broken,
        answered(500, ""),
    ] {
        let mut edge = with_captcha_path();
        edge.settings.metrics = true;
        let passed = page_and_check(&mut edge, "", [&end, &end]);
        let lines = edge.take_lines().concat();
        assert!(lines.contains("\"FailedOpen\":1"), "{lines}");
        respond(
            &mut edge,
            Trigger::ViewerResponse,
            &sealed(&passed),
            "200",
            &[],
        );
        let entry = &entries(&mut edge)[0];
        assert_eq!(entry["NetaceaMitigationApplied"], "error_open", "{end:?}");
        assert_eq!(entry["NetaceaUserIdCookie"], "", "asked about next time");
    }
}

#[test]
fn a_check_that_a_page_call_left_little_time_says_nothing_about_protector() {
    let mut edge = with_captcha_path();
    for _ in 0..5 {
        for check in [Reply::TimedOut, cut(200, "", Cause::TimedOut)] {
            page_and_check(&mut edge, "", [&Reply::TimedOut, &check]);
        }
    }
    let request = event(Trigger::ViewerRequest, &[]);
    let step = edge.begin(&request, NOW + 3010, &entropy());
    assert!(matches!(step, Step::Call(..)), "{step:?}");
}

#[test]
fn an_open_breaker_makes_no_call_whatever_a_visitor_asks_for() {
    let mut edge = with_captcha_path();
    let cookie = session(&mut edge, "210");
    broken(&mut edge);
    let mut done = |event: &Event<'_>| match edge.begin(event, NOW + 100, &entropy()) {
        Step::Done(outcome) => outcome,
        Step::Call(call, _) => panic!("{call:?}"),
    };
    let blocked = answer(done(&page_request(&cookie)));
    assert_eq!(blocked.status, 403, "as the session says");
    assert!(matches!(done(&page_request("")), Outcome::Pass(_)));
    let unverified = answer(done(&post()));
    assert_eq!((unverified.status, &unverified.body[..]), (503, &b""[..]));
    assert_eq!(header(&unverified, "Retry-After"), Some("10"));
}

#[test]
fn what_probes_protector_is_a_check_and_then_the_visitor_gets_their_own_call() {
    let half_open = NOW + 10_005;
    for (event, url) in [
        (page_request(""), "/captcha?"),
        (post(), "/AtaVerifyCaptcha?"),
    ] {
        let mut edge = with_captcha_path();
        broken(&mut edge);
        let Step::Call(probe, flow) = edge.begin(&event, half_open, &entropy()) else {
            panic!("no probe")
        };
        assert!(probe.url.contains("/?headerFP=") && probe.body.is_none());
        let Step::Call(own, flow) =
            edge.resume(flow, &answered(200, "000"), half_open + 5, &entropy())
        else {
            panic!("no call of their own")
        };
        assert!(own.url.contains(url), "{}", own.url);
        assert!(own.deadline <= half_open.steady + 3000);
        // Their own call neither opens nor closes it.
        edge.resume(flow, &Reply::TimedOut, half_open + 10, &entropy());
        let request = super::event(Trigger::ViewerRequest, &[]);
        let step = edge.begin(&request, half_open + 15, &entropy());
        assert!(matches!(step, Step::Call(..)), "closed: {step:?}");
    }
    let mut edge = with_captcha_path();
    broken(&mut edge);
    let Step::Call(_, flow) = edge.begin(&post(), half_open, &entropy()) else {
        panic!("no probe")
    };
    let step = edge.resume(flow, &Reply::TimedOut, half_open + 5, &entropy());
    let Step::Done(Outcome::Answer(answer)) = step else {
        panic!("{step:?}")
    };
    assert_eq!(answer.status, 503, "still dead");
}

#[test]
fn a_deadline_that_lambda_cut_short_says_nothing_about_protector() {
    let mut edge = edge(|_| ());
    let request = event(Trigger::ViewerRequest, &[]);
    for _ in 0..5 {
        outcome(&mut edge, &request, &Reply::OutOfTime);
        outcome(&mut edge, &request, &cut(200, "", Cause::OutOfTime));
    }
    let step = edge.begin(&request, NOW, &entropy());
    assert!(matches!(step, Step::Call(..)), "{step:?}");
}

#[test]
fn a_wall_clock_that_is_set_back_keeps_nobody_waiting() {
    let mut edge = edge(|_| ());
    broken(&mut edge);
    let hour = 3_600_000;
    let set_back = |milliseconds: u64| Now {
        wall: NOW.wall - hour,
        steady: NOW.steady + milliseconds,
    };
    let request = event(Trigger::ViewerRequest, &[]);
    let step = edge.begin(&request, set_back(5000), &entropy());
    assert!(matches!(step, Step::Done(_)), "open");
    let step = edge.begin(&request, set_back(10_005), &entropy());
    let Step::Call(call, _) = step else {
        panic!("{step:?}")
    };
    assert_eq!(call.deadline, NOW.steady + 13_005);
}
