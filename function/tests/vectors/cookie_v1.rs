//! Session cookies of format V1.

use netacea_edge::session::{Signer, user_id, v1};
use netacea_edge::verdict::Verdict;
use serde_json::{Value, json};

use crate::{bytes, cases, optional, text, vectors};

const FILE: &str = "cookie_v1.json";

#[test]
pub(crate) fn cookies_are_written_byte_for_byte() {
    for case in cases(&vectors(FILE), "create") {
        let signer = Signer::new(text(case, "secret_key"));
        let random = optional(case, "random_hex");
        let id = match optional(case, "user_id") {
            Some(id) => id.to_owned(),
            None => user_id(bytes(random.expect("an id or random bytes"))),
        };
        let code = optional(case, "code").unwrap_or("000");
        let expiry = case["expiry_s"].as_i64().unwrap();
        assert_eq!(
            v1::issue(&signer, text(case, "ip"), &id, code, expiry),
            text(case, "cookie"),
            "{case}"
        );
    }
}

#[test]
pub(crate) fn the_delimiter_is_the_protocols() {
    let vectors = vectors(FILE);
    let delimiter = text(&vectors, "delimiter");
    let cookie = v1::issue(&Signer::new("k"), "ip", "id", "000", 1);
    assert_eq!(cookie.split(delimiter).count(), 5);
    assert_eq!(
        cookie.matches(delimiter).collect::<String>(),
        "_/@#/".repeat(4)
    );
    assert_eq!(delimiter, "_/@#/");
}

#[test]
pub(crate) fn user_ids_come_from_random_bytes() {
    for case in cases(&vectors(FILE), "generate_id") {
        let length = case["length"].as_u64().unwrap() as usize;
        let expected = text(case, "id");
        // Our ids always have sixteen characters; each depends on its own byte only, so others are
        // made of parts.
        assert_eq!(expected.len(), length, "{case}");
        let mut id = "c".to_owned();
        for chunk in text(case, "random_hex").as_bytes().chunks(30) {
            id.push_str(&user_id(bytes(core::str::from_utf8(chunk).unwrap()))[1..=chunk.len() / 2]);
        }
        assert_eq!(id, expected, "{case}");
    }
}

#[test]
pub(crate) fn signatures_are_base64_of_hexadecimal_text() {
    for case in cases(&vectors(FILE), "hmac_hex_base64") {
        assert_eq!(
            Signer::new(text(case, "key")).sign(&[text(case, "value")]),
            text(case, "out"),
            "{case}"
        );
    }
}

#[test]
pub(crate) fn parsing_finds_the_same_fields_or_no_cookie() {
    for case in cases(&vectors(FILE), "parse") {
        if has_code_of_2026(text(case, "cookie")) {
            assert_eq!(case["parsed"], Value::Null, "{case}");
            continue;
        }
        let parsed = v1::V1::parse(text(case, "cookie")).map(|v1| {
            let verdict = Verdict::from_code(v1.code);
            json!({
                "signature": v1.signature,
                "expiry": v1.expiry,
                "user_id": v1.user_id,
                "ip_hash": v1.ip_hash,
                "code": v1.code,
                "match_int_base36": u32::from_str_radix(verdict.matched.as_str(), 36).unwrap(),
                "mitigate": verdict.mitigate.as_str().parse::<u32>().unwrap(),
                "captcha": verdict.captcha.as_str().parse::<u32>().unwrap(),
            })
        });
        assert_eq!(parsed.unwrap_or(Value::Null), case["parsed"], "{case}");
    }
}

#[test]
pub(crate) fn checking_gives_the_same_flags() {
    for case in cases(&vectors(FILE), "check") {
        let signer = Signer::new(text(case, "secret_key"));
        let now = case["now_ms"].as_i64().unwrap() / 1000;
        let expected = &case["result"];
        let cookie = text(case, "cookie");
        let read = v1::V1::parse(cookie).filter(|_| !has_code_of_2026(cookie));
        let Some(v1) = read else {
            let nothing = json!({
                "parsed": false, "requires_reissue": false, "is_expired": false, "should_expire": false, "is_same_ip": false,
                "is_signature_valid": false, "match": 0, "mitigate": 0, "captcha": 0, "user_id": null,
            });
            assert_eq!(nothing, *expected, "{case}");
            continue;
        };
        let verdict = Verdict::from_code(v1.code);
        let is_signature_valid = v1.is_signature_valid(&signer);
        let is_same_ip = v1.is_same_ip(&signer, text(case, "client_ip"));
        let (is_expired, should_expire) = (v1.is_expired(now), verdict.expires_at_once());
        let found = json!({
            "parsed": true,
            "requires_reissue": is_expired || !is_same_ip,
            "is_expired": is_expired,
            "should_expire": should_expire,
            "is_same_ip": is_same_ip,
            "is_signature_valid": is_signature_valid,
            "match": u32::from_str_radix(verdict.matched.as_str(), 36).unwrap(),
            "mitigate": verdict.mitigate.as_str().parse::<u32>().unwrap(),
            "captcha": verdict.captcha.as_str().parse::<u32>().unwrap(),
            "user_id": v1.user_id,
        });
        assert_eq!(found, *expected, "{case}");
    }
}

/// [R] 8.3: each of the three characters may be a letter. The recorded packages take it only in the
/// first place, and start a new session otherwise.
fn has_code_of_2026(cookie: &str) -> bool {
    v1::V1::parse(cookie).is_some_and(|v1| v1.code[1..].contains(char::is_alphabetic))
}

#[test]
fn letters_are_read_in_all_three_places_of_a_code() {
    let code = |code: &str| {
        let cookie = v1::issue(&Signer::new("k"), "192.0.2.1", "c", code, 1);
        v1::V1::parse(&cookie).map(|v1| v1.code.to_owned())
    };
    for known in ["21a", "21b", "b1e", "zZ9"] {
        assert_eq!(code(known).as_deref(), Some(known));
    }
    for unknown in ["21", "21ab", "21-", "2é", "21 "] {
        assert_eq!(code(unknown), None, "{unknown}");
    }
}

/// Netacea's page prints a cookie whose signature was not made with the key next to it: it shows
/// the layout only.
#[test]
pub(crate) fn the_vendors_sample_has_the_layout_and_a_signature_of_another_key() {
    let vectors = vectors(FILE);
    let sample = &vectors["vendor_sample"];
    let v1 = v1::V1::parse(text(sample, "cookie")).expect("a cookie");
    assert_eq!(
        (v1.expiry, v1.user_id, v1.code),
        ("1653044256", "UUID", "000")
    );
    let signer = Signer::new(text(sample, "secret_key"));
    assert!(!v1.is_signature_valid(&signer) && !v1.is_same_ip(&signer, text(sample, "client_ip")));
}
