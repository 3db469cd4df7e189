//! Visitors who pass although Protector is not asked about them, or although its verdict is not
//! applied.

use super::{NOW, answered, edge, entries, entropy, event, outcome, respond, sealed};
use crate::settings::{ClientIp, Configuration, MitigationType};
use crate::{Edge, Event, Outcome, Reply, Response, Step, Trigger};

fn bypassing(change: impl FnOnce(&mut Configuration)) -> Edge {
    edge(|configuration| {
        let settings = &mut configuration.settings;
        settings.captcha.path = Some("/captcha".to_owned());
        settings.captcha.signal_path = Some("/signal".to_owned());
        settings.metrics = true;
        settings.bypass.paths = vec!["*".to_owned()];
        settings.bypass.methods = vec!["POST".to_owned()];
        change(configuration);
    })
}

fn request<'a>(method: &'a str, uri: &'a str, headers: &[(&'a str, &'a str)]) -> Event<'a> {
    let mut request = event(Trigger::ViewerRequest, headers);
    (request.request.method, request.request.uri) = (method, uri);
    request
}

fn is_asked(edge: &mut Edge, event: &Event<'_>) -> bool {
    matches!(edge.begin(event, NOW, &entropy()), Step::Call(..))
}

/// Counts of the last line of metrics that are not zero.
fn decision(edge: &mut Edge) -> String {
    let lines = edge.take_lines();
    let line: serde_json::Value = serde_json::from_str(lines.last().expect("a line")).unwrap();
    let counts = line.as_object().unwrap().iter();
    let mut names = counts
        .filter(|(_, value)| **value == 1)
        .map(|(name, _)| name.clone());
    names.next().unwrap_or_default()
}

#[test]
fn a_bypassed_request_is_logged_by_its_cookie_and_keeps_no_forged_header() {
    let mut edge = bypassing(|_| ());
    let mut judging = super::edge(|_| ());
    let first = event(Trigger::ViewerRequest, &[]);
    let state = sealed(&outcome(&mut judging, &first, &answered(200, "212")));
    let edits = respond(&mut judging, Trigger::ViewerResponse, &state, "200", &[]);
    let cookie = edits.iter().find_map(|edit| match edit {
        crate::Edit::Append { value, .. } => value.split(';').next(),
        _ => None,
    });
    let headers = [
        ("cookie", cookie.expect("a cookie")),
        ("X-Netacea_Match", "2"),
    ];
    let passed = outcome(
        &mut edge,
        &request("GET", "/a.js", &headers),
        &Reply::TimedOut,
    );
    assert_eq!(decision(&mut edge), "Bypassed");
    let Outcome::Pass(edits) = &passed else {
        panic!("{passed:?}")
    };
    let removal = crate::Edit::Remove {
        name: "X-Netacea_Match".to_owned(),
    };
    assert!(edits.contains(&removal));
    let state = sealed(&passed);
    let edits = respond(&mut edge, Trigger::ViewerResponse, &state, "200", &[]);
    assert_eq!(edits, [], "no cookie");
    let entry = &entries(&mut edge)[0];
    assert_eq!(
        entry["NetaceaMitigationApplied"],
        "ip_blocked,captcha_cookiepass"
    );
    assert_eq!(entry.get("ProtectorStatus"), None);
}

#[test]
fn bypassed_requests_are_not_logged_where_that_is_not_wanted() {
    for wanted in [true, false] {
        let mut edge = bypassing(|configuration| configuration.settings.bypass.log = wanted);
        let passed = outcome(&mut edge, &request("GET", "/a.js", &[]), &Reply::TimedOut);
        respond(
            &mut edge,
            Trigger::ViewerResponse,
            &sealed(&passed),
            "200",
            &[],
        );
        assert_eq!(entries(&mut edge).len(), usize::from(wanted));
        // From the cache, where no origin-request function runs, or without room for a state.
        for (path, is_logged) in [("/a.js", wanted), ("/a;b", true)] {
            let mut answer = request("GET", path, &[]);
            answer.trigger = Trigger::ViewerResponse;
            answer.response = Some(Response {
                status: "200",
                headers: Vec::new(),
            });
            outcome(&mut edge, &answer, &Reply::TimedOut);
            let count = entries(&mut edge).len();
            assert_eq!(count, usize::from(is_logged), "{path} {wanted}");
        }
    }
}

#[test]
fn what_belongs_to_a_captcha_is_seen_before_any_list() {
    let mut edge = bypassing(|_| ());
    assert!(is_asked(
        &mut edge,
        &request("POST", "/AtaVerifyCaptcha", &[])
    ));
    let mut page = request("GET", "/captcha", &[]);
    page.request.querystring = "trackingId=1";
    for method in ["GET", "HEAD"] {
        page.request.method = method;
        assert!(is_asked(&mut edge, &page));
    }
    let signal = request("POST", "/signal", &[]);
    let answer = outcome(&mut edge, &signal, &Reply::TimedOut);
    assert!(matches!(answer, Outcome::Answer(_)), "{answer:?}");
    assert!(!is_asked(&mut edge, &request("POST", "/other", &[])));
}

