//! The sealed state: who can open it, and what is left out where there is little room.

use super::{Binding, HEADER, Handover, Sealed, VisitSummary};
use crate::breaker;
use crate::entropy::Entropy;
use crate::session::{CookieStatus, Signer, v1};

fn state() -> VisitSummary {
    VisitSummary {
        started: 1_000_000,
        is_from_origin_request: true,
        is_unlogged: true,
        is_held_back: true,
        cookie_status: CookieStatus::Renew,
        session_cookie: v1::issue(&Signer::new("k"), "192.0.2.1", "c", "000", 1),
        sets_session_cookie: true,
        captcha_cookie: Some(("token".to_owned(), "60".to_owned())),
        session_status: "ip_blocked".to_owned(),
        protector_latency: Some(0),
        protector_status: Some(200),
        breaker: breaker::BreakerState::HalfOpen,
        ip: "192.0.2.1".to_owned(),
        target: Some(("/a".to_owned(), "b=c".to_owned())),
        header_fingerprint: "h_1_0".to_owned(),
        cookie_fingerprint: "c_0".to_owned(),
        host: "é.example".to_owned(),
        user_agent: Some(String::new()),
        referer: None,
    }
}

fn binding(header_bytes: usize) -> Binding {
    Binding {
        associated_data: "E1|request-1".to_owned(),
        line_bytes: 100,
        header_bytes,
    }
}

fn whole(handover: &Handover) -> String {
    match handover.seal(&state(), &binding(0), 4096, &entropy()) {
        Sealed::Whole(value) => value,
        sealed => panic!("{sealed:?}"),
    }
}

fn entropy() -> Entropy {
    Entropy::new([7; Entropy::LENGTH])
}

#[test]
fn the_state_comes_back_complete() {
    let handover = Handover::new("secret");
    let value = whole(&handover);
    assert_eq!(handover.open(&value, &binding(0), 1_900_000), Some(state()));
}

#[test]
fn it_is_for_one_request_one_key_and_fifteen_minutes() {
    let handover = Handover::new("secret");
    let value = whole(&handover);
    assert_eq!(
        handover.open(&value, &binding(0), 1_900_001),
        None,
        "too late"
    );
    assert_eq!(
        Handover::new("other").open(&value, &binding(0), 1_000_000),
        None,
        "other key"
    );
    let other = Binding {
        associated_data: "E1|request-2".to_owned(),
        ..binding(0)
    };
    assert_eq!(
        handover.open(&value, &other, 1_000_000),
        None,
        "other request"
    );
    for position in 0..value.len() {
        let mut changed = value.clone().into_bytes();
        changed[position] = if changed[position] == b'A' {
            b'B'
        } else {
            b'A'
        };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(
            handover.open(&changed, &binding(0), 1_000_000),
            None,
            "changed at {position}"
        );
    }
    for length in 0..value.len() {
        assert_eq!(
            handover.open(&value[..length], &binding(0), 1_000_000),
            None,
            "cut at {length}"
        );
    }
}

#[test]
fn long_texts_are_cut() {
    let handover = Handover::new("secret");
    let long = VisitSummary {
        user_agent: Some("é".repeat(5000)),
        ..state()
    };
    let Sealed::Whole(value) = handover.seal(&long, &binding(0), 4096, &entropy()) else {
        panic!("not whole")
    };
    let opened = handover.open(&value, &binding(0), 1_000_000).unwrap();
    assert_eq!(opened.user_agent, Some("é".repeat(256)));
}

#[test]
fn what_there_is_no_room_for_goes_the_token_last() {
    let handover = Handover::new("secret");
    let state = VisitSummary {
        referer: Some("r".repeat(500)),
        captcha_cookie: Some(("t".repeat(1500), "60".to_owned())),
        ..state()
    };
    let mut stages = Vec::new();
    for room in (0..=4096).rev() {
        let stage = match handover.seal(&state, &binding(0), room, &entropy()) {
            Sealed::Whole(value) => {
                assert!(value.len() <= room);
                "whole"
            }
            Sealed::Reduced {
                value,
                loses_captcha_cookie,
            } => {
                assert!(value.len() <= room);
                let opened = handover.open(&value, &binding(0), 1_000_000).unwrap();
                assert_eq!(opened.session_cookie, state.session_cookie);
                assert_eq!((opened.referer, opened.target), (None, None));
                assert_eq!(opened.captcha_cookie.is_none(), loses_captcha_cookie);
                if loses_captcha_cookie {
                    "no token"
                } else {
                    "no facts"
                }
            }
            Sealed::Omitted => "nothing",
        };
        if stages.last() != Some(&stage) {
            stages.push(stage);
        }
    }
    assert_eq!(stages, ["whole", "no facts", "no token", "nothing"]);
}

#[test]
fn room_is_counted_as_on_the_wire() {
    let own = HEADER.len() + 4;
    assert_eq!(binding(3000).room(500, 8000), 8000 - 3000 - 500 - own);
    assert_eq!(binding(3000).room(500, 20_480), 20_480 - 100 - 3500 - own);
    assert_eq!(binding(9000).room(0, 8000), 0);
}
