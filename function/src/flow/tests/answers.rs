//! Protector's answers, complete or not, and what visitors and the origin get from them.

use super::checkpoints::post;
use super::{NOW, answered, edge, entries, entropy, event, outcome, respond, sealed};
use crate::call::Cause;
use crate::settings::{Block, MitigationType};
use crate::{Answer, Body, Edge, Edit, Event, Outcome, Reply, Response, Step, Trigger};

/// A reply with this verdict, these headers and this body.
pub(super) fn reply<'a>(
    status: u16,
    code: &'static str,
    more: &[(&'a str, &'a str)],
    body: &'a [u8],
) -> Reply<'a> {
    let Reply::Answered { mut headers, .. } = answered(status, code) else {
        panic!("an answer")
    };
    headers.extend(more.iter().copied());
    Reply::Answered {
        status,
        headers,
        body,
    }
}

/// The same verdict, and then no whole body.
pub(super) fn cut(status: u16, code: &'static str, cause: Cause) -> Reply<'static> {
    match answered(status, code) {
        Reply::Answered {
            status, headers, ..
        } => Reply::Cut {
            status,
            headers,
            cause,
        },
        other => panic!("{other:?}"),
    }
}

pub(super) fn answer(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Answer(answer) => answer,
        Outcome::Pass(edits) => panic!("passed: {edits:?}"),
    }
}

pub(super) fn header<'a>(answer: &'a Answer, wanted: &str) -> Option<&'a str> {
    let found = answer.headers.iter().find(|(name, _)| name == wanted);
    found.map(|(_, value)| value.as_str())
}

/// Messages and reasons of the lines since the last time, with their counts.
fn lines(edge: &mut Edge) -> Vec<String> {
    let parse = |line: String| serde_json::from_str(&line).unwrap();
    let values = edge.take_lines().into_iter().map(parse);
    values
        .map(|line: serde_json::Value| {
            let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", text("message"), text("reason"), line["count"])
        })
        .collect()
}

#[test]
fn headers_decide_and_only_a_missing_verdict_is_not_judged() {
    for cause in [Cause::TimedOut, Cause::Broken, Cause::TooLarge] {
        let mut edge = edge(|configuration| {
            let breaker = &mut configuration.settings.protector.breaker;
            breaker.consecutive_failures = 100;
        });
        let request = event(Trigger::ViewerRequest, &[]);
        for (code, is_stopped) in [("210", true), ("211", true), ("21a", true), ("220", false)] {
            let outcome = outcome(&mut edge, &request, &cut(200, code, cause));
            if let Outcome::Answer(answer) = &outcome {
                assert_eq!((answer.status, &answer.body[..]), (403, &b"Forbidden"[..]));
                assert!(header(answer, "Set-Cookie").is_some(), "{code}");
            }
            let is_answer = matches!(outcome, Outcome::Answer(_));
            assert_eq!(is_answer, is_stopped, "{code} {cause:?}");
        }
        edge.take_lines();
        for reply in [cut(200, "", cause), cut(500, "210", cause)] {
            let outcome = outcome(&mut edge, &request, &reply);
            assert!(matches!(outcome, Outcome::Pass(_)), "{reply:?}");
        }
        assert!(lines(&mut edge)[0].starts_with("fail open protector_"));
    }
}

#[test]
fn a_captcha_whose_page_is_unusable_is_a_block() {
    let mut edge = edge(|_| ());
    let request = event(Trigger::ViewerRequest, &[]);
    for (more, body) in [
        (("content-type", "application/json"), &b"not json"[..]),
        (("content-type", "application/json; charset=utf-8"), b"{}"),
        (("content-encoding", "gzip"), b"\x1f\x8b"),
    ] {
        let answer = answer(outcome(
            &mut edge,
            &request,
            &reply(200, "211", &[more], body),
        ));
        assert_eq!((answer.status, &answer.body[..]), (403, &b"Forbidden"[..]));
        let status = &entries(&mut edge)[0]["NetaceaMitigationApplied"];
        assert_eq!(status, "ip_blocked,captcha_serve");
    }
    assert_eq!(lines(&mut edge), ["blocked page_unusable 1"]);
}

