//! Puts `NetaceaConfig.json` together. The groups write keys and values; here the keys get their
//! order, so that equal settings give equal bytes, whoever wrote them first.

use serde::{Serialize, Serializer};

/// The order of the keys: the vendor's as in protocol section 3, then our own. A key that is not
/// listed follows in the order of writing, so that a new one never moves an old one.
const ORDER: &[&str] = &[
    "apiKey",
    "secretKey",
    "mitigationType",
    "monetise",
    "ingestType",
    "logVersion",
    "timeout",
    "mitigationServiceUrl",
    "ingestServiceUrl",
    "kinesis",
    "kinesisStreamName",
    "kinesisAccessKey",
    "kinesisSecretKey",
    "cookieEncryptionKey",
    "netaceaCookieName",
    "netaceaCaptchaCookieName",
    "netaceaCookieExpirySeconds",
    "netaceaCookieAttributes",
    "netaceaCaptchaCookieAttributes",
    "captchaSiteKey",
    "captchaSecretKey",
    "netaceaCaptchaPath",
    "strictCaptchaPath",
    "enableDynamicCaptchaContentType",
    "captchaHeader",
    "sessionCookieFormat",
    "cookiesOnErrors",
    "breaker",
    "ingestMaxWaitMs",
    "ingestQueueMaxEntries",
    "integrationVersion",
    "clientIp",
    "logLevel",
    "metrics",
];

/// A JSON object that is being written. Borrows what it shows, so that no secret is copied.
#[derive(Default)]
pub(super) struct Document<'a> {
    members: Vec<(&'static str, Value<'a>)>,
}

/// What a member holds.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Value<'a> {
    /// Leaves the member out.
    Absent,
    Flag(bool),
    Integer(u32),
    String(&'a str),
    Strings(&'a [String]),
    Section(Document<'a>),
}

impl<'a> Document<'a> {
    pub(super) fn put(&mut self, key: &'static str, value: impl Into<Value<'a>>) {
        match value.into() {
            Value::Absent => (),
            value => self.members.push((key, value)),
        }
    }

    /// An object inside this one, which several may write to and which is left out while it is
    /// empty.
    pub(super) fn section(&mut self, key: &'static str, write: impl FnOnce(&mut Self)) {
        let found = self.members.iter().position(|(name, _)| *name == key);
        let mut section = match found.map(|found| self.members.remove(found).1) {
            Some(Value::Section(section)) => section,
            _ => Document::default(),
        };
        write(&mut section);
        if !section.members.is_empty() {
            self.members.push((key, Value::Section(section)));
        }
    }

    pub(super) fn to_json(&self) -> Vec<u8> {
        // Proof: the document holds strings, numbers, booleans and lists only, and a Vec takes all
        // of it.
        #[allow(clippy::expect_used)]
        serde_json::to_vec_pretty(self).expect("a plain record always serializes")
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = |key: &str| ORDER.iter().position(|name| *name == key);
        let mut members: Vec<_> = self.members.iter().collect();
        members.sort_by_key(|(key, _)| place(key).unwrap_or(ORDER.len()));
        serializer.collect_map(members.into_iter().map(|(key, value)| (key, value)))
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Value::Flag(flag)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Value::Integer(number)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(string: &'a String) -> Self {
        Value::String(string)
    }
}

impl<'a> From<&'a Vec<String>> for Value<'a> {
    fn from(strings: &'a Vec<String>) -> Self {
        if strings.is_empty() {
            Value::Absent
        } else {
            Value::Strings(strings)
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(string: &'a str) -> Self {
        Value::String(string)
    }
}

impl<'a> From<&'a Option<String>> for Value<'a> {
    fn from(string: &'a Option<String>) -> Self {
        string.as_deref().map_or(Value::Absent, Value::String)
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
