//! Session cookies of format V3.

use netacea_edge::session::v3::V3;
use netacea_edge::verdict::Verdict;
use serde_json::{Map, Value, json};

use crate::{cases, text, vectors};

const FILE: &str = "cookie_v3.json";

#[test]
pub(crate) fn cookies_are_written_byte_for_byte() {
    for case in cases(&vectors(FILE), "create") {
        let cookie = cookie(&fields(case, "fields"));
        assert_eq!(cookie.write(), text(case, "cookie"), "{case}");
        assert_eq!(V3::parse(text(case, "cookie")), Some(cookie), "{case}");
    }
}

#[test]
pub(crate) fn the_keys_are_the_vendors() {
    let vectors = vectors(FILE);
    let full = cookie(&fields(&vectors["create"][0], "fields"));
    let written = full.write();
    let keys: Vec<&str> = written
        .split('&')
        .map(|field| field.split('=').next().unwrap())
        .collect();
    let map = vectors["key_map"].as_object().unwrap();
    assert_eq!(map.len(), keys.len());
    for (pair, key) in cases(&vectors["create"][0], "fields").iter().zip(keys) {
        assert_eq!(map[pair[0].as_str().unwrap()], key);
    }
}

#[test]
pub(crate) fn parsing_finds_the_same_fields_without_the_siblings_oddities() {
    let vectors = vectors(FILE);
    for case in cases(&vectors, "parse") {
        let cookie = text(case, "cookie");
        let sibling = Sibling::new(&vectors["key_map"], cookie);
        assert_eq!(sibling.is_v3, case["is_v3_format"], "{case}");
        assert_eq!(sibling.parsed, case["parsed"], "{case}");
        assert_eq!(case["throws"], Value::Null, "{case}");
        // [R] 5.7: no coercion, and only what a plugin can have written counts.
        let ours = V3::parse(cookie);
        assert_eq!(ours.is_some(), sibling.is_complete, "{case}");
        if let Some(v3) = ours {
            assert_eq!(v3, self::cookie(&fields(case, "parsed")), "{case}");
        }
    }
}

#[test]
pub(crate) fn checking_gives_the_same_flags() {
    for case in cases(&vectors(FILE), "check") {
        let v3 = V3::parse(text(case, "cookie")).unwrap();
        let now = case["now_ms"].as_i64().unwrap() / 1000;
        let is_same_ip = v3.is_same_ip(text(case, "client_ip"));
        let is_expired = v3.is_expired(now);
        let found = json!({
            "parsed": true,
            "requires_reissue": is_expired || !is_same_ip,
            "is_expired": is_expired,
            "should_expire": v3.verdict.expires_at_once(),
            "is_same_ip": is_same_ip,
            // Without a signature every cookie is: that is why it must come out of an encrypted
            // one.
            "is_valid": true,
            "match": u32::from_str_radix(v3.verdict.matched.as_str(), 36).unwrap(),
            "mitigate": v3.verdict.mitigate.as_str().parse::<u32>().unwrap(),
            "captcha": v3.verdict.captcha.as_str().parse::<u32>().unwrap(),
            "issue_reason": v3.reason,
        });
        assert_eq!(found, case["result"], "{case}");
    }
}

/// Ordered pairs as a map.
fn fields(case: &Value, list: &str) -> Map<String, Value> {
    let pairs = cases(case, list).iter();
    pairs
        .map(|pair| (pair[0].as_str().unwrap().to_owned(), pair[1].clone()))
        .collect()
}

/// A cookie from the vendor's field names.
fn cookie(fields: &Map<String, Value>) -> V3 {
    let plain = |key: &str| match &fields[key] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let matched = u32::try_from(fields["match"].as_u64().unwrap()).unwrap();
    V3 {
        client_ip: plain("clientIP"),
        user_id: plain("userId"),
        cookie_id: plain("cookieId"),
        grace_period: fields["gracePeriod"].as_i64().unwrap(),
        verdict: Verdict {
            matched: char::from_digit(matched, 36)
                .unwrap()
                .to_string()
                .as_str()
                .into(),
            mitigate: plain("mitigate").as_str().into(),
            captcha: plain("captcha").as_str().into(),
        },
        issued: fields["issueTimestamp"].as_i64().unwrap(),
        reason: plain("issueReason"),
        checks_all_posts: fields.get("checkAllPostRequests") == Some(&json!(1)),
    }
}

/// What the sibling makes of a cookie: fields that are missing have a default, unknown ones a place
/// of their own, and what looks like a number is one.
struct Sibling {
    is_v3: bool,
    is_complete: bool,
    parsed: Value,
}

impl Sibling {
    fn new(key_map: &Value, cookie: &str) -> Self {
        let names: Map<String, Value> = key_map.as_object().unwrap().clone();
        let mut found: Map<String, Value> = Map::new();
        for field in cookie.split('&') {
            let mut parts = field.split('=');
            let key = parts.next().unwrap();
            let name = names.iter().find(|(_, short)| **short == key);
            let name = name.map_or("undefined", |(name, _)| name);
            found.insert(
                name.to_owned(),
                parts.next().map_or(json!("undefined"), coerced),
            );
        }
        let is_v3 = !found.contains_key("undefined");
        let is_complete = is_v3
            && [
                "clientIP",
                "userId",
                "gracePeriod",
                "match",
                "issueTimestamp",
            ]
            .iter()
            .all(|name| found.contains_key(*name));
        let defaults = [
            ("clientIP", json!("")),
            ("userId", json!("")),
            ("cookieId", json!("")),
            ("gracePeriod", json!(0)),
            ("match", json!(0)),
            ("mitigate", json!(0)),
            ("captcha", json!(0)),
            ("issueTimestamp", json!(0)),
            ("issueReason", json!("")),
            ("checkAllPostRequests", Value::Null),
        ];
        let mut parsed: Vec<Value> = defaults
            .into_iter()
            .map(|(name, default)| json!([name, found.remove(name).unwrap_or(default)]))
            .collect();
        parsed.extend(found.into_iter().map(|(name, value)| json!([name, value])));
        Self {
            is_v3,
            is_complete,
            parsed: if cookie.is_empty() {
                Value::Null
            } else {
                json!(parsed)
            },
        }
    }
}

/// As JavaScript reads a string that may be a number; an empty one is nothing.
fn coerced(text: &str) -> Value {
    let text: String = form_urlencoded::parse(text.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect();
    let hexadecimal = text
        .strip_prefix("0x")
        .and_then(|digits| u64::from_str_radix(digits, 16).ok());
    match (hexadecimal, text.parse::<i64>(), text.parse::<f64>()) {
        _ if text.is_empty() => Value::Null,
        (Some(number), _, _) => json!(number),
        (_, Ok(number), _) => json!(number),
        (_, _, Ok(number)) => json!(number),
        _ => json!(text),
    }
}
