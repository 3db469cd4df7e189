//! Settings that customers may choose, and paths that only some of them have.

use super::{NOW, answered, edge, entries, entropy, event, outcome, respond, sealed};
use crate::session::{Content, Encryption};
use crate::settings::{IngestKind, LogLevel, LogVersion, MitigationType, SessionFormat};
use crate::{Edit, Event, Outcome, Reply, Response, Step, Trigger};

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn set_cookie(edits: &[Edit]) -> Option<&str> {
    edits.iter().find_map(|edit| match edit {
        Edit::Append {
            name: "set-cookie",
            value,
        } => value.split(';').next(),
        _ => None,
    })
}

/// A viewer response whose request says nothing and whose response carries a relayed state.
fn relayed<'a>(state: &'a str, request_id: &'a str) -> Event<'a> {
    let mut event = event(Trigger::ViewerResponse, &[]);
    event.request_id = request_id;
    event.response = Some(Response {
        status: "200",
        headers: vec![("x-netacea-edge-state", state)],
    });
    event
}

#[test]
fn a_setting_from_protector_is_named_at_level_debug_only() {
    for (log_level, lines) in [(LogLevel::Debug, 1), (LogLevel::Info, 0)] {
        let mut edge = edge(|configuration| configuration.settings.log_level = log_level);
        let mut reply = answered(200, "000");
        if let Reply::Answered { headers, .. } = &mut reply {
            headers.push(("x-netacea-plugin-settings", "hush"));
        }
        outcome(&mut edge, &event(Trigger::ViewerRequest, &[]), &reply);
        let written = edge.take_lines();
        assert_eq!(written.len(), lines, "{written:?}");
        let is_named =
            |line: &String| line.contains("x-netacea-plugin-settings") && !line.contains("hush");
        assert!(written.iter().all(is_named), "{written:?}");
    }
}

#[test]
fn a_visitor_judged_at_the_origin_request_alone_gets_his_cookie_at_the_viewer() {
    let mut edge = edge(|_| ());
    let request = event(Trigger::OriginRequest, &[]);
    let state = sealed(&outcome(&mut edge, &request, &answered(200, "000")));
    let edits = respond(&mut edge, Trigger::OriginResponse, &state, "200", &[]);
    let relay = Edit::Set {
        name: "x-netacea-edge-state",
        value: state.clone(),
    };
    assert_eq!(edits, [relay]);
    assert_eq!(entries(&mut edge).len(), 0, "logged once, at the viewer");

    let removal = Edit::Remove {
        name: "x-netacea-edge-state".to_owned(),
    };
    for (request_id, has_cookie) in [("r1", true), ("another", false)] {
        let outcome = outcome(&mut edge, &relayed(&state, request_id), &Reply::TimedOut);
        let Outcome::Pass(edits) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(set_cookie(&edits).is_some(), has_cookie, "{request_id}");
        assert!(edits.contains(&removal), "no visitor sees the state");
        assert_eq!(entries(&mut edge).len(), 1);
    }
}

#[test]
fn the_state_of_the_viewer_request_stays_where_it_is() {
    let mut edge = edge(|_| ());
    let request = event(Trigger::ViewerRequest, &[]);
    let state = sealed(&outcome(&mut edge, &request, &answered(200, "000")));
    let edits = respond(&mut edge, Trigger::OriginResponse, &state, "200", &[]);
    assert_eq!(edits, []);
}

#[test]
fn the_entry_of_an_error_page_names_no_cookie_that_is_not_set() {
    for consent in [false, true] {
        let mut edge =
            edge(|configuration| configuration.settings.session.cookies_on_errors = consent);
        let request = event(Trigger::ViewerRequest, &[]);
        let state = sealed(&outcome(&mut edge, &request, &answered(200, "000")));
        respond(&mut edge, Trigger::OriginResponse, &state, "404", &[]);
        let cookie = &entries(&mut edge)[0]["NetaceaUserIdCookie"];
        assert_eq!(cookie.as_str().unwrap().is_empty(), !consent, "{cookie}");
    }
}

