//! What must hold for every input. Run by the targets of libFuzzer in this folder and, on seeds,
//! by `tests/fuzz.rs`.

#[path = "slow_bypass.rs"]
mod slow_bypass;

use netacea_edge::bypass::Bypass;
use netacea_edge::session::v1::V1;
use netacea_edge::session::v3::V3;
use netacea_edge::session::{Content, Encryption, Signer};
use netacea_edge::settings::{Configuration, SessionFormat, SettingsError};
use netacea_edge::{
    Boundary, Entropy, Event, Reader, Reply, Writer, address, cookies, fingerprint,
};

/// A target and its property.
pub(crate) type Property = (&'static str, fn(&[u8]));

/// Every target, by the name of its file and of its folder of seeds.
pub(crate) const ALL: [Property; 12] = [
    ("boundary", boundary),
    ("bypass", bypass),
    ("client_address", client_address),
    ("cookie_header", cookie_header),
    ("cookie_list", cookie_list),
    ("event", event),
    ("forwarded", forwarded),
    ("jwe", jwe),
    ("protector_reply", protector_reply),
    ("settings", settings),
    ("v1", v1),
    ("v3", v3),
];

const CONFIGURATION: &[u8] =
    br#"{"apiKey":"a","secretKey":"s","mitigationType":"MITIGATE","netaceaCaptchaPath":"/captcha"}"#;
const NOW: u64 = 1_700_000_000_000;

/// Any bytes as any frame: an instance answers, and goes on working.
pub(crate) fn boundary(input: &[u8]) {
    let mut instance = Boundary::new();
    instance.load(input);
    let mut instance = loaded();
    let questions = [
        Boundary::begin,
        Boundary::resume,
        Boundary::next_post,
        Boundary::posted,
    ];
    for question in questions {
        question(&mut instance, input);
        assert!(instance.output().first().is_some_and(|kind| *kind <= 4));
    }
    assert_works(&mut instance);
}

/// Any bytes as an event behind a good time and good entropy.
pub(crate) fn event(input: &[u8]) {
    let is_event = Event::read(&mut Reader::new(input)).is_ok();
    let mut instance = loaded();
    let mut frame = moment();
    frame.extend_from_slice(input);
    instance.begin(&frame);
    let is_refused = instance.output().first() == Some(&0);
    assert_eq!(
        is_refused, !is_event,
        "an event is judged, anything else refused"
    );
    assert_works(&mut instance);
}

/// Any bytes as the outcome of a call to Protector.
pub(crate) fn protector_reply(input: &[u8]) {
    let is_reply = Reply::read(&mut Reader::new(input)).is_ok();
    let mut instance = loaded();
    instance.begin(&visitor());
    let mut frame = moment();
    frame.extend_from_slice(&0_u32.to_le_bytes());
    frame.extend_from_slice(input);
    instance.resume(&frame);
    let is_refused = instance.output().first() == Some(&0);
    assert_eq!(
        is_refused, !is_reply,
        "whatever Protector says, there is an outcome"
    );
    assert_works(&mut instance);
}

/// Any text as a Cookie or Set-Cookie header.
pub(crate) fn cookie_header(input: &[u8]) {
    let header = String::from_utf8_lossy(input);
    for value in cookies::values(&header, "_mitata") {
        assert!(header.contains(value) && !value.contains(';'));
    }
    let print = fingerprint::of_cookies(&header);
    assert!(print.len() == 16 && print.starts_with("c_"));
    assert!(header.contains(cookies::name_set_by(&header)));
    let once = cookies::without_duplicates(&header, cookies::Keep::First);
    assert_eq!(
        cookies::without_duplicates(&once, cookies::Keep::First),
        once
    );
}

/// Any text as a pattern, and behind a line feed as a path: it matches as the rules say.
pub(crate) fn bypass(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (pattern, path) = text.split_once('\n').unwrap_or(("*", &text));
    for method in ["GET", "HEAD", "POST"] {
        let patterns = [pattern.to_owned()];
        let found = Bypass::new(&patterns, &[], &[]).matches(method, path, Some(path));
        let expected = slow_bypass::matches(pattern, method, path);
        assert_eq!(found, expected, "{method} {pattern} {path}");
    }
}

/// Any text as an entry of `X-Forwarded-For`.
pub(crate) fn client_address(input: &[u8]) {
    address_of("x-forwarded-for", input);
}

/// Any text as `Forwarded`; whatever a visitor has sent, the proxy's element counts.
pub(crate) fn forwarded(input: &[u8]) {
    address_of("forwarded", input);
    let list = format!("{}, for=203.0.113.9", String::from_utf8_lossy(input));
    let entry = address::entry("forwarded", &list, 1).expect("an element");
    let found = address::of_entry("forwarded", entry);
    assert_eq!(found.as_deref(), Some("203.0.113.9"), "{list}");
}

/// What is found is an address, and stands in the list.
fn address_of(header: &str, input: &[u8]) {
    let list = String::from_utf8_lossy(input);
    for hops in 0..=16 {
        let entry = address::entry(header, &list, hops);
        let found = entry.and_then(|entry| address::of_entry(header, entry));
        if let Some(found) = found {
            assert!(found.parse::<core::net::IpAddr>().is_ok(), "{found}");
            assert!(list.replace('\\', "").contains(&found), "{found}");
        }
    }
}

/// Any text as the cookies of a visitor: each of a name is found, in order, from both ends.
pub(crate) fn cookie_list(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let values: Vec<&str> = cookies::values(&text, "_mitata").collect();
    let parts = text.split(';').map(|part| part.trim_matches([' ', '\t']));
    let expected: Vec<&str> = parts
        .filter_map(|part| part.strip_prefix("_mitata="))
        .collect();
    assert_eq!(values, expected);
    let mut backwards: Vec<&str> = cookies::values(&text, "_mitata").rev().collect();
    backwards.reverse();
    assert_eq!(backwards, expected);
}

/// Any text as a V1 session cookie: parts that were found are parts of it, and none of them is
/// signed by us.
pub(crate) fn v1(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Some(parts) = V1::parse(&text) {
        let V1 {
            signature,
            expiry,
            user_id,
            ip_hash,
            code,
        } = parts;
        assert_eq!(
            [signature, expiry, user_id, ip_hash, code].join("_/@#/"),
            text
        );
        let signer = Signer::new("a key that no input knows");
        assert!(!parts.is_signature_valid(&signer));
        assert!(!parts.is_same_ip(&signer, "192.0.2.1"));
        let _ = parts.is_expired(1_700_000_000);
    }
}

/// Any text as a V3 session cookie: what is understood survives being written.
pub(crate) fn v3(input: &[u8]) {
    if let Some(cookie) = V3::parse(&String::from_utf8_lossy(input)) {
        let _ = cookie.is_expired(1_700_000_000);
        let text = cookie.write();
        let again = V3::parse(&text).map(|cookie| cookie.write());
        assert_eq!(again.as_deref(), Some(text.as_str()));
    }
}

/// Any text as an encrypted cookie: nothing is genuine but what was encrypted under the key.
pub(crate) fn jwe(input: &[u8]) {
    let encryption = Encryption::new(&[7; 32], SessionFormat::V1);
    let text = String::from_utf8_lossy(input);
    assert_eq!(encryption.decrypt(&text, Content::Session), None);
    let token = encryption.encrypt(&text, Content::Session, [9; 12]);
    let decrypted = token.and_then(|token| encryption.decrypt(&token, Content::Session));
    assert_eq!(decrypted.as_deref(), Some(&*text));
}

/// Any bytes as `NetaceaConfig.json`: JSON is what serde_json takes for it, and what is accepted
/// can be written and read again as the same.
pub(crate) fn settings(input: &[u8]) {
    let found = Configuration::from_json(input);
    let is_json = !matches!(found, Err(SettingsError::Syntax { .. }));
    match serde_json::from_slice::<serde_json::Value>(input) {
        Ok(_) => assert!(is_json),
        // We also refuse numbers that do not fit an `f64`, but for another reason.
        Err(error) => assert!(!is_json || error.to_string().contains("out of range")),
    }
    if let Ok((configuration, _)) = found {
        let _ = configuration.validate();
        let written = configuration.to_json();
        let again = Configuration::from_json(&written).map(|(again, _)| again.to_json());
        assert_eq!(again.as_ref().ok(), Some(&written));
    }
}

fn loaded() -> Boundary {
    let mut frame = Writer::new();
    frame.bytes(CONFIGURATION);
    let mut frame = frame.as_bytes().to_vec();
    frame.extend_from_slice(&[5; Entropy::LENGTH]);
    frame.extend_from_slice(&0_u32.to_le_bytes());
    let mut instance = Boundary::new();
    instance.load(&frame);
    assert_eq!(instance.output().first(), Some(&4));
    instance
}

fn moment() -> Vec<u8> {
    // The wall clock and the steady one.
    let mut frame = [NOW.to_le_bytes(), NOW.to_le_bytes()].concat();
    frame.extend_from_slice(&[5; Entropy::LENGTH]);
    frame
}

/// A new visitor's request, which needs a call.
fn visitor() -> Vec<u8> {
    let mut event = Writer::new();
    for text in [
        "viewer-request",
        "E1",
        "d.cloudfront.net",
        "r1",
        "192.0.2.1",
        "GET",
        "/",
        "",
    ] {
        event.text(text);
    }
    event.count(1);
    event.text("host");
    event.count(1);
    event.text("d.cloudfront.net");
    event.number(20);
    event.byte(0);
    event.byte(0);
    let mut frame = moment();
    frame.extend_from_slice(event.as_bytes());
    frame
}

fn assert_works(instance: &mut Boundary) {
    instance.begin(&visitor());
    let kind = instance.output().first().copied();
    assert!(
        matches!(kind, Some(1 | 2)),
        "a visitor is judged or passes: {kind:?}"
    );
}
