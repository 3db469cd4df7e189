//! Which cookies are accepted, on which answers they are set, and how those answers are cached.

use super::{NOW, answered, edge, entries, entropy, event, outcome, respond, sealed};
use crate::settings::{IngestKind, MitigationType};
use crate::{Edge, Edit, Event, Outcome, Reply, Response, Step, Trigger};

/// A session cookie of this address with this verdict, as `name=value`.
fn session(edge: &mut Edge, ip: &str, code: &'static str) -> String {
    let mut request = event(Trigger::ViewerRequest, &[]);
    request.request.client_ip = ip;
    let state = sealed(&outcome(edge, &request, &answered(200, code)));
    let edits = respond(edge, Trigger::ViewerResponse, &state, "200", &[]);
    cookie(&edits).expect("a cookie")
}

fn cookie(edits: &[Edit]) -> Option<String> {
    edits.iter().find_map(|edit| match edit {
        Edit::Append { name, value } if *name == "set-cookie" => {
            value.split(';').next().map(str::to_owned)
        }
        _ => None,
    })
}

#[test]
fn of_several_session_cookies_the_first_that_stands_wins() {
    let mut edge = edge(|_| ());
    let fresh = session(&mut edge, "192.0.2.1", "000");
    let other_address = session(&mut edge, "192.0.2.2", "000");
    let garbage = "_mitata=x".to_owned();
    for (cookies, status, is_asked) in [
        (vec![&garbage, &other_address, &fresh], 2, false),
        (vec![&garbage, &other_address], 3, true),
        (vec![&garbage], 1, true),
        (vec![&fresh, &garbage], 2, false),
        ([vec![&garbage; 7], vec![&fresh]].concat(), 2, false),
        ([vec![&garbage; 8], vec![&fresh]].concat(), 1, true),
    ] {
        let texts: Vec<&str> = cookies.iter().map(|cookie| cookie.as_str()).collect();
        let one_header = texts.join("; ");
        let several: Vec<(&str, &str)> = texts.iter().map(|text| ("cookie", *text)).collect();
        for headers in [&[("cookie", one_header.as_str())][..], &several] {
            let mut edge = super::edge(|_| ());
            let request = event(Trigger::ViewerRequest, headers);
            let step = edge.begin(&request, NOW, &entropy());
            assert_eq!(matches!(step, Step::Call(..)), is_asked, "{headers:?}");
            let state = sealed(&outcome(&mut edge, &request, &answered(200, "000")));
            respond(&mut edge, Trigger::ViewerResponse, &state, "200", &[]);
            assert_eq!(entries(&mut edge)[0]["NetaceaUserIdCookieStatus"], status);
        }
    }
}

#[test]
fn blanks_around_a_cookie_do_not_hide_it() {
    let mut edge = edge(|_| ());
    let fresh = session(&mut edge, "192.0.2.1", "000");
    for header in [
        format!("a=1;\t{fresh}"),
        format!("a=1;  {fresh} ; b=2"),
        format!("\t{fresh}\t;"),
    ] {
        let request = event(Trigger::ViewerRequest, &[("cookie", &header)]);
        let step = edge.begin(&request, NOW, &entropy());
        assert!(matches!(step, Step::Done(_)), "{header:?}");
    }
}

#[test]
fn the_last_token_that_can_be_one_is_sent() {
    let mut edge = edge(|_| ());
    for (cookies, expected) in [
        (
            "_mitatacaptcha=one; _mitatacaptcha=two",
            "_mitatacaptcha=two",
        ),
        (
            "_mitatacaptcha=one; _mitatacaptcha=a b",
            "_mitatacaptcha=one",
        ),
        ("_mitatacaptcha=a b", ""),
    ] {
        let request = event(Trigger::ViewerRequest, &[("cookie", cookies)]);
        let Step::Call(call, _) = edge.begin(&request, NOW, &entropy()) else {
            panic!("not asked")
        };
        let sent = call.headers.iter().find(|(name, _)| *name == "cookie");
        assert_eq!(sent.expect("a header").1, expected, "{cookies}");
    }
}