#[test]
fn monetised_visitors_are_sent_away_only_where_it_is_wanted() {
    let reply = |host: &'static str| Reply::Answered {
        status: 200,
        headers: vec![
            ("x-netacea-match", "2"),
            ("x-netacea-mitigate", "5"),
            ("x-netacea-captcha", "0"),
            ("x-netacea-redirect-host", host),
        ],
        body: b"",
    };
    let mut off = edge(|_| ());
    let mut request = event(Trigger::ViewerRequest, &[]);
    request.request.uri = "/a";
    request.request.querystring = "b=c";
    assert!(matches!(
        outcome(&mut off, &request, &reply("pay.example")),
        Outcome::Pass(_)
    ));
    let mut on = edge(|configuration| configuration.settings.monetise = true);
    for (host, status, location) in [
        ("pay.example", 303, Some("https://pay.example/a?b=c")),
        ("evil.example/\r\nx: y", 402, None),
        ("", 402, None),
    ] {
        let Outcome::Answer(answer) = outcome(&mut on, &request, &reply(host)) else {
            panic!("{host} passed")
        };
        let found = answer.headers.iter().find(|(name, _)| name == "Location");
        assert_eq!(
            (answer.status, found.map(|(_, value)| value.as_str())),
            (status, location)
        );
        let entry = &entries(&mut on)[0];
        assert_eq!(entry["NetaceaMitigationApplied"], "ip_monetised");
        // Judged again at every request: the cookie is born expired.
        let cookie = entry["NetaceaUserIdCookie"].as_str().unwrap();
        let cookies = format!("_mitata={cookie}");
        let again = event(Trigger::ViewerRequest, &[("cookie", &cookies)]);
        assert!(matches!(on.begin(&again, NOW, &entropy()), Step::Call(..)));
    }
}

#[test]
fn one_line_of_metrics_for_each_decision_and_none_unless_wanted() {
    let mut quiet = edge(|_| ());
    let mut edge = edge(|configuration| {
        configuration.settings.metrics = true;
        configuration.settings.log_level = crate::settings::LogLevel::Error;
    });
    let request = event(Trigger::ViewerRequest, &[]);
    for (reply, name) in [
        (answered(200, "000"), "Passed"),
        (answered(200, "210"), "Blocked"),
        (answered(200, "211"), "CaptchaServed"),
        (answered(500, ""), "FailedOpen"),
    ] {
        outcome(&mut quiet, &request, &reply);
        outcome(&mut edge, &request, &reply);
        let lines = edge.take_lines();
        assert_eq!(lines.len(), 1, "{lines:?}");
        let line: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!(line[name], 1, "{line}");
        assert_eq!(line["ProtectorLatency"], 5, "{line}");
    }
    assert!(quiet.take_lines().iter().all(|line| !line.contains("_aws")));
}

#[test]
fn v3_is_written_on_demand_and_believed_only_inside_an_encrypted_cookie() {
    let mut v3 = edge(|configuration| {
        configuration.settings.session.format = SessionFormat::V3;
        configuration.secrets.cookie_encryption_key = Some(KEY.to_owned());
    });
    let request = event(Trigger::ViewerRequest, &[]);
    let state = sealed(&outcome(&mut v3, &request, &answered(200, "b20")));
    let edits = respond(&mut v3, Trigger::ViewerResponse, &state, "200", &[]);
    let encrypted = set_cookie(&edits).unwrap().to_owned();
    let plain = entries(&mut v3)[0]["NetaceaUserIdCookie"].clone();
    let plain = plain.as_str().unwrap();
    assert!(
        plain.starts_with("cip=192.0.2.1&uid=c") && plain.contains("&grp=60&mat=11&mit=2&cap=0&"),
        "{plain}"
    );
    assert!(plain.ends_with("&isr=no_session"), "{plain}");

    // Only the format that is written is read: a changed one starts new sessions.
    let mut v1 = edge(|configuration| {
        configuration.secrets.cookie_encryption_key = Some(KEY.to_owned());
    });
    let known = event(Trigger::ViewerRequest, &[("cookie", &encrypted)]);
    for (edge, is_asked) in [(&mut v3, false), (&mut v1, true)] {
        let step = edge.begin(&known, NOW, &entropy());
        assert_eq!(matches!(step, Step::Call(..)), is_asked, "{step:?}");
    }
    let mut unencrypted = edge(|_| ());
    let forged = format!("_mitata={plain}");
    let forged = event(Trigger::ViewerRequest, &[("cookie", &forged)]);
    for edge in [&mut unencrypted, &mut v3] {
        assert!(matches!(
            edge.begin(&forged, NOW, &entropy()),
            Step::Call(..)
        ));
    }
}