#[test]
fn a_page_goes_out_in_the_charset_it_came_with() {
    let mut edge = edge(|_| ());
    let request = event(Trigger::ViewerRequest, &[]);
    for (theirs, ours) in [
        ("text/html", "text/html; charset=UTF-8"),
        ("text/html; charset=utf-8", "text/html; charset=UTF-8"),
        (
            "text/html;charset=\"ISO-8859-1\"",
            "text/html; charset=ISO-8859-1",
        ),
        ("text/html; charset=a b", "text/html; charset=UTF-8"),
    ] {
        let page = reply(200, "211", &[("content-type", theirs)], b"caf\xe9");
        let answer = answer(outcome(&mut edge, &request, &page));
        assert_eq!(header(&answer, "Content-Type"), Some(ours), "{theirs}");
        assert_eq!(answer.body, b"caf\xe9");
    }
}

#[test]
fn a_verification_goes_on_with_the_visitors_own_content_type() {
    const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";
    let long = "x".repeat(257);
    for (theirs, sent) in [
        (Some("application/json"), "application/json"),
        (None, FORM),
        (Some(""), FORM),
        (Some("a\r\nx: y"), FORM),
        (Some("caf\u{e9}"), FORM),
        (Some(long.as_str()), FORM),
    ] {
        let mut edge = edge(|_| ());
        let mut post = post();
        post.request
            .headers
            .extend(theirs.map(|value| ("content-type", value)));
        let Step::Call(call, _) = edge.begin(&post, NOW, &entropy()) else {
            panic!("not asked")
        };
        let found = call
            .headers
            .iter()
            .find(|(name, _)| *name == "Content-Type");
        assert_eq!(found.unwrap().1, sent, "{theirs:?}");
        assert!(
            call.headers
                .contains(&("Accept-Encoding", "identity".to_owned()))
        );
    }
}

#[test]
fn protectors_answer_to_a_verification_goes_back_as_it_came() {
    for (reply, status, body, has_cookie) in [
        (reply(200, "212", &[], b"ok"), 200, "ok", true),
        (reply(400, "212", &[], b"again"), 400, "again", true),
        (reply(429, "213", &[], b"slower"), 429, "slower", true),
        (reply(200, "213", &[], b"page"), 403, "page", true),
        (reply(400, "210", &[], b"no"), 403, "Forbidden", true),
        (reply(400, "217", &[], b"step"), 400, "step", false),
        (reply(400, "21", &[], b"half"), 500, "", false),
        (reply(404, "", &[], b"none"), 500, "", false),
        (reply(302, "212", &[], b"there"), 500, "", false),
        (reply(503, "212", &[], b"down"), 500, "", false),
        (reply(200, "", &[], b"silent"), 200, "silent", false),
        (cut(200, "212", Cause::Broken), 500, "", false),
    ] {
        let mut edge = edge(|_| ());
        let answer = answer(outcome(&mut edge, &post(), &reply));
        let found = String::from_utf8(answer.body.clone()).unwrap();
        assert_eq!((answer.status, found.as_str()), (status, body), "{reply:?}");
        assert_eq!(
            header(&answer, "Set-Cookie").is_some(),
            has_cookie,
            "{reply:?}"
        );
        assert_eq!(entries(&mut edge)[0]["Status"], status.to_string());
    }
    let mut edge = edge(|_| ());
    let typed = reply(
        200,
        "212",
        &[("content-type", "application/json; x=y")],
        b"{}",
    );
    let answer = answer(outcome(&mut edge, &post(), &typed));
    let content_type = header(&answer, "Content-Type");
    assert_eq!(content_type, Some("application/json; x=y"));
}

