//! Writes `NetaceaConfig.json`: the vendor's key names, in the order of protocol section 3, then
//! our own.

use serde::Serialize;

use super::{Secrets, Settings};

/// `None` leaves every secret out.
pub(super) fn write(settings: &Settings, secrets: Option<&Secrets>) -> Vec<u8> {
    // Proof: the document holds texts, numbers and booleans only, and a Vec takes every write.
    #[allow(clippy::expect_used)]
    serde_json::to_vec_pretty(&Document::new(settings, secrets))
        .expect("a plain record always serialises")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_key: Option<&'a str>,
    mitigation_type: &'a str,
    monetise: bool,
    ingest_type: &'a str,
    log_version: &'a str,
    timeout: u32,
    mitigation_service_url: &'a str,
    ingest_service_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kinesis: Option<KinesisDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cookie_encryption_key: Option<&'a str>,
    netacea_cookie_name: &'a str,
    netacea_captcha_cookie_name: &'a str,
    netacea_cookie_expiry_seconds: u32,
    netacea_cookie_attributes: &'a str,
    netacea_captcha_cookie_attributes: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    captcha_site_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    captcha_secret_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    netacea_captcha_path: Option<&'a str>,
    strict_captcha_path: bool,
    enable_dynamic_captcha_content_type: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    captcha_header: Option<CaptchaHeaderDocument<'a>>,
    session_cookie_format: &'a str,
    cookies_on_errors: bool,
    breaker: BreakerDocument,
    ingest_max_wait_ms: u32,
    ingest_queue_max_entries: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    integration_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_ip: Option<ClientIpDocument<'a>>,
    log_level: &'a str,
    metrics: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KinesisDocument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    kinesis_stream_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kinesis_access_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kinesis_secret_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_batch_size: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_log_age_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ramp_up_batch_size: Option<bool>,
}

#[derive(Serialize)]
struct CaptchaHeaderDocument<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BreakerDocument {
    consecutive_failures: u32,
    open_seconds: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClientIpDocument<'a> {
    header: &'a str,
    trusted_proxy_hops: u32,
}

impl<'a> Document<'a> {
    fn new(settings: &'a Settings, secrets: Option<&'a Secrets>) -> Self {
        let secret = |pick: fn(&Secrets) -> &Option<String>| {
            secrets.and_then(|secrets| pick(secrets).as_deref())
        };
        Self {
            api_key: secret(|secrets| &secrets.api_key),
            secret_key: secret(|secrets| &secrets.secret_key),
            mitigation_type: settings.mitigation_type.as_str(),
            monetise: settings.monetise,
            ingest_type: settings.ingest.kind.as_str(),
            log_version: settings.ingest.log_version.as_str(),
            timeout: settings.protector.timeout_ms,
            mitigation_service_url: &settings.protector.url,
            ingest_service_url: &settings.ingest.url,
            kinesis: KinesisDocument::new(settings, secrets),
            cookie_encryption_key: secret(|secrets| &secrets.cookie_encryption_key),
            netacea_cookie_name: &settings.session.cookie_name,
            netacea_captcha_cookie_name: &settings.captcha.cookie_name,
            netacea_cookie_expiry_seconds: settings.session_expiry_seconds(),
            netacea_cookie_attributes: &settings.session.cookie_attributes,
            netacea_captcha_cookie_attributes: &settings.captcha.cookie_attributes,
            captcha_site_key: settings.captcha.site_key.as_deref(),
            captcha_secret_key: secret(|secrets| &secrets.captcha_secret_key),
            netacea_captcha_path: settings.captcha.path.as_deref(),
            strict_captcha_path: settings.captcha.strict_path,
            enable_dynamic_captcha_content_type: settings.captcha.dynamic_content_type,
            captcha_header: settings
                .captcha
                .header
                .as_ref()
                .map(|header| CaptchaHeaderDocument {
                    name: &header.name,
                    value: &header.value,
                }),
            session_cookie_format: settings.session.format.as_str(),
            cookies_on_errors: settings.session.cookies_on_errors,
            breaker: BreakerDocument {
                consecutive_failures: settings.protector.breaker.consecutive_failures,
                open_seconds: settings.protector.breaker.open_seconds,
            },
            ingest_max_wait_ms: settings.ingest.max_wait_ms,
            ingest_queue_max_entries: settings.ingest.queue_max_entries,
            integration_version: settings.ingest.integration_version.as_deref(),
            client_ip: settings
                .client_ip
                .as_ref()
                .map(|client_ip| ClientIpDocument {
                    header: &client_ip.header,
                    trusted_proxy_hops: client_ip.trusted_proxy_hops,
                }),
            log_level: settings.log_level.as_str(),
            metrics: settings.metrics,
        }
    }
}

impl<'a> KinesisDocument<'a> {
    /// The vendor's file keeps settings and secrets of Kinesis in one object, so it exists when
    /// there is either.
    fn new(settings: &'a Settings, secrets: Option<&'a Secrets>) -> Option<Self> {
        let kinesis = settings.ingest.kinesis.as_ref();
        let access_key = secrets.and_then(|secrets| secrets.kinesis_access_key.as_deref());
        let secret_key = secrets.and_then(|secrets| secrets.kinesis_secret_key.as_deref());
        if kinesis.is_none() && access_key.is_none() && secret_key.is_none() {
            return None;
        }
        Some(Self {
            kinesis_stream_name: kinesis.map(|kinesis| kinesis.stream_name.as_str()),
            kinesis_access_key: access_key,
            kinesis_secret_key: secret_key,
            log_batch_size: kinesis.map(|kinesis| kinesis.batch_size),
            max_log_age_seconds: kinesis.map(|kinesis| kinesis.max_age_seconds),
            region: kinesis.map(|kinesis| kinesis.region.as_str()),
            ramp_up_batch_size: kinesis.map(|kinesis| kinesis.ramp_up),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::{Configuration, Secrets, Settings};

    #[test]
    fn settings_alone_contain_no_secret_and_no_secret_key_name() {
        let configuration = Configuration {
            settings: Settings::default(),
            secrets: Secrets {
                api_key: Some("hush-1".to_owned()),
                secret_key: Some("hush-2".to_owned()),
                cookie_encryption_key: Some("hush-3".to_owned()),
                captcha_secret_key: Some("hush-4".to_owned()),
                kinesis_access_key: Some("hush-5".to_owned()),
                kinesis_secret_key: Some("hush-6".to_owned()),
            },
        };
        let with = String::from_utf8(configuration.to_json()).unwrap();
        assert_eq!(with.matches("hush").count(), 6);
        let without = String::from_utf8(configuration.settings.to_json()).unwrap();
        for word in [
            "hush",
            "apiKey",
            "secretKey",
            "SecretKey",
            "AccessKey",
            "cookieEncryptionKey",
        ] {
            assert!(!without.contains(word), "{word} in {without}");
        }
    }

    #[test]
    fn defaults_are_written_out() {
        let text = String::from_utf8(Settings::default().to_json()).unwrap();
        for line in [
            r#""mitigationType": "INGEST""#,
            r#""timeout": 3000"#,
            r#""netaceaCookieExpirySeconds": 3600"#,
            r#""ingestServiceUrl": "https://ingest.netacea.net""#,
            r#""consecutiveFailures": 2"#,
        ] {
            assert!(text.contains(line), "{line} missing in {text}");
        }
    }
}