#[test]
fn an_address_that_is_a_fallback_is_in_no_range() {
    let mut edge = bypassing(|configuration| {
        let settings = &mut configuration.settings;
        (settings.bypass.paths, settings.bypass.methods) = (Vec::new(), Vec::new());
        settings.bypass.ip_ranges = vec!["192.0.2.0/24".to_owned()];
        settings.client_ip = Some(ClientIp::default());
    });
    for (forwarded, is_asked) in [
        ("192.0.2.77:80", false),
        ("203.0.113.9", true),
        ("unknown", true),
        ("", true),
    ] {
        let request = request("GET", "/", &[("x-forwarded-for", forwarded)]);
        let step = edge.begin(&request, NOW, &entropy());
        assert_eq!(matches!(step, Step::Call(..)), is_asked, "{forwarded}");
    }
    assert!(
        is_asked(&mut edge, &request("GET", "/", &[])),
        "CloudFront's peer is in the range"
    );
}

#[test]
fn a_preflight_passes_unasked_and_is_logged() {
    for mode in [
        MitigationType::Mitigate,
        MitigationType::Inject,
        MitigationType::Ingest,
    ] {
        let mut edge = edge(|configuration| configuration.settings.mitigation_type = mode);
        let headers = [
            ("origin", "https://app.example"),
            ("access-control-request-method", "PUT"),
        ];
        let passed = outcome(
            &mut edge,
            &request("OPTIONS", "/", &headers),
            &Reply::TimedOut,
        );
        let edits = respond(
            &mut edge,
            Trigger::ViewerResponse,
            &sealed(&passed),
            "204",
            &[],
        );
        assert_eq!(edits, [], "nobody keeps a cookie of it");
        assert_eq!(entries(&mut edge)[0]["NetaceaMitigationApplied"], "");
        if mode != MitigationType::Ingest {
            for incomplete in [&headers[..1], &headers[1..]] {
                assert!(is_asked(&mut edge, &request("OPTIONS", "/", incomplete)));
            }
            assert!(is_asked(&mut edge, &request("PUT", "/", &headers)));
        }
    }
}

#[test]
fn a_listed_origin_may_read_the_answer_and_head_gets_no_body() {
    let mut edge = edge(|configuration| {
        configuration.settings.cors_origins = vec!["https://app.example".to_owned()];
    });
    for (origin, is_listed) in [
        ("https://app.example", true),
        ("https://app.example:8443", false),
        ("https://APP.example", false),
        ("null", false),
    ] {
        for code in ["210", "211"] {
            let request = request("GET", "/", &[("origin", origin)]);
            let Outcome::Answer(answer) = outcome(&mut edge, &request, &answered(200, code)) else {
                panic!("passed")
            };
            let cors: Vec<(&str, &str)> = answer
                .headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .filter(|(name, _)| name.starts_with("Access-Control") || *name == "Vary")
                .collect();
            let expected = [
                ("Access-Control-Allow-Origin", origin),
                ("Access-Control-Allow-Credentials", "true"),
                ("Vary", "Origin"),
            ];
            assert_eq!(cors, expected[..if is_listed { 3 } else { 0 }], "{origin}");
            assert!(!answer.body.is_empty());
        }
    }
    // A solution that cannot be verified, too.
    let mut post = request(
        "POST",
        "/AtaVerifyCaptcha",
        &[("origin", "https://app.example")],
    );
    let Outcome::Answer(answer) = outcome(&mut edge, &post, &Reply::Unreachable) else {
        panic!("passed")
    };
    assert!(answer.headers.iter().any(|(name, _)| name == "Vary"));
    (post.request.method, post.request.uri) = ("HEAD", "/");
    for code in ["210", "211"] {
        let Outcome::Answer(answer) = outcome(&mut edge, &post, &answered(200, code)) else {
            panic!("passed")
        };
        assert_eq!((answer.status, answer.body), (403, Vec::new()));
    }
}

#[test]
fn only_the_share_is_acted_upon_and_the_rest_is_asked_about_and_logged() {
    for (percent, code, decided) in [
        (0, "210", "HeldBack"),
        (0, "211", "HeldBack"),
        (0, "240", "HeldBack"),
        (0, "000", "Passed"),
        (100, "210", "Blocked"),
        (100, "000", "Passed"),
    ] {
        let mut edge = edge(|configuration| {
            configuration.settings.metrics = true;
            configuration.settings.mitigation_percent = percent;
        });
        let request = event(Trigger::ViewerRequest, &[]);
        assert!(is_asked(&mut edge, &request));
        let outcome = outcome(&mut edge, &request, &answered(200, code));
        assert_eq!(decision(&mut edge), decided, "{percent} {code}");
        if let Outcome::Pass(edits) = &outcome {
            assert_eq!(edits.len(), 1, "the state alone: {edits:?}");
            respond(
                &mut edge,
                Trigger::ViewerResponse,
                &sealed(&outcome),
                "200",
                &[],
            );
        }
        let optional = &entries(&mut edge)[0]["optional"];
        assert_eq!(
            optional.get("heldBack").is_some(),
            percent == 0,
            "{optional}"
        );
    }
}

#[test]
fn a_solution_is_verified_for_everybody() {
    let mut edge = edge(|configuration| configuration.settings.mitigation_percent = 0);
    let post = request("POST", "/AtaVerifyCaptcha", &[]);
    for (code, status) in [("002", 200), ("210", 403)] {
        let Outcome::Answer(answer) = outcome(&mut edge, &post, &answered(200, code)) else {
            panic!("passed")
        };
        assert_eq!(answer.status, status);
    }
}
