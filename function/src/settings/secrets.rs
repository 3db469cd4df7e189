//! The secrets: credentials and keys, in the same file as the settings and never shown.

use core::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroize;

use super::document::Document;
use super::ingest::IngestKind;
use super::protection::Settings;
use super::reader::ConfigurationFile;
use super::session::SessionFormat;
use super::validate::Rules;

/// Everything that must never be shown: wiped from memory on drop, and absent from `Debug`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// Credential of every Netacea call; required. JSON key `apiKey`.
    pub api_key: Option<String>,
    /// Key of the session cookie's signature; required in all modes. JSON key `secretKey`.
    pub secret_key: Option<String>,
    /// Key that encrypts both cookies: base64url text of 32 bytes. JSON key `cookieEncryptionKey`.
    pub cookie_encryption_key: Option<String>,
    /// The customer's own captcha secret key. JSON key `captchaSecretKey`.
    pub captcha_secret_key: Option<String>,
    /// JSON key `kinesis.kinesisAccessKey`.
    pub kinesis_access_key: Option<String>,
    /// JSON key `kinesis.kinesisSecretKey`.
    pub kinesis_secret_key: Option<String>,
}

impl Secrets {
    pub(super) fn read(file: &mut ConfigurationFile) -> Self {
        let secrets = Self {
            api_key: file.optional_string("apiKey"),
            secret_key: file.optional_string("secretKey"),
            cookie_encryption_key: file.optional_string("cookieEncryptionKey"),
            captcha_secret_key: file.optional_string("captchaSecretKey"),
            kinesis_access_key: {
                let alias = file.optional_string("KinesisAccessKey");
                in_kinesis_or_outside(file, "kinesisAccessKey").or(alias)
            },
            kinesis_secret_key: in_kinesis_or_outside(file, "kinesisSecretKey"),
        };
        if file.optional_string("secretsManagerSecretId").is_some() {
            let message = "is not used; set the secrets themselves";
            file.warn("secretsManagerSecretId", message);
        }
        secrets
    }

    pub(super) fn write<'a>(&'a self, document: &mut Document<'a>) {
        let Self {
            api_key,
            secret_key,
            cookie_encryption_key,
            captcha_secret_key,
            kinesis_access_key,
            kinesis_secret_key,
        } = self;
        document.put("apiKey", api_key);
        document.put("secretKey", secret_key);
        document.put("cookieEncryptionKey", cookie_encryption_key);
        document.put("captchaSecretKey", captcha_secret_key);
        document.section("kinesis", |document| {
            document.put("kinesisAccessKey", kinesis_access_key);
            document.put("kinesisSecretKey", kinesis_secret_key);
        });
    }

    pub(super) fn check(&self, settings: &Settings, rules: &mut Rules) {
        let Self {
            api_key,
            secret_key,
            cookie_encryption_key,
            captcha_secret_key,
            kinesis_access_key,
            kinesis_secret_key,
        } = self;
        secret(api_key, true, "secrets.api_key", rules);
        let message = "is required for every mitigation type; session cookies of format `V1` are signed with it";
        let secret_key = secret_key.as_deref().unwrap_or_default();
        rules.require(!secret_key.is_empty(), "secrets.secret_key", message);
        let field = "secrets.captcha_secret_key";
        secret(captcha_secret_key, false, field, rules);
        let kinesis = settings.ingest.kind == IngestKind::Kinesis;
        let message = "is required for ingest type `KINESIS`";
        let holds = !kinesis || settings.ingest.kinesis.is_some();
        rules.require(holds, "settings.ingest.kinesis", message);
        let field = "secrets.kinesis_access_key";
        secret(kinesis_access_key, kinesis, field, rules);
        let field = "secrets.kinesis_secret_key";
        secret(kinesis_secret_key, kinesis, field, rules);
        if let Some(key) = cookie_encryption_key {
            let message = "must be exactly 32 bytes in base64url";
            let holds = encryption_key(key).is_some();
            rules.require(holds, "secrets.cookie_encryption_key", message);
        }
        let holds = settings.session.format != SessionFormat::V3 || cookie_encryption_key.is_some();
        let message = "`V3` is not signed, so it requires the secret `cookie_encryption_key`";
        rules.require(holds, "settings.session.format", message);
    }

    /// Names of the secrets that are set, never their values.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let Self {
            api_key,
            secret_key,
            cookie_encryption_key,
            captcha_secret_key,
            kinesis_access_key,
            kinesis_secret_key,
        } = self;
        let secrets = [
            ("api_key", api_key),
            ("secret_key", secret_key),
            ("cookie_encryption_key", cookie_encryption_key),
            ("captcha_secret_key", captcha_secret_key),
            ("kinesis_access_key", kinesis_access_key),
            ("kinesis_secret_key", kinesis_secret_key),
        ];
        secrets
            .into_iter()
            .filter(|(_, value)| value.is_some())
            .map(|(name, _)| name)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets ")?;
        f.debug_set().entries(self.names()).finish()
    }
}

impl Drop for Secrets {
    fn drop(&mut self) {
        let Self {
            api_key,
            secret_key,
            cookie_encryption_key,
            captcha_secret_key,
            kinesis_access_key,
            kinesis_secret_key,
        } = self;
        for secret in [
            api_key,
            secret_key,
            cookie_encryption_key,
            captcha_secret_key,
            kinesis_access_key,
            kinesis_secret_key,
        ] {
            secret.zeroize();
        }
    }
}

/// Credentials of the stream are next to its settings, or at the top level of a file of January
/// 2021.
fn in_kinesis_or_outside(file: &mut ConfigurationFile, key: &str) -> Option<String> {
    let outside = file.optional_string(key);
    file.section("kinesis", |file| file.optional_string(key))
        .or(outside)
}

/// Checks a secret without showing it: it is sent in headers, so characters that cannot be there
/// are refused.
fn secret(secret: &Option<String>, required: bool, field: &'static str, rules: &mut Rules) {
    match secret {
        None => rules.require(!required, field, "is required"),
        Some(secret) => {
            rules.require(!secret.is_empty(), field, "must not be empty");
            rules.header_value(secret, field);
        }
    }
}

/// Decodes `cookieEncryptionKey`: base64url of 32 bytes; the standard alphabet and padding are
/// accepted too (protocol section 6).
pub fn encryption_key(text: &str) -> Option<[u8; 32]> {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = if text.contains(['+', '/']) {
        &alphabet::STANDARD
    } else {
        &alphabet::URL_SAFE
    };
    GeneralPurpose::new(alphabet, CONFIG)
        .decode(text)
        .ok()?
        .try_into()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::Secrets;

    #[test]
    fn debug_names_what_is_set_and_shows_no_value() {
        let mut secrets = Secrets::default();
        secrets.api_key = Some("hush".to_owned());
        let text = format!("{secrets:?}");
        assert_eq!(text, r#"Secrets {"api_key"}"#);
    }
}
