//! Events through the state machine, with Protector's replies given by hand.

use crate::settings::{Configuration, MitigationType};
use crate::{
    Body, Edge, Edit, Entropy, Event, Now, Outcome, Reply, Request, Response, Step, Trigger,
};

/// The clocks of an instance show different times.
const NOW: Now = Now {
    wall: 1_700_000_000_000,
    steady: 5_000,
};

fn edge(change: impl FnOnce(&mut Configuration)) -> Edge {
    let mut configuration = Configuration::default();
    configuration.secrets.api_key = Some("key".to_owned());
    configuration.secrets.secret_key = Some("secret".to_owned());
    configuration.settings.mitigation_type = MitigationType::Mitigate;
    change(&mut configuration);
    Edge::new(&configuration, &entropy()).unwrap_or_else(|violations| panic!("{violations:?}"))
}

fn entropy() -> Entropy {
    Entropy::new([9; Entropy::LENGTH])
}

fn event<'a>(trigger: Trigger, headers: &[(&'a str, &'a str)]) -> Event<'a> {
    Event {
        trigger,
        distribution_id: "E1",
        distribution_domain: "d.cloudfront.net",
        request_id: "r1",
        request: Request {
            client_ip: "192.0.2.1",
            method: "GET",
            uri: "/",
            querystring: "",
            header_names: headers.iter().map(|(name, _)| *name).collect(),
            headers: headers.to_vec(),
            header_bytes: 0,
            body: None,
        },
        response: None,
    }
}

