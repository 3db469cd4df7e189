//! Each rule for settings, with a value that keeps it and one that breaks it.

use crate::settings::{
    CaptchaHeader, ClientIp, Configuration, IngestKind, Kinesis, Secrets, SessionFormat, Settings,
};

fn valid() -> Configuration {
    let mut configuration = Configuration::default();
    configuration.secrets.api_key = Some("key".to_owned());
    configuration.secrets.secret_key = Some("secret".to_owned());
    configuration
}

fn violations(change: impl FnOnce(&mut Configuration)) -> Vec<String> {
    let mut configuration = valid();
    change(&mut configuration);
    configuration
        .validate()
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn assert_refused(change: impl FnOnce(&mut Settings), beginning: &str) {
    let found = violations(|configuration| change(&mut configuration.settings));
    assert!(
        found.iter().any(|text| text.starts_with(beginning)),
        "no `{beginning}` in {found:?}"
    );
}

#[test]
fn defaults_with_both_required_secrets_are_valid() {
    assert_eq!(violations(|_| ()), Vec::<String>::new());
}

#[test]
fn both_required_secrets_are_demanded() {
    let found = violations(|configuration| configuration.secrets = Secrets::default());
    assert_eq!(
        found,
        [
            "secrets.api_key: is required",
            "secrets.secret_key: is required for every mitigation type; session cookies of format `V1` are signed with it"
        ]
    );
}

#[test]
fn a_refused_secret_is_not_shown() {
    let found = violations(|configuration| {
        configuration.secrets.api_key = Some("hush\r\nx: y".to_owned());
        configuration.secrets.cookie_encryption_key = Some("hush".to_owned());
    });
    assert!(found.len() >= 2, "{found:?}");
    assert!(found.iter().all(|text| !text.contains("hush")), "{found:?}");
}

#[test]
fn service_addresses_are_https_and_plain() {
    for url in [
        "http://a.example",
        "https://",
        "https://a.example/",
        "https://u@a.example",
        "https://a.example?x=1",
        "https://a.example#x",
        "https://a..example",
        "https://a.example:0",
        "https://a.example:99999",
        "https://a.example/a b",
        "https://[::1",
        "a.example",
        "https://a.example\r\n",
    ] {
        assert_refused(
            |settings| settings.protector.url = url.to_owned(),
            "settings.protector.url: must be",
        );
        assert_refused(
            |settings| settings.ingest.url = url.to_owned(),
            "settings.ingest.url: must be",
        );
    }
    for url in [
        "https://a.example",
        "https://a.example:8443/base",
        "https://[::1]:8443",
        "https://127.0.0.1:1",
    ] {
        assert_eq!(
            violations(|configuration| configuration.settings.protector.url = url.to_owned()).len(),
            0,
            "{url}"
        );
    }
}

#[test]
fn names_attributes_and_headers_refuse_injection() {
    for text in ["a\r\nb", "a\nb", "a;b", "", "a b", "a=b"] {
        assert_refused(
            |settings| settings.session.cookie_name = text.to_owned(),
            "settings.session.cookie_name",
        );
        assert_refused(
            |settings| settings.captcha.cookie_name = text.to_owned(),
            "settings.captcha.cookie_name",
        );
        let header = |name: &str, value: &str| {
            Some(CaptchaHeader {
                name: name.to_owned(),
                value: value.to_owned(),
            })
        };
        assert_refused(
            |settings| settings.captcha.header = header(text, "1"),
            "settings.captcha.header.name",
        );
        let client_ip = ClientIp {
            header: text.to_owned(),
            trusted_proxy_hops: 1,
        };
        assert_refused(
            |settings| settings.client_ip = Some(client_ip),
            "settings.client_ip.header",
        );
    }
    for text in ["Secure\r\nSet-Cookie: a=b", "Secure\n", "a=\u{e9}", "a, b"] {
        let begin = "settings.session.cookie_attributes";
        assert_refused(
            |settings| settings.session.cookie_attributes = text.to_owned(),
            begin,
        );
        let begin = "settings.captcha.cookie_attributes";
        assert_refused(
            |settings| settings.captcha.cookie_attributes = text.to_owned(),
            begin,
        );
    }
    let value = "1\r\nx: y".to_owned();
    let header = CaptchaHeader {
        name: "x-a".to_owned(),
        value,
    };
    assert_refused(
        |settings| settings.captcha.header = Some(header),
        "settings.captcha.header.value",
    );
}

#[test]
fn a_captcha_header_that_cloudfront_would_answer_with_502_is_refused() {
    for name in [
        "X-Cache",
        "via",
        "X-Edge-Location",
        "x-amz-cf-id",
        "Content-Length",
        "transfer-encoding",
    ] {
        let header = CaptchaHeader {
            name: name.to_owned(),
            value: "1".to_owned(),
        };
        let begin = "settings.captcha.header.name: must not be a header that CloudFront";
        assert_refused(|settings| settings.captcha.header = Some(header), begin);
    }
}

#[test]
fn numbers_stay_in_their_ranges() {
    assert_refused(
        |settings| settings.protector.timeout_ms = 0,
        "settings.protector.timeout_ms",
    );
    assert_refused(
        |settings| settings.protector.timeout_ms = 29_001,
        "settings.protector.timeout_ms",
    );
    let begin = "settings.protector.breaker.consecutive_failures";
    assert_refused(
        |settings| settings.protector.breaker.consecutive_failures = 0,
        begin,
    );
    let begin = "settings.protector.breaker.open_seconds";
    assert_refused(
        |settings| settings.protector.breaker.open_seconds = 0,
        begin,
    );
    assert_refused(
        |settings| settings.ingest.queue_max_entries = 0,
        "settings.ingest.queue_max_entries",
    );
    assert_refused(
        |settings| settings.ingest.max_wait_ms = 5001,
        "settings.ingest.max_wait_ms",
    );
    let client_ip = ClientIp {
        trusted_proxy_hops: 0,
        ..ClientIp::default()
    };
    assert_refused(
        |settings| settings.client_ip = Some(client_ip),
        "settings.client_ip.trusted_proxy_hops",
    );
    let begin = "settings.session.expiry_seconds";
    assert_refused(
        |settings| settings.session.expiry_seconds = Some(31_536_001),
        begin,
    );
}

#[test]
fn what_depends_on_something_else_says_so() {
    let begin = "settings.captcha.cookie_name: must differ";
    assert_refused(
        |settings| settings.captcha.cookie_name = "_mitata".to_owned(),
        begin,
    );
    assert_refused(
        |settings| settings.ingest.kind = IngestKind::Kinesis,
        "settings.ingest.kinesis: is required",
    );
    assert_refused(
        |settings| settings.session.format = SessionFormat::V3,
        "settings.session.format: `V3` is not signed",
    );
    let stream = Kinesis {
        stream_name: "a b".to_owned(),
        batch_size: 501,
        ..Kinesis::default()
    };
    let begin = "settings.ingest.kinesis.stream_name";
    assert_refused(
        |settings| settings.ingest.kinesis = Some(stream.clone()),
        begin,
    );
    let begin = "settings.ingest.kinesis.batch_size";
    assert_refused(|settings| settings.ingest.kinesis = Some(stream), begin);
}

#[test]
fn cookies_that_browsers_refuse_are_violations() {
    for (name, attributes, is_refused) in [
        ("__Host-a", "Secure", false),
        ("__Host-a", "", true),
        ("__Host-a", "Secure; Domain=a.example", true),
        ("__Host-a", "Secure; Path=/a", true),
        ("__Secure-a", "HttpOnly", true),
        ("a", "SameSite=None", true),
        ("a", "SameSite=None; Secure", false),
        ("a", "Partitioned", true),
        ("a", "SameSite=Lax", false),
    ] {
        let mut settings = crate::settings::Settings::default();
        settings.session.cookie_name = name.to_owned();
        settings.session.cookie_attributes = attributes.to_owned();
        let found: Vec<String> = settings
            .validate()
            .iter()
            .map(ToString::to_string)
            .collect();
        let is_found = found
            .iter()
            .any(|text| text.starts_with("settings.session.cookie_attributes"));
        assert_eq!(is_found, is_refused, "{name} {attributes}: {found:?}");
    }
}
