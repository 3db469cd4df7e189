//! Reads `NetaceaConfig.json`, ours or the vendor's (protocol section 3). Values are picked by
//! hand, not by serde's derive, whose messages quote the value they reject: it may be a secret.

use core::str::FromStr;

use crate::json::{self, Value};

use super::{
    CaptchaHeader, ClientIp, Configuration, IngestKind, Kinesis, Protector, Secrets, Settings,
    SettingsError, UnknownChoice, Warning,
};

pub(super) fn read(bytes: &[u8]) -> Result<(Configuration, Vec<Warning>), SettingsError> {
    let value = json::parse(bytes).map_err(|error| SettingsError::Syntax {
        line: error.line,
        column: error.column,
    })?;
    let Value::Object(members) = value else {
        return Err(SettingsError::NotAnObject);
    };
    let mut file = Section::new(String::new(), members);
    let configuration = configuration(&mut file);
    if let Some(error) = file.error {
        return Err(error);
    }
    let mut warnings = core::mem::take(&mut file.warnings);
    warnings.extend(file.unknown_keys());
    if configuration.settings.captcha.site_key.is_some()
        != configuration.secrets.captcha_secret_key.is_some()
    {
        warnings.push(Warning {
            key: "captchaSiteKey".to_owned(),
            message: "captchaSiteKey and captchaSecretKey are used only when both are set"
                .to_owned(),
        });
    }
    Ok((configuration, warnings))
}

fn configuration(file: &mut Section) -> Configuration {
    let mut settings = Settings::default();
    let mut secrets = Secrets::default();
    secrets.api_key = file.text("apiKey");
    secrets.secret_key = file.text("secretKey");

    set(&mut settings.mitigation_type, file.choice("mitigationType"));
    set(&mut settings.monetise, file.flag("monetise"));
    set(
        &mut settings.protector.url,
        file.url("mitigationServiceUrl"),
    );
    set(&mut settings.protector.timeout_ms, timeout(file));
    if let Some(mut breaker) = file.section("breaker") {
        set(
            &mut settings.protector.breaker.consecutive_failures,
            breaker.integer("consecutiveFailures"),
        );
        set(
            &mut settings.protector.breaker.open_seconds,
            breaker.integer("openSeconds"),
        );
        file.absorb(breaker);
    }

    set(
        &mut settings.session.cookie_name,
        file.text("netaceaCookieName"),
    );
    set(
        &mut settings.session.cookie_attributes,
        file.text("netaceaCookieAttributes"),
    );
    let alias = file.integer("mitataCookieExpirySeconds");
    settings.session.expiry_seconds = file.integer("netaceaCookieExpirySeconds").or(alias);
    set(
        &mut settings.session.format,
        file.choice("sessionCookieFormat"),
    );
    set(
        &mut settings.session.cookies_on_errors,
        file.flag("cookiesOnErrors"),
    );
    secrets.cookie_encryption_key = file.text("cookieEncryptionKey");

    set(
        &mut settings.captcha.cookie_name,
        file.text("netaceaCaptchaCookieName"),
    );
    set(
        &mut settings.captcha.cookie_attributes,
        file.text("netaceaCaptchaCookieAttributes"),
    );
    settings.captcha.path = file.text("netaceaCaptchaPath").map(with_leading_slash);
    set(
        &mut settings.captcha.strict_path,
        file.flag("strictCaptchaPath"),
    );
    let alias = file.flag("dynamicCaptchaContentType");
    set(
        &mut settings.captcha.dynamic_content_type,
        file.flag("enableDynamicCaptchaContentType").or(alias),
    );
    settings.captcha.site_key = file.text("captchaSiteKey");
    secrets.captcha_secret_key = file.text("captchaSecretKey");
    if let Some(mut header) = file.section("captchaHeader") {
        let (name, value) = (header.text("name"), header.text("value"));
        if name.is_some() || value.is_some() {
            let (name, value) = (name.unwrap_or_default(), value.unwrap_or_default());
            settings.captcha.header = Some(CaptchaHeader { name, value });
        }
        file.absorb(header);
    }

    let kind = file.choice("ingestType");
    kinesis(file, &mut settings, &mut secrets);
    // The vendor's template names a stream and no ingest type (protocol section 14).
    let implied = if settings.ingest.kinesis.is_some() {
        IngestKind::Kinesis
    } else {
        IngestKind::Http
    };
    settings.ingest.kind = kind.unwrap_or(implied);
    set(&mut settings.ingest.url, file.url("ingestServiceUrl"));
    set(&mut settings.ingest.log_version, file.choice("logVersion"));
    set(
        &mut settings.ingest.max_wait_ms,
        file.integer("ingestMaxWaitMs"),
    );
    set(
        &mut settings.ingest.queue_max_entries,
        file.integer("ingestQueueMaxEntries"),
    );

    settings.ingest.integration_version = file.text("integrationVersion");
    if let Some(mut section) = file.section("clientIp") {
        let mut client_ip = ClientIp::default();
        set(&mut client_ip.header, section.text("header"));
        set(
            &mut client_ip.trusted_proxy_hops,
            section.integer("trustedProxyHops"),
        );
        settings.client_ip = Some(client_ip);
        file.absorb(section);
    }
    set(&mut settings.log_level, file.choice("logLevel"));
    set(&mut settings.metrics, file.flag("metrics"));
    if file.text("secretsManagerSecretId").is_some() {
        file.warnings.push(Warning {
            key: "secretsManagerSecretId".to_owned(),
            message: "is not used; give the secrets themselves".to_owned(),
        });
    }
    Configuration { settings, secrets }
}