#[test]
fn an_unsigned_session_is_believed_as_far_as_it_could_have_been_issued_here() {
    let mut v3 = edge(|configuration| {
        configuration.settings.session.format = SessionFormat::V3;
        configuration.secrets.cookie_encryption_key = Some(KEY.to_owned());
    });
    let key = crate::settings::encryption_key(KEY).unwrap();
    let encryption = Encryption::new(&key, SessionFormat::V3);
    let now = (NOW.wall / 1000) as i64;
    for (content, issued, grace, is_believed) in [
        (Content::Session, now, 60, true),
        (Content::Session, now + 60, 60, true),
        (Content::Session, now + 61, 60, false),
        (Content::Session, now - 60, 60, true),
        (Content::Session, now - 61, 1_000_000, false),
        // A token that Protector, or another server in its place, may have made up.
        (Content::Captcha, now, 60, false),
    ] {
        let plain =
            format!("cip=192.0.2.1&uid=cabc&cid=1&grp={grace}&mat=0&mit=2&cap=0&ist={issued}");
        let token = encryption.encrypt(&plain, content, [1; 12]).unwrap();
        let cookie = format!("_mitata={token}");
        let request = event(Trigger::ViewerRequest, &[("cookie", &cookie)]);
        let step = v3.begin(&request, NOW, &entropy());
        let is_passed = matches!(step, Step::Done(_));
        assert_eq!(is_passed, is_believed, "{content:?} {issued} {grace}");
    }
    // The format of signed sessions accepts no unsigned session, whatever it contains.
    let mut v1 = edge(|configuration| {
        configuration.secrets.cookie_encryption_key = Some(KEY.to_owned());
    });
    let plain = format!("cip=192.0.2.1&uid=cabc&cid=1&grp=60&mat=0&mit=2&cap=0&ist={now}");
    let token = encryption.encrypt(&plain, Content::Session, [1; 12]);
    let cookie = format!("_mitata={}", token.unwrap());
    let request = event(Trigger::ViewerRequest, &[("cookie", &cookie)]);
    assert!(matches!(
        v1.begin(&request, NOW, &entropy()),
        Step::Call(..)
    ));
}

#[test]
fn a_v3_cookie_may_demand_that_every_post_is_judged() {
    let mut edge = edge(|configuration| {
        configuration.settings.session.format = SessionFormat::V3;
        configuration.secrets.cookie_encryption_key = Some(KEY.to_owned());
    });
    let seconds = NOW.wall / 1000;
    let plain =
        format!("cip=192.0.2.1&uid=cabc&cid=1&grp=60&mat=0&mit=0&cap=0&ist={seconds}&fCAPR=1");
    let key = crate::settings::encryption_key(KEY).unwrap();
    let encryption = Encryption::new(&key, SessionFormat::V3);
    let token = encryption.encrypt(&plain, Content::Session, [1; 12]);
    let cookie = format!("_mitata={}", token.unwrap());
    for (method, is_asked) in [("GET", false), ("POST", true)] {
        let mut request = event(Trigger::ViewerRequest, &[("cookie", &cookie)]);
        request.request.method = method;
        let step = edge.begin(&request, NOW, &entropy());
        assert_eq!(matches!(step, Step::Call(..)), is_asked, "{method}");
    }
}

#[test]
fn the_captcha_path_is_strict_on_demand() {
    for (strict, uri, is_page) in [
        (false, "/x/captcha/y", true),
        (true, "/x/captcha/y", false),
        (true, "/captcha", true),
        (true, "/captcha/y", true),
        (true, "/captchas", false),
    ] {
        let mut edge = edge(|configuration| {
            configuration.settings.captcha.path = Some("/captcha".to_owned());
            configuration.settings.captcha.strict_path = strict;
        });
        let mut request = event(Trigger::ViewerRequest, &[]);
        request.request.uri = uri;
        request.request.querystring = "trackingId=1";
        let Step::Call(call, _) = edge.begin(&request, NOW, &entropy()) else {
            panic!("not asked")
        };
        assert_eq!(call.url.contains("/captcha?"), is_page, "{uri}");
    }
}

#[test]
fn nothing_is_sent_where_somebody_else_logs() {
    for kind in [IngestKind::Origin, IngestKind::Native] {
        let mut edge = edge(|configuration| {
            configuration.settings.ingest.kind = kind;
            configuration.settings.ingest.log_version = LogVersion::V2;
            configuration.settings.mitigation_type = MitigationType::Mitigate;
        });
        let request = event(Trigger::ViewerRequest, &[]);
        outcome(&mut edge, &request, &answered(200, "210"));
        assert_eq!(entries(&mut edge), Vec::<serde_json::Value>::new());
        // A visitor who could not be judged is unknown to the origin too.
        let Outcome::Pass(edits) = outcome(&mut edge, &request, &Reply::TimedOut) else {
            panic!("not passed")
        };
        let user = Edit::Set {
            name: "x-netacea-userid",
            value: String::new(),
        };
        assert_eq!(edits.contains(&user), kind == IngestKind::Origin);
    }
}

