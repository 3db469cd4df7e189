//! Checkpoints and flagged visitors (protocol section 8.3).

use super::{NOW, answered, edge, entries, entropy, event, outcome, respond, sealed};
use crate::settings::{Flagged, MitigationType, Policy};
use crate::verdict::{Action, Verdict};
use crate::{Edit, Event, Outcome, Step, Trigger};

/// A verification.
pub(super) fn post<'a>() -> Event<'a> {
    let mut post = event(Trigger::ViewerRequest, &[]);
    post.request.method = "POST";
    post.request.uri = "/AtaVerifyCaptcha";
    post
}

#[test]
fn every_code_of_a_checkpoint_has_its_text_and_its_action() {
    use Action::{Allow, Block, Checkpoint, CheckpointPass, CheckpointPost, None};
    // Code, text, then the action with mitigate 1 and with 0: of a request, of a verification.
    for (code, text, request, verification) in [
        ("6", "checkpoint_signal", [Block, None], [Block, None]),
        ("7", "checkpoint_post", [Block, None], [CheckpointPost; 2]),
        (
            "a",
            "checkpoint_serve",
            [Checkpoint, None],
            [Checkpoint, None],
        ),
        ("b", "checkpoint_pass", [Allow; 2], [CheckpointPass; 2]),
        ("c", "checkpoint_fail", [Checkpoint, None], [Block, None]),
        ("d", "checkpoint_cookiepass", [Allow; 2], [Allow; 2]),
        (
            "e",
            "checkpoint_cookiefail",
            [Checkpoint, None],
            [Checkpoint, None],
        ),
    ] {
        for (is_verification, actions) in [(false, request), (true, verification)] {
            for (mitigate, expected) in ["1", "0"].into_iter().zip(actions) {
                let verdict = Verdict::from_code(&format!("2{mitigate}{code}"));
                let found = |mode| verdict.action(mode, Policy::default(), is_verification);
                let what = format!("2{mitigate}{code}, verification: {is_verification}");
                assert_eq!(found(MitigationType::Mitigate), expected, "{what}");
                assert_eq!(found(MitigationType::Inject), None, "{what}");
            }
        }
        let verdict = Verdict::from_code(&format!("21{code}"));
        let status = verdict.status(Policy::default(), true);
        assert_eq!(status, format!("ip_blocked,{text}"));
        let is_open = ["a", "c", "e"].contains(&code);
        assert_eq!(verdict.expires_at_once(), is_open, "{code}");
    }
    for (code, status) in [("21b", "cookiepass"), ("21c", "cookiefail")] {
        let status = format!("ip_blocked,checkpoint_{status}");
        let verdict = Verdict::from_code(code);
        assert_eq!(verdict.status(Policy::default(), false), status);
    }
    let unknown = Verdict::from_code("21A");
    assert_eq!(
        unknown.status(Policy::default(), false),
        "ip_blocked,unknown"
    );
}

#[test]
fn who_passed_a_checkpoint_is_let_through_by_the_cookie_and_who_has_not_is_asked_about() {
    for (code, is_asked) in [("21b", false), ("21a", true), ("21c", true)] {
        let mut edge = edge(|_| ());
        let solved = outcome(&mut edge, &post(), &answered(200, code));
        let Outcome::Answer(_) = solved else {
            panic!("{code} passed")
        };
        let cookie = &entries(&mut edge)[0]["NetaceaUserIdCookie"];
        let cookie = format!("_mitata={}", cookie.as_str().unwrap());
        let known = event(Trigger::ViewerRequest, &[("cookie", &cookie)]);
        let step = edge.begin(&known, NOW, &entropy());
        assert_eq!(matches!(step, Step::Call(..)), is_asked, "{code}: {step:?}");
    }
}