#[test]
fn a_token_that_a_cookie_cannot_carry_is_none() {
    let long = "t".repeat(4097);
    for (token, is_set) in [
        ("token", true),
        ("a; Domain=evil.example", false),
        ("a b", false),
        ("\u{e9}", false),
        ("", false),
        (long.as_str(), false),
    ] {
        let mut edge = edge(|_| ());
        let more = [("x-netacea-mitatacaptcha-value", token)];
        let answer = answer(outcome(&mut edge, &post(), &reply(200, "212", &more, b"")));
        let set = |(name, value): &&(String, String)| {
            name == "Set-Cookie" && value.starts_with("_mitatacaptcha=")
        };
        assert_eq!(
            answer.headers.iter().any(|pair| set(&pair)),
            is_set,
            "{token}"
        );
    }
}

#[test]
fn an_answer_without_a_verdict_passes_is_counted_and_leaves_no_cookie() {
    for (mode, status) in [
        (MitigationType::Mitigate, "unknown_unknown,unknown"),
        (MitigationType::Inject, "error_open"),
    ] {
        let mut edge = edge(|configuration| {
            configuration.settings.mitigation_type = mode;
            configuration.settings.metrics = true;
        });
        let request = event(Trigger::ViewerRequest, &[]);
        let passed = outcome(&mut edge, &request, &answered(200, ""));
        let written = edge.take_lines();
        assert!(
            written[0].contains("protector_verdict_missing"),
            "{written:?}"
        );
        assert!(written[1].contains("\"VerdictMissing\":1"), "{written:?}");
        let state = sealed(&passed);
        assert_eq!(
            respond(&mut edge, Trigger::ViewerResponse, &state, "200", &[]),
            []
        );
        let entry = &entries(&mut edge)[0];
        assert_eq!(entry["NetaceaMitigationApplied"], status);
    }
    // Half a verdict counts as far as it goes, but a cookie could not hold it.
    let mut edge = edge(|_| ());
    let half = Reply::Answered {
        status: 200,
        headers: vec![("x-netacea-mitigate", "1")],
        body: b"",
    };
    let answer = answer(outcome(
        &mut edge,
        &event(Trigger::ViewerRequest, &[]),
        &half,
    ));
    assert_eq!((answer.status, header(&answer, "Set-Cookie")), (403, None));
}

#[test]
fn nobody_can_ring_the_alarm_of_visitors_who_pass_with_solutions_that_fail() {
    let mut edge = edge(|configuration| configuration.settings.metrics = true);
    let mut truncated = post();
    truncated.request.body = Some(Body {
        data: "",
        is_base64: true,
        is_truncated: true,
    });
    let at = |seconds: u64| NOW + seconds * 1000;
    let mut written = Vec::new();
    for second in [0, 1, 9, 10, 11] {
        let step = edge.begin(&truncated, at(second), &entropy());
        assert!(matches!(step, Step::Done(Outcome::Answer(_))));
        written.extend(edge.take_lines());
    }
    let (metrics, lines): (Vec<_>, Vec<_>) =
        written.into_iter().partition(|line| line.contains("_aws"));
    assert!(
        metrics
            .iter()
            .all(|line| line.contains("\"SolutionUnverified\":1"))
    );
    assert_eq!(metrics.len(), 5);
    let counts = lines.iter().map(|line| line.contains("\"count\":1"));
    assert_eq!(counts.collect::<Vec<_>>(), [true, false], "{lines:?}");
    assert!(lines[1].contains("\"count\":2"), "{lines:?}");
    let expected = "\"solution unverified\",\"reason\":\"captcha_body_unusable\"";
    assert!(
        lines.iter().all(|line| line.contains(expected)),
        "{lines:?}"
    );
    // The last one is reported when its time has come, whatever the next visitor does.
    edge.begin(&event(Trigger::ViewerRequest, &[]), at(20), &entropy());
    assert_eq!(edge.take_lines().len(), 1);
}

