//! Every key reaches the settings and comes back from them. A field that is forgotten in reading,
//! writing or checking does not compile; here a key is found that is written under another name
//! than it is read. A new key is followed without a change here, unless it is optional (then it
//! needs a value in `with_every_key`) or has a list of choices (`CHOICES`).

use serde_json::{Map, Value, json};

use super::{CaptchaHeader, ClientIp, Configuration, Kinesis, Secrets};

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

/// The defaults, and a value for every key that has none.
fn with_every_key() -> Configuration {
    let string = || Some("/a".to_owned());
    let mut configuration = Configuration {
        secrets: Secrets {
            api_key: string(),
            secret_key: string(),
            cookie_encryption_key: string(),
            captcha_secret_key: string(),
            kinesis_access_key: string(),
            kinesis_secret_key: string(),
        },
        ..Configuration::default()
    };
    let settings = &mut configuration.settings;
    settings.captcha.path = string();
    settings.captcha.signal_path = string();
    settings.captcha.site_key = string();
    settings.block.body = string();
    settings.block.content_type = string();
    settings.captcha.header = Some(CaptchaHeader {
        name: "a".to_owned(),
        value: "a".to_owned(),
    });
    settings.ingest.integration_version = string();
    settings.ingest.kinesis = Some(Kinesis::default());
    settings.client_ip = Some(ClientIp::default());
    settings.cors_origins.extend(string());
    let lists = &mut settings.bypass;
    for list in [&mut lists.paths, &mut lists.methods, &mut lists.ip_ranges] {
        list.extend(string());
    }
    configuration
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