/// The stream's settings and credentials, from their own section or from the top level of a file of
/// January 2021.
fn kinesis(file: &mut Section, settings: &mut Settings, secrets: &mut Secrets) {
    let mut stream_name = file.text("kinesisStreamName");
    let old_access_key = file.text("KinesisAccessKey");
    secrets.kinesis_access_key = file.text("kinesisAccessKey").or(old_access_key);
    secrets.kinesis_secret_key = file.text("kinesisSecretKey");
    let mut kinesis = Kinesis::default();
    if let Some(mut section) = file.section("kinesis") {
        stream_name = section.text("kinesisStreamName").or(stream_name);
        secrets.kinesis_access_key = section
            .text("kinesisAccessKey")
            .or(secrets.kinesis_access_key.take());
        secrets.kinesis_secret_key = section
            .text("kinesisSecretKey")
            .or(secrets.kinesis_secret_key.take());
        set(&mut kinesis.batch_size, section.integer("logBatchSize"));
        set(&mut kinesis.max_age_seconds, max_age(&mut section));
        set(&mut kinesis.region, section.text("region"));
        set(&mut kinesis.ramp_up, section.flag("rampUpBatchSize"));
        file.absorb(section);
    }
    settings.ingest.kinesis = stream_name.map(|stream_name| Kinesis {
        stream_name,
        ..kinesis
    });
}

/// Zero and negative numbers mean the default (protocol section 3, `misc.json` `correct_timeout`).
fn timeout(file: &mut Section) -> Option<u32> {
    file.read("timeout", "a number of milliseconds", |value| {
        match value.ceiling()? {
            number if number <= 0 => Some(Protector::default().timeout_ms),
            // A fraction of a millisecond is nothing.
            number => u32::try_from(number).ok(),
        }
    })
}

/// Only ages above 0 and below 10 are honoured (protocol section 3), a part of a second as a whole
/// one.
fn max_age(kinesis: &mut Section) -> Option<u32> {
    let age = kinesis.read("maxLogAgeSeconds", "a number of seconds", |value| {
        value.ceiling()
    })?;
    u32::try_from(age).ok().filter(|age| (1..10).contains(age))
}

fn with_leading_slash(path: String) -> String {
    if path.starts_with('/') {
        path
    } else {
        format!("/{path}")
    }
}

