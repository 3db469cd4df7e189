//! Another proxy in front of CloudFront (protocol section 8.5).

use super::{NOW, answered, edge, entries, entropy, event, outcome, sealed};
use crate::settings::ClientIp;
use crate::{Edge, Event, Outcome, Reply, Response, Step, Trigger};

fn behind_a_proxy(header: &str) -> Edge {
    edge(|configuration| {
        configuration.settings.metrics = true;
        configuration.settings.client_ip = Some(ClientIp {
            header: header.to_owned(),
            trusted_proxy_hops: 1,
        });
    })
}

/// The visitor's address in the call to Protector.
fn asked_about(edge: &mut Edge, event: &Event<'_>) -> String {
    let Step::Call(call, _) = edge.begin(event, NOW, &entropy()) else {
        panic!("not asked")
    };
    let mut headers = call.headers.into_iter();
    let ip = headers.find(|(name, _)| *name == "X-Netacea-Client-IP");
    ip.expect("an address").1
}

/// An error at the origin, whose request came through CloudFront from `10.0.0.1`.
fn at_the_origin<'a>(state: &'a str) -> Event<'a> {
    let mut event = event(
        Trigger::OriginResponse,
        &[
            ("x-forwarded-for", "203.0.113.9, 10.0.0.1"),
            ("x-netacea-edge-state", state),
        ],
    );
    event.request.uri = "/rewritten";
    event.response = Some(Response {
        status: "404",
        headers: Vec::new(),
    });
    event
}

#[test]
fn an_entry_written_at_the_origin_names_the_visitor_and_what_they_asked_for() {
    let mut edge = behind_a_proxy("X-Forwarded-For");
    let mut request = event(
        Trigger::ViewerRequest,
        &[("x-forwarded-for", "203.0.113.9:51234")],
    );
    request.request.uri = "/asked";
    request.request.querystring = "a=b";
    assert_eq!(asked_about(&mut edge, &request), "203.0.113.9");
    let state = sealed(&outcome(&mut edge, &request, &answered(200, "000")));

    for (state, target) in [(state.as_str(), "GET /asked?a=b"), ("", "GET /rewritten")] {
        outcome(&mut edge, &at_the_origin(state), &Reply::TimedOut);
        let entry = &entries(&mut edge)[0];
        assert_eq!(entry["RealIp"], "203.0.113.9", "{target}");
        assert_eq!(entry["Request"], format!("{target} HTTP/1.1"));
    }
}

#[test]
fn an_address_that_is_none_is_said_once_counted_and_replaced() {
    let mut edge = behind_a_proxy("Forwarded");
    let good = event(
        Trigger::ViewerRequest,
        &[("forwarded", "for=6.6.6.6, for=\"[2001:db8::7]:443\"")],
    );
    assert_eq!(asked_about(&mut edge, &good), "2001:db8::7");
    let bad = event(Trigger::ViewerRequest, &[("forwarded", "for=unknown")]);
    edge.take_lines();
    for _ in 0..3 {
        assert_eq!(asked_about(&mut edge, &bad), "192.0.2.1");
    }
    let said = edge.take_lines();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains(r#""level":"warn""#) && said[0].contains("client_ip"));

    outcome(&mut edge, &good, &answered(200, "000"));
    let lines = edge.take_lines();
    assert!(lines[0].contains(r#""ClientIpUnusable":3"#), "{lines:?}");
}

#[test]
fn the_state_of_a_slow_request_is_believed_for_fifteen_minutes() {
    let mut edge = behind_a_proxy("X-Forwarded-For");
    let request = event(Trigger::ViewerRequest, &[]);
    let state = sealed(&outcome(&mut edge, &request, &answered(200, "000")));
    for (later, has_cookie) in [(900_000, true), (900_001, false)] {
        let mut event = event(
            Trigger::ViewerResponse,
            &[("x-netacea-edge-state", state.as_str())],
        );
        event.response = Some(Response {
            status: "200",
            headers: Vec::new(),
        });
        let Step::Done(Outcome::Pass(edits)) = edge.begin(&event, NOW + later, &entropy()) else {
            panic!("not passed")
        };
        assert_eq!(!edits.is_empty(), has_cookie, "{later}");
    }
}