fn answered(status: u16, code: &'static str) -> Reply<'static> {
    let names = ["x-netacea-match", "x-netacea-mitigate", "x-netacea-captcha"];
    let headers = names
        .into_iter()
        .enumerate()
        .filter_map(|(index, name)| Some((name, code.get(index..=index)?)));
    Reply::Answered {
        status,
        headers: headers.collect(),
        body: b"page",
    }
}

/// The outcome of a request whose call, if there is one, ends with this reply.
fn outcome(edge: &mut Edge, event: &Event<'_>, reply: &Reply<'_>) -> Outcome {
    match edge.begin(event, NOW, &entropy()) {
        Step::Done(outcome) => outcome,
        Step::Call(_, flow) => match edge.resume(flow, reply, NOW + 5, &entropy()) {
            Step::Done(outcome) => outcome,
            Step::Call(call, _) => panic!("a second call: {call:?}"),
        },
    }
}

fn sealed(outcome: &Outcome) -> String {
    let Outcome::Pass(edits) = outcome else {
        panic!("{outcome:?}")
    };
    let state = edits.iter().find_map(|edit| match edit {
        Edit::Set {
            name: "x-netacea-edge-state",
            value,
        } => Some(value.clone()),
        _ => None,
    });
    state.expect("a sealed state")
}

fn respond(
    edge: &mut Edge,
    trigger: Trigger,
    state: &str,
    status: &str,
    headers: &[(&str, &str)],
) -> Vec<Edit> {
    let mut event = event(trigger, &[("x-netacea-edge-state", state)]);
    event.response = Some(Response {
        status,
        headers: headers.to_vec(),
    });
    match outcome(edge, &event, &Reply::TimedOut) {
        Outcome::Pass(edits) => edits,
        Outcome::Answer(answer) => panic!("{answer:?}"),
    }
}

fn entries(edge: &mut Edge) -> Vec<serde_json::Value> {
    let posts = core::iter::from_fn(|| edge.next_post(NOW, &entropy()));
    posts
        .map(|(_, call)| serde_json::from_slice(&call.body.unwrap()).unwrap())
        .collect()
}

#[test]
fn what_only_netacea_may_send_is_removed_in_any_case() {
    let mut edge = edge(|_| ());
    let event = event(
        Trigger::ViewerRequest,
        &[
            ("X-Netacea-Match", "2"),
            ("x-netacea-edge-state", "forged"),
            ("X_Netacea_Match", "2"),
            ("x.netacea-mitigate", "2"),
            ("x-netacea_captcha", "2"),
            ("x-netacea", "kept"),
            ("x netacea-match", "kept"),
            ("x-other", "1"),
        ],
    );
    let Outcome::Pass(edits) = outcome(&mut edge, &event, &answered(200, "000")) else {
        panic!("not passed")
    };
    let removed: Vec<&str> = edits
        .iter()
        .filter_map(|edit| match edit {
            Edit::Remove { name } => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let spoofed = [
        "X-Netacea-Match",
        "x-netacea-edge-state",
        "X_Netacea_Match",
        "x.netacea-mitigate",
        "x-netacea_captcha",
    ];
    assert_eq!(removed, spoofed);
}

#[test]
fn each_response_is_handled_by_one_trigger() {
    let mut edge = edge(|_| ());
    let state = sealed(&outcome(
        &mut edge,
        &event(Trigger::ViewerRequest, &[]),
        &answered(200, "000"),
    ));
    for (trigger, status, handled) in [
        (Trigger::ViewerResponse, "200", true),
        (Trigger::ViewerResponse, "399", true),
        (Trigger::ViewerResponse, "400", false),
        (Trigger::OriginResponse, "399", false),
        (Trigger::OriginResponse, "400", true),
        (Trigger::OriginResponse, "nonsense", false),
    ] {
        respond(&mut edge, trigger, &state, status, &[]);
        assert_eq!(
            entries(&mut edge).len(),
            usize::from(handled),
            "{trigger:?} {status}"
        );
    }
}

#[test]
fn a_response_without_state_gets_no_cookie_and_is_still_logged() {
    let mut edge = edge(|_| ());
    assert_eq!(
        respond(&mut edge, Trigger::ViewerResponse, "", "200", &[]),
        []
    );
    let entries = entries(&mut edge);
    assert_eq!(entries[0]["NetaceaUserIdCookieStatus"], 1);
    assert_eq!(entries[0]["NetaceaMitigationApplied"], "");
}

#[test]
fn an_open_breaker_lets_pass_and_shows_in_the_log() {
    let mut edge = edge(|_| ());
    let request = event(Trigger::ViewerRequest, &[]);
    for _ in 0..2 {
        outcome(&mut edge, &request, &Reply::TimedOut);
    }
    let Step::Done(passed) = edge.begin(&request, NOW + 10, &entropy()) else {
        panic!("asked")
    };
    respond(
        &mut edge,
        Trigger::ViewerResponse,
        &sealed(&passed),
        "200",
        &[],
    );
    let entry = &entries(&mut edge)[0];
    assert_eq!(entry["NetaceaMitigationApplied"], "error_open");
    assert_eq!(entry["optional"]["breaker"], "open");
    assert_eq!(entry.get("ProtectorStatus"), None);
}

#[test]
fn captcha_posts_and_client_errors_do_not_open_the_breaker() {
    let mut edge = edge(|_| ());
    let mut post = event(Trigger::ViewerRequest, &[]);
    post.request.method = "POST";
    post.request.uri = "/AtaVerifyCaptcha";
    let request = event(Trigger::ViewerRequest, &[]);
    for _ in 0..5 {
        outcome(&mut edge, &post, &Reply::TimedOut);
        outcome(&mut edge, &request, &answered(403, ""));
        outcome(&mut edge, &request, &Reply::Broken);
    }
    assert!(matches!(
        edge.begin(&request, NOW + 10, &entropy()),
        Step::Call(..)
    ));
}

#[test]
fn half_a_captcha_solution_is_not_sent() {
    let mut edge = edge(|_| ());
    let mut post = event(Trigger::ViewerRequest, &[]);
    post.request.method = "POST";
    post.request.uri = "/AtaVerifyCaptcha";
    for (data, is_truncated) in [("YQ==", true), ("*", false)] {
        post.request.body = Some(Body {
            data,
            is_base64: true,
            is_truncated,
        });
        let Step::Done(Outcome::Answer(answer)) = edge.begin(&post, NOW, &entropy()) else {
            panic!("{data}")
        };
        assert_eq!(answer.status, 500);
    }
}

#[test]
fn what_a_visitor_sends_is_bounded_before_it_is_sent_on() {
    let mut edge = edge(|_| ());
    let (agent, token) = (
        "a\u{0}\r\n☃".repeat(2000),
        format!("_mitatacaptcha={}", "t".repeat(5000)),
    );
    let request = event(
        Trigger::ViewerRequest,
        &[("user-agent", &agent), ("cookie", &token)],
    );
    let Step::Call(call, _) = edge.begin(&request, NOW, &entropy()) else {
        panic!("not asked")
    };
    for (name, value) in &call.headers {
        assert!(
            value.len() <= 2048 && value.bytes().all(|byte| matches!(byte, b' '..=b'~')),
            "{name}: {value}"
        );
    }
    assert!(
        call.headers.contains(&("cookie", String::new())),
        "a token that is too long is none"
    );
    assert_eq!(call.deadline, NOW.steady + 3000);
}

#[test]
fn log_lines_and_debug_output_show_no_secret() {
    let mut edge = edge(|configuration| {
        configuration.secrets.api_key = Some("hush-hush".to_owned());
        configuration.settings.log_level = crate::settings::LogLevel::Debug;
    });
    let request = event(Trigger::ViewerRequest, &[]);
    let Step::Call(call, flow) = edge.begin(&request, NOW, &entropy()) else {
        panic!("not asked")
    };
    assert!(!format!("{call:?}").contains("hush"));
    edge.resume(flow, &answered(500, ""), NOW, &entropy());
    let lines = edge.take_lines();
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0].contains("protector_status") && !lines[0].contains("hush"),
        "{lines:?}"
    );
}

mod answers;
mod calls;
mod checkpoints;
mod cookies;
mod options;
mod passing;
mod proxies;
mod threats;