#[inline(never)]
fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// One object of the file. Keys are taken out as they are read, so what stays is unknown. Reading
/// goes on after a value of another type; the first one is the error in the end.
struct Section {
    prefix: String,
    members: Vec<(String, Value)>,
    leftover: Vec<String>,
    warnings: Vec<Warning>,
    error: Option<SettingsError>,
}

impl Section {
    fn new(prefix: String, members: Vec<(String, Value)>) -> Self {
        Self {
            prefix,
            members,
            leftover: Vec::new(),
            warnings: Vec::new(),
            error: None,
        }
    }

    /// `null` and the empty text count as absent: the vendor's template ships empty texts. Of
    /// several the last one counts, as in JavaScript.
    fn take(&mut self, key: &str) -> Option<Value> {
        let mut taken = None;
        while let Some(position) = self.members.iter().position(|(name, _)| name == key) {
            taken = Some(self.members.remove(position).1);
        }
        taken.filter(|value| *value != Value::Null && value.as_text() != Some(""))
    }

    /// `expected` says what a value must be that `read` gives nothing for.
    fn read<T>(
        &mut self,
        key: &str,
        expected: &'static str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Option<T> {
        let found = read(self.take(key)?);
        if found.is_none() {
            let key = self.qualified(key);
            self.fail(SettingsError::Type { key, expected });
        }
        found
    }

    fn text(&mut self, key: &str) -> Option<String> {
        self.read(key, "a text", |value| match value {
            Value::Text(text) => Some(text),
            _ => None,
        })
    }

    /// Paths are appended to service addresses, so a trailing slash would give `//`.
    fn url(&mut self, key: &str) -> Option<String> {
        self.text(key)
            .map(|url| url.trim_end_matches('/').to_owned())
    }

    fn integer(&mut self, key: &str) -> Option<u32> {
        self.read(key, "a whole number, 0 or greater", |value| {
            value.as_integer()?.try_into().ok()
        })
    }

    /// A text counts as true only if it is exactly `true` (protocol section 3).
    fn flag(&mut self, key: &str) -> Option<bool> {
        self.read(key, "true or false", |value| match value {
            Value::Flag(flag) => Some(flag),
            Value::Text(text) => Some(text == "true"),
            _ => None,
        })
    }

    fn choice<T: FromStr<Err = UnknownChoice>>(&mut self, key: &str) -> Option<T> {
        match self.text(key)?.parse() {
            Ok(value) => Some(value),
            Err(choice) => {
                let key = self.qualified(key);
                self.fail(SettingsError::Choice { key, choice });
                None
            }
        }
    }

    fn section(&mut self, key: &str) -> Option<Self> {
        let members = self.read(key, "an object", |value| match value {
            Value::Object(members) => Some(members),
            _ => None,
        })?;
        Some(Self::new([key, "."].concat(), members))
    }

    /// Takes over what was found wrong with a section that has been read.
    fn absorb(&mut self, mut section: Self) {
        self.leftover.extend(section.unread());
        if let Some(error) = section.error.take() {
            self.fail(error);
        }
    }

    fn fail(&mut self, error: SettingsError) {
        self.error.get_or_insert(error);
    }

    fn unread(&self) -> impl Iterator<Item = String> {
        self.members.iter().map(|(key, _)| self.qualified(key))
    }

    fn unknown_keys(&self) -> Option<Warning> {
        let mut keys = self.leftover.clone();
        keys.extend(self.unread());
        (!keys.is_empty()).then(|| Warning {
            key: String::new(),
            message: ["unknown keys are ignored: ", &keys.join(", ")].concat(),
        })
    }

    fn qualified(&self, key: &str) -> String {
        [&self.prefix, key].concat()
    }
}

#[cfg(test)]
mod tests {
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
            let text = format!(
                r#"{{"kinesis":{{"kinesisStreamName":"stream","maxLogAgeSeconds":{age}}}}}"#
            );
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
            (r#"{"apiKey":12345}"#, "`apiKey` must be a text"),
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
}