#[test]
fn the_captcha_path_is_no_way_round_the_judgment() {
    let mut edge = edge(|configuration| {
        configuration.settings.captcha.path = Some("/captcha".to_owned());
    });
    let mut request = event(Trigger::ViewerRequest, &[]);
    request.request.uri = "/captcha/../shop";
    request.request.querystring = "trackingId=made-up";
    let Step::Call(page, flow) = edge.begin(&request, NOW, &entropy()) else {
        panic!("not asked")
    };
    let step = edge.resume(flow, &answered(404, ""), NOW + 100, &entropy());
    let Step::Call(check, flow) = step else {
        panic!("{step:?}")
    };
    assert_eq!(check.url.find("/?headerFP="), Some(31), "{}", check.url);
    assert_eq!(check.deadline, NOW.steady + 3000, "one deadline for both");
    assert_eq!(page.deadline, NOW.steady + 1500, "and time for the check");
    let step = edge.resume(flow, &answered(200, "210"), NOW + 200, &entropy());
    let Step::Done(Outcome::Answer(answer)) = step else {
        panic!("{step:?}")
    };
    assert_eq!(answer.status, 403);
}

#[test]
fn an_answer_at_the_origin_request_carries_no_cookie_that_cloudfront_could_keep() {
    for (trigger, cookies) in [(Trigger::ViewerRequest, 1), (Trigger::OriginRequest, 0)] {
        let mut edge = edge(|_| ());
        let request = event(trigger, &[]);
        let Outcome::Answer(answer) = outcome(&mut edge, &request, &answered(200, "210")) else {
            panic!("passed")
        };
        let set = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "Set-Cookie");
        assert_eq!(set.count(), cookies, "{trigger:?}");
    }
}

/// The values that the origin is told, in the order match, mitigate, captcha, event id.
fn told(edits: &[Edit]) -> Vec<&str> {
    let names = [
        "x-netacea-match",
        "x-netacea-mitigate",
        "x-netacea-captcha",
        "x-netacea-event-id",
    ];
    let value = |wanted| {
        edits.iter().find_map(|edit| match edit {
            Edit::Set { name, value } if *name == wanted => Some(value.as_str()),
            _ => None,
        })
    };
    names.into_iter().filter_map(value).collect()
}

#[test]
fn the_origin_is_told_no_verdict_and_no_event_id_that_a_header_or_a_cookie_cannot_carry() {
    let long = "2".repeat(17);
    let long_id = "e".repeat(257);
    for (matched, id, expected) in [
        ("2", "event-1", vec!["2", "1", "0", "event-1"]),
        (
            "sixteen-letters-",
            "e",
            vec!["sixteen-letters-", "1", "0", "e"],
        ),
        ("2", long_id.as_str(), vec!["2", "1", "0"]),
        ("2", "a\u{7f}b", vec!["2", "1", "0"]),
        ("2", "\u{e9}", vec!["2", "1", "0"]),
        // Half a verdict counts as none: the origin gets the same as after every failure.
        (long.as_str(), "event-1", vec!["0", "0", "0"]),
        ("2;", "event-1", vec!["0", "0", "0"]),
        ("2\r\nx: y", "event-1", vec!["0", "0", "0"]),
        ("\u{e9}", "event-1", vec!["0", "0", "0"]),
        ("2 1", "event-1", vec!["0", "0", "0"]),
    ] {
        let mut edge = edge(|configuration| {
            configuration.settings.mitigation_type = MitigationType::Inject;
        });
        let reply = Reply::Answered {
            status: 200,
            headers: vec![
                ("x-netacea-match", matched),
                ("x-netacea-mitigate", "1"),
                ("x-netacea-captcha", "0"),
                ("x-netacea-event-id", id),
            ],
            body: b"",
        };
        let outcome = outcome(&mut edge, &event(Trigger::ViewerRequest, &[]), &reply);
        let Outcome::Pass(edits) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(told(&edits), expected, "{matched:?} {id:?}");
    }
}

#[test]
fn entries_that_an_earlier_instance_has_lost_are_told_of_once() {
    let mut edge = edge(|_| ());
    edge.recall_lost_entries(3);
    assert_eq!(edge.owed_entries(), 3);
    // The first entry reports the three, so losing it means losing four.
    for (dropped, owed) in [(Some(3), 4), (None, 5)] {
        let answer = outcome(
            &mut edge,
            &event(Trigger::ViewerRequest, &[]),
            &answered(200, "210"),
        );
        assert!(matches!(answer, Outcome::Answer(_)));
        assert_eq!(edge.owed_entries(), owed, "with the entry itself");
        let told = &entries(&mut edge)[0]["optional"]["dropped"];
        assert_eq!(told.as_u64(), dropped);
        assert_eq!(edge.owed_entries(), owed, "on its way");
    }
}