/// The edits of an error at the origin, answering this method.
fn on_error(edge: &mut Edge, method: &'static str, status: &'static str) -> Vec<Edit> {
    let mut request = event(Trigger::ViewerRequest, &[]);
    request.request.method = method;
    let state = sealed(&outcome(edge, &request, &answered(200, "000")));
    let mut response = event(
        Trigger::OriginResponse,
        &[("x-netacea-edge-state", state.as_str())],
    );
    response.request.method = method;
    response.response = Some(Response {
        status,
        headers: Vec::new(),
    });
    match outcome(edge, &response, &Reply::TimedOut) {
        Outcome::Pass(edits) => edits,
        answer => panic!("{answer:?}"),
    }
}

#[test]
fn an_error_with_a_cookie_tells_no_cache_to_keep_it() {
    for is_private in [true, false] {
        let mut edge = edge(|configuration| {
            configuration.settings.session.cookies_on_errors = true;
            configuration.settings.session.private_on_set_cookie = is_private;
        });
        let request = event(Trigger::ViewerRequest, &[]);
        let state = sealed(&outcome(&mut edge, &request, &answered(200, "000")));
        let headers = [("surrogate-control", "max-age=9")];
        let edits = respond(&mut edge, Trigger::OriginResponse, &state, "404", &headers);
        let removal = Edit::Remove {
            name: "surrogate-control".to_owned(),
        };
        assert!(cookie(&edits).is_some());
        assert_eq!(edits.contains(&removal), is_private, "{edits:?}");
    }
}

#[test]
fn errors_get_cookies_where_cloudfront_keeps_none_of_them() {
    let no_store = Edit::Set {
        name: "cache-control",
        value: "no-store".to_owned(),
    };
    for consent in [false, true] {
        let mut edge =
            edge(|configuration| configuration.settings.session.cookies_on_errors = consent);
        for method in ["GET", "HEAD", "OPTIONS", "get"] {
            for (status, obeys) in [
                ("404", true),
                ("410", true),
                ("414", true),
                ("501", true),
                ("400", false),
                ("403", false),
                ("500", false),
                ("503", false),
            ] {
                let edits = on_error(&mut edge, method, status);
                let expected = consent && obeys;
                assert_eq!(cookie(&edits).is_some(), expected, "{method} {status}");
                assert_eq!(edits.contains(&no_store), expected, "{method} {status}");
            }
        }
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            for status in ["400", "404", "422", "503"] {
                let edits = on_error(&mut edge, method, status);
                assert!(cookie(&edits).is_some(), "{method} {status} {consent}");
                assert!(!edits.contains(&no_store), "nothing is kept");
            }
        }
    }
}

#[test]
fn a_solution_that_is_passed_on_counts_whatever_the_origin_answers() {
    let mut edge =
        edge(|configuration| configuration.settings.mitigation_type = MitigationType::Inject);
    let mut post = event(Trigger::ViewerRequest, &[]);
    (post.request.method, post.request.uri) = ("POST", "/AtaVerifyCaptcha");
    let reply = Reply::Answered {
        status: 200,
        headers: vec![
            ("x-netacea-match", "0"),
            ("x-netacea-mitigate", "0"),
            ("x-netacea-captcha", "2"),
            ("x-netacea-mitatacaptcha-value", "token"),
        ],
        body: b"",
    };
    let state = sealed(&outcome(&mut edge, &post, &reply));
    let mut response = event(
        Trigger::OriginResponse,
        &[("x-netacea-edge-state", state.as_str())],
    );
    (response.request.method, response.request.uri) = ("POST", "/AtaVerifyCaptcha");
    response.response = Some(Response {
        status: "404",
        headers: Vec::new(),
    });
    let Outcome::Pass(edits) = outcome(&mut edge, &response, &Reply::TimedOut) else {
        panic!("not passed")
    };
    let cookies = edits
        .iter()
        .filter(|edit| matches!(edit, Edit::Append { .. }));
    assert_eq!(cookies.count(), 2, "{edits:?}");
}

#[test]
fn an_answer_with_a_cookie_is_the_visitors_own() {
    for wanted in [true, false] {
        let mut edge =
            edge(|configuration| configuration.settings.session.private_on_set_cookie = wanted);
        let request = event(Trigger::ViewerRequest, &[]);
        let state = sealed(&outcome(&mut edge, &request, &answered(200, "000")));
        let headers = [("cache-control", "public, s-maxage=9, max-age=60")];
        let edits = respond(&mut edge, Trigger::ViewerResponse, &state, "200", &headers);
        let private = Edit::Set {
            name: "cache-control",
            value: "max-age=60, private".to_owned(),
        };
        assert_eq!(edits.contains(&private), wanted);

        // Without a cookie nothing changes.
        let cookie = cookie(&edits).expect("a cookie");
        let request = event(Trigger::ViewerRequest, &[("cookie", &cookie)]);
        let state = sealed(&outcome(&mut edge, &request, &Reply::TimedOut));
        let edits = respond(&mut edge, Trigger::ViewerResponse, &state, "200", &headers);
        assert_eq!(edits, []);
    }
}