#[test]
fn what_an_origin_request_function_answers_below_400_is_logged_at_the_viewer() {
    let mut edge = edge(|_| ());
    let mut post = post();
    post.trigger = Trigger::OriginRequest;
    let solved = answer(outcome(&mut edge, &post, &answered(200, "212")));
    assert_eq!(entries(&mut edge).len(), 0, "viewer-response follows");
    let state = header(&solved, "x-netacea-edge-state")
        .expect("the state")
        .to_owned();
    let set = header(&solved, "Set-Cookie").unwrap();
    let mut viewer: Event<'_> = event(Trigger::ViewerResponse, &[]);
    viewer.response = Some(Response {
        status: "200",
        headers: vec![("x-netacea-edge-state", &state), ("set-cookie", set)],
    });
    let Outcome::Pass(edits) = outcome(&mut edge, &viewer, &Reply::TimedOut) else {
        panic!("answered")
    };
    let removal = Edit::Remove {
        name: "x-netacea-edge-state".to_owned(),
    };
    assert_eq!(edits, [removal], "and the cookie is there already");
    let entry = &entries(&mut edge)[0];
    assert_eq!(entry["NetaceaMitigationApplied"], "ip_blocked,captcha_pass");

    let request = event(Trigger::OriginRequest, &[]);
    let blocked = answer(outcome(&mut edge, &request, &answered(200, "210")));
    assert_eq!(header(&blocked, "x-netacea-edge-state"), None);
    assert_eq!(entries(&mut edge).len(), 1, "no viewer-response follows");
}

#[test]
fn customers_shape_blocks_and_the_status_of_captchas() {
    let block = Block {
        status: 404,
        body: Some("<h1>Nothing here</h1>".to_owned()),
        content_type: Some("text/html".to_owned()),
    };
    let mut edge = edge(|configuration| {
        configuration.settings.block = block;
        configuration.settings.captcha.status = 200;
    });
    let request = event(Trigger::ViewerRequest, &[]);
    let blocked = answer(outcome(&mut edge, &request, &answered(200, "210")));
    assert_eq!(
        (blocked.status, blocked.status_description()),
        (404, "Not Found")
    );
    assert_eq!(blocked.body, b"<h1>Nothing here</h1>");
    assert_eq!(header(&blocked, "Content-Type"), Some("text/html"));
    assert!(
        header(&blocked, "Cache-Control")
            .unwrap()
            .contains("no-store")
    );
    for (trigger, status) in [(Trigger::ViewerRequest, 200), (Trigger::OriginRequest, 403)] {
        let page = answer(outcome(
            &mut edge,
            &event(trigger, &[]),
            &answered(200, "211"),
        ));
        assert_eq!(
            page.status, status,
            "CloudFront would keep a 200 from {trigger:?}"
        );
    }
    edge.settings.block.body = None;
    let blocked = answer(outcome(&mut edge, &request, &answered(200, "210")));
    assert_eq!(blocked.body, b"Not Found");
}

#[test]
fn a_redirect_keeps_its_path_and_says_it_in_one_way() {
    let mut edge = edge(|configuration| configuration.settings.monetise = true);
    let host = [("x-netacea-redirect-host", "pay.example")];
    for (uri, query, expected) in [
        ("/a", "b=c", "/a?b=c"),
        ("/caf\u{e9} x", "", "/caf%C3%A9%20x"),
        ("/a\\b", "q=\"", "/a%5Cb?q=%22"),
        ("/a%20b", "", "/a%20b"),
        ("//evil.example/", "", "//evil.example/"),
        ("@evil.example", "", "/@evil.example"),
        ("/a\r\nx: y", "", "/a%0D%0Ax:%20y"),
    ] {
        let mut request = event(Trigger::ViewerRequest, &[]);
        request.request.uri = uri;
        request.request.querystring = query;
        let answer = answer(outcome(&mut edge, &request, &reply(200, "250", &host, b"")));
        let location = format!("https://pay.example{expected}");
        assert_eq!(header(&answer, "Location"), Some(location.as_str()));
    }
}
