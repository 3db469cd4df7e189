//! How a configuration file is read: aliases, precedence, warnings and refusals.

use crate::settings::{Configuration, IngestKind, MitigationType, SettingsError};

fn read(text: &str) -> (Configuration, Vec<String>) {
    let (configuration, warnings) = Configuration::from_json(text.as_bytes()).unwrap();
    (
        configuration,
        warnings.iter().map(ToString::to_string).collect(),
    )
}

#[test]
fn what_is_written_is_read_back() {
    let text = r#"{"apiKey":"k","secretKey":"s","mitigationType":"MITIGATE","timeout":250,
            "netaceaCookieExpirySeconds":0,"netaceaCaptchaPath":"captcha","captchaHeader":{"name":"x-a","value":"1"},
            "clientIp":{"header":"x-real","trustedProxyHops":2},"kinesis":{"kinesisStreamName":"s","logBatchSize":7},
            "ingestType":"HTTP","breaker":{"openSeconds":3},"logLevel":"debug","metrics":true}"#;
    let (first, warnings) = read(text);
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(first.settings.session.expiry_seconds, Some(0));
    assert_eq!(first.settings.captcha.path.as_deref(), Some("/captcha"));
    let (second, _) = Configuration::from_json(&first.to_json()).unwrap();
    assert_eq!(first, second);
}

#[test]
fn the_vendors_template_with_empty_texts_gives_defaults() {
    let (configuration, warnings) = read(
        r#"{"apiKey":"","secretKey":"","kinesis":{"kinesisStreamName":"","kinesisAccessKey":"","kinesisSecretKey":""},
                "cookieEncryptionKey":"","mitigationType":"MITIGATE"}"#,
    );
    let mut expected = Configuration::default();
    expected.settings.mitigation_type = MitigationType::Mitigate;
    assert_eq!(configuration, expected);
    assert!(warnings.is_empty());
}

#[test]
fn a_stream_without_ingest_type_means_kinesis() {
    let (configuration, _) = read(r#"{"kinesis":{"kinesisStreamName":"stream"}}"#);
    assert_eq!(configuration.settings.ingest.kind, IngestKind::Kinesis);
}

#[test]
fn aliases_are_accepted_and_lose_against_the_current_key() {
    let (configuration, _) = read(
        r#"{"mitataCookieExpirySeconds":5,"dynamicCaptchaContentType":"true","kinesisStreamName":"old",
                "KinesisAccessKey":"a","kinesisSecretKey":"b"}"#,
    );
    assert_eq!(configuration.settings.session.expiry_seconds, Some(5));
    assert!(configuration.settings.captcha.dynamic_content_type);
    assert_eq!(
        configuration
            .settings
            .ingest
            .kinesis
            .as_ref()
            .unwrap()
            .stream_name,
        "old"
    );
    assert_eq!(
        configuration.secrets.names().collect::<Vec<_>>(),
        ["kinesis_access_key", "kinesis_secret_key"]
    );
    let (configuration, _) =
        read(r#"{"mitataCookieExpirySeconds":5,"netaceaCookieExpirySeconds":6}"#);
    assert_eq!(configuration.settings.session.expiry_seconds, Some(6));
}

#[test]
fn an_age_outside_the_bounds_is_the_default() {
    for (age, seconds) in [
        ("1", 1),
        ("9", 9),
        ("0.5", 1),
        ("9.5", 10),
        ("0", 10),
        ("-1", 10),
        ("10", 10),
        ("1e30", 10),
    ] {
        let text =
            format!(r#"{{"kinesis":{{"kinesisStreamName":"stream","maxLogAgeSeconds":{age}}}}}"#);
        let (configuration, _) = read(&text);
        let kinesis = configuration.settings.ingest.kinesis.unwrap();
        assert_eq!(kinesis.max_age_seconds, seconds, "{age}");
    }
}

#[test]
fn unknown_keys_give_one_warning_that_names_them_all() {
    let (_, warnings) = read(r#"{"zeta":1,"kinesis":{"alpha":2}}"#);
    assert_eq!(warnings, ["unknown keys are ignored: kinesis.alpha, zeta"]);
}

#[test]
fn errors_name_the_key_and_never_the_value() {
    for (text, expected) in [
        (r#"{"apiKey":12345}"#, "`apiKey` must be a string"),
        (
            r#"{"mitigationType":"hush"}"#,
            "`mitigationType`: expected one of INGEST, MITIGATE, INJECT",
        ),
        (
            r#"{"kinesis":{"logBatchSize":"hush"}}"#,
            "`kinesis.logBatchSize` must be a whole number, 0 or greater",
        ),
        (
            r#"{"apiKey":"hush""#,
            "the configuration is not valid JSON (line 1, column 16)",
        ),
        ("[]", "the configuration must be a JSON object"),
    ] {
        assert_eq!(
            Configuration::from_json(text.as_bytes())
                .unwrap_err()
                .to_string(),
            expected
        );
    }
    assert_eq!(
        Configuration::from_json(b"7").unwrap_err(),
        SettingsError::NotAnObject
    );
}