#[test]
fn a_signal_is_answered_and_logged_with_the_sessions_verdict_and_nobody_is_asked() {
    let signal = |path: &str| {
        let path = path.to_owned();
        edge(|configuration| configuration.settings.captcha.signal_path = Some(path))
    };
    let mut edge = signal("/signal");
    let page = outcome(
        &mut edge,
        &event(Trigger::ViewerRequest, &[]),
        &answered(200, "21a"),
    );
    assert!(matches!(page, Outcome::Answer(_)));
    let cookie = entries(&mut edge)[0]["NetaceaUserIdCookie"].clone();
    let cookie = format!("_mitata={}", cookie.as_str().unwrap());
    for (cookies, status) in [
        (
            cookie.as_str(),
            "ip_blocked,checkpoint_serve,checkpoint_signal",
        ),
        ("", ",checkpoint_signal"),
    ] {
        let mut request = event(Trigger::ViewerRequest, &[("cookie", cookies)]);
        request.request.method = "POST";
        request.request.uri = "/signal";
        let Step::Done(Outcome::Answer(answer)) = edge.begin(&request, NOW, &entropy()) else {
            panic!("not answered")
        };
        assert_eq!((answer.status, &answer.body[..]), (200, &b""[..]));
        let has = |wanted| answer.headers.iter().any(|(name, _)| name == wanted);
        assert!(has("Cache-Control") && !has("Set-Cookie"), "{answer:?}");
        let entry = &entries(&mut edge)[0];
        assert_eq!(entry["NetaceaMitigationApplied"], status);
        assert_eq!(entry.get("ProtectorStatus"), None);
        request.request.uri = "/signal/x";
        assert!(matches!(
            edge.begin(&request, NOW, &entropy()),
            Step::Call(..)
        ));
    }
    edge.settings.mitigation_type = MitigationType::Inject;
    let mut request = event(Trigger::ViewerRequest, &[]);
    request.request.uri = "/signal";
    let step = edge.begin(&request, NOW, &entropy());
    assert!(
        matches!(step, Step::Call(..)),
        "the origin's page: {step:?}"
    );
}

#[test]
fn a_checkpoint_in_progress_changes_neither_session_nor_cookies() {
    for (mode, is_answered) in [
        (MitigationType::Mitigate, true),
        (MitigationType::Inject, false),
    ] {
        let mut edge = edge(|configuration| configuration.settings.mitigation_type = mode);
        let outcome = outcome(&mut edge, &post(), &answered(200, "217"));
        if let Outcome::Answer(answer) = &outcome {
            assert_eq!((answer.status, &answer.body[..]), (200, &b"page"[..]));
            let set = |(name, _): &(String, String)| name == "Set-Cookie";
            assert!(!answer.headers.iter().any(set), "{answer:?}");
        } else {
            let state = sealed(&outcome);
            let edits = respond(&mut edge, Trigger::ViewerResponse, &state, "200", &[]);
            assert_eq!(edits, []);
        }
        assert_eq!(matches!(outcome, Outcome::Answer(_)), is_answered);
        let status = &entries(&mut edge)[0]["NetaceaMitigationApplied"];
        assert_eq!(status, "ip_blocked,checkpoint_post");
    }
}

#[test]
fn flagged_visitors_pass_and_the_origin_is_told_by_protectors_word_and_by_the_cookies() {
    let told = |outcome: &Outcome| {
        let Outcome::Pass(edits) = outcome else {
            panic!("{outcome:?}")
        };
        let sets = edits.iter().filter_map(|edit| match edit {
            Edit::Set { name, value } if *name != "x-netacea-edge-state" => {
                Some(format!("{name}: {value}"))
            }
            _ => None,
        });
        sets.collect::<Vec<_>>()
    };
    let mut edge = edge(|_| ());
    let request = event(Trigger::ViewerRequest, &[]);
    let first = outcome(&mut edge, &request, &answered(200, "240"));
    let verdict = [
        "x-netacea-match: 2",
        "x-netacea-mitigate: 4",
        "x-netacea-captcha: 0",
    ];
    assert_eq!(told(&first), verdict);
    let state = sealed(&first);
    let edits = respond(&mut edge, Trigger::ViewerResponse, &state, "200", &[]);
    let [Edit::Append { value, .. }, ..] = &edits[..] else {
        panic!("{edits:?}")
    };
    let cookie = value.split(';').next().unwrap();
    let known = event(Trigger::ViewerRequest, &[("cookie", cookie)]);
    let Step::Done(second) = edge.begin(&known, NOW, &entropy()) else {
        panic!("asked")
    };
    assert_eq!(told(&second), verdict, "from the cookie");
    assert_eq!(
        entries(&mut edge)[0]["NetaceaMitigationApplied"],
        "ip_flagged"
    );

    edge.settings.flagged = Flagged::Block;
    let Outcome::Answer(answer) = outcome(&mut edge, &request, &answered(200, "240")) else {
        panic!("passed")
    };
    assert_eq!(answer.status, 403);
    assert_eq!(
        entries(&mut edge)[0]["NetaceaMitigationApplied"],
        "ip_block"
    );
}
