//! Every key reaches the settings and comes back from them. A field that is forgotten in reading,
//! writing or checking does not compile; here a key is found that is written under another name
//! than it is read. Only an optional key (in `with_every_key`, which does not compile without it)
//! and one with a list of choices (`CHOICES`) need a value here.

use serde_json::{Map, Value, json};

use super::{
    Block, Bypass, Captcha, CaptchaHeader, ClientIp, Configuration, Ingest, Kinesis, Protector,
    Secrets, Session, Settings,
};

/// Keys that accept only certain strings, each with one that is not the default.
const CHOICES: [(&str, &str); 6] = [
    ("mitigationType", "MITIGATE"),
    ("flagged", "block"),
    ("ingestType", "ORIGIN"),
    ("logVersion", "V2"),
    ("sessionCookieFormat", "V3"),
    ("logLevel", "debug"),
];

#[test]
fn every_key_survives_the_way_through_the_settings() {
    let file = changed("", &parse(&with_every_key().to_json()));
    let (configuration, warnings) = Configuration::from_json(file.to_string().as_bytes()).unwrap();
    assert_eq!(parse(&configuration.to_json()), file);
    assert_eq!(warnings, []);
}

/// The defaults, and a value for every key that has none. Each field is named, so that a new one
/// does not compile here before it has a value.
fn with_every_key() -> Configuration {
    let string = || Some("/a".to_owned());
    let list = || vec!["/a".to_owned()];
    let Settings {
        mitigation_type,
        mitigation_percent,
        monetise,
        flagged,
        protector,
        session,
        captcha,
        block,
        ingest,
        client_ip: _,
        bypass,
        cors_origins: _,
        log_level,
        metrics,
    } = Settings::default();
    Configuration {
        settings: Settings {
            mitigation_type,
            mitigation_percent,
            monetise,
            flagged,
            protector: Protector {
                url: protector.url,
                timeout_ms: protector.timeout_ms,
                breaker: protector.breaker,
            },
            session: Session {
                cookie_name: session.cookie_name,
                cookie_attributes: session.cookie_attributes,
                expiry_seconds: session.expiry_seconds,
                format: session.format,
                cookies_on_errors: session.cookies_on_errors,
                private_on_set_cookie: session.private_on_set_cookie,
                header_budget_bytes: session.header_budget_bytes,
            },
            captcha: Captcha {
                cookie_name: captcha.cookie_name,
                cookie_attributes: captcha.cookie_attributes,
                status: captcha.status,
                path: string(),
                strict_path: captcha.strict_path,
                signal_path: string(),
                dynamic_content_type: captcha.dynamic_content_type,
                site_key: string(),
                header: Some(CaptchaHeader {
                    name: "a".to_owned(),
                    value: "a".to_owned(),
                }),
            },
            block: Block {
                status: block.status,
                body: string(),
                content_type: string(),
            },
            ingest: Ingest {
                kind: ingest.kind,
                url: ingest.url,
                log_version: ingest.log_version,
                max_wait_ms: ingest.max_wait_ms,
                queue_max_entries: ingest.queue_max_entries,
                integration_version: string(),
                kinesis: Some(Kinesis::default()),
            },
            client_ip: Some(ClientIp::default()),
            bypass: Bypass {
                paths: list(),
                methods: list(),
                ip_ranges: list(),
                log: bypass.log,
            },
            cors_origins: list(),
            log_level,
            metrics,
        },
        secrets: Secrets {
            api_key: string(),
            secret_key: string(),
            cookie_encryption_key: string(),
            captcha_secret_key: string(),
            kinesis_access_key: string(),
            kinesis_secret_key: string(),
        },
    }
}

/// The same keys with other values.
fn changed(key: &str, value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), changed(key, value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(list) => list.iter().map(|value| changed(key, value)).collect(),
        Value::Bool(flag) => json!(!flag),
        Value::Number(number) => match number.as_u64() {
            Some(0) | None => json!(1),
            Some(number) => json!(number - 1),
        },
        _ => match CHOICES.iter().find(|(name, _)| *name == key) {
            Some((_, choice)) => json!(choice),
            None => json!(format!("{}x", value.as_str().unwrap_or_default())),
        },
    }
}

fn parse(json: &[u8]) -> Value {
    serde_json::from_slice(json).unwrap()
}