#[test]
fn no_answer_that_may_be_kept_carries_the_state_and_no_visitor_sees_it() {
    let mut edge = edge(|_| ());
    let request = event(Trigger::OriginRequest, &[]);
    let state = sealed(&outcome(&mut edge, &request, &answered(200, "000")));
    for (value, is_relayed) in [
        ("max-age=60", false),
        ("public", false),
        ("private, max-age=60", true),
        ("no-store", true),
    ] {
        let headers = [("cache-control", value)];
        let edits = respond(&mut edge, Trigger::OriginResponse, &state, "200", &headers);
        assert_eq!(!edits.is_empty(), is_relayed, "{value}");
    }
    let removal = Edit::Remove {
        name: "x-netacea-edge-state".to_owned(),
    };
    for (trigger, status) in [
        (Trigger::ViewerResponse, "200"),
        (Trigger::ViewerResponse, "404"),
        (Trigger::OriginResponse, "200"),
        (Trigger::OriginResponse, "404"),
        (Trigger::OriginResponse, "nonsense"),
    ] {
        let headers = [("x-netacea-edge-state", "old")];
        let edits = respond(&mut edge, trigger, "", status, &headers);
        assert!(edits.contains(&removal), "{trigger:?} {status}: {edits:?}");
    }
}

fn logged_length(edge: &mut Edge, length: &str) -> String {
    respond(
        edge,
        Trigger::ViewerResponse,
        "",
        "200",
        &[("content-length", length)],
    );
    let entry = &entries(edge)[0];
    entry["BytesSent"].as_str().expect("a string").to_owned()
}

#[test]
fn a_length_that_is_no_whole_number_is_none() {
    let mut edge = edge(|_| ());
    for (length, expected) in [
        ("1000", "1000"),
        ("1,000", "0"),
        ("1000 bytes", "0"),
        ("-1", "0"),
        ("1.5", "0"),
        ("0x10", "0"),
        ("", "0"),
    ] {
        assert_eq!(logged_length(&mut edge, length), expected, "{length}");
    }
}

#[test]
fn a_member_of_an_origin_group_that_failed_leaves_no_entry_behind() {
    // A stream takes entries in batches, so the first one still waits.
    let mut edge = edge(|configuration| {
        configuration.settings.ingest.kind = IngestKind::Kinesis;
        configuration.settings.ingest.kinesis = Some(crate::settings::Kinesis {
            stream_name: "s".to_owned(),
            ..crate::settings::Kinesis::default()
        });
        configuration.secrets.kinesis_access_key = Some("a".to_owned());
        configuration.secrets.kinesis_secret_key = Some("b".to_owned());
    });
    let answer = |edge: &mut Edge, trigger, request_id, status| {
        let mut response: Event<'_> = event(trigger, &[]);
        response.request_id = request_id;
        response.response = Some(Response {
            status,
            headers: Vec::new(),
        });
        edge.begin(&response, NOW, &entropy());
    };
    answer(&mut edge, Trigger::OriginResponse, "r1", "503");
    answer(&mut edge, Trigger::OriginResponse, "r2", "503");
    answer(&mut edge, Trigger::ViewerResponse, "r1", "200");
    assert_eq!(edge.owed_entries(), 2);
    answer(&mut edge, Trigger::ViewerResponse, "r3", "200");
    assert_eq!(edge.owed_entries(), 3);
}

#[test]
fn an_entry_written_at_the_origin_says_so() {
    let mut edge = edge(|_| ());
    respond(&mut edge, Trigger::OriginResponse, "", "503", &[]);
    respond(&mut edge, Trigger::ViewerResponse, "", "200", &[]);
    let entries = entries(&mut edge);
    assert_eq!(entries.len(), 1, "the same request: {entries:?}");
    assert_eq!(entries[0]["optional"].get("origin"), None);

    respond(&mut edge, Trigger::OriginResponse, "", "503", &[]);
    let entry = &super::entries(&mut edge)[0];
    assert_eq!(entry["optional"]["origin"], true);
    assert_eq!(entry["optional"]["requestId"], "r1");
}
