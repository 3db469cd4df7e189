use core::fmt;

use zeroize::Zeroize;

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
    fn fields(&self) -> [(&'static str, &Option<String>); 6] {
        [
            ("api_key", &self.api_key),
            ("secret_key", &self.secret_key),
            ("cookie_encryption_key", &self.cookie_encryption_key),
            ("captcha_secret_key", &self.captcha_secret_key),
            ("kinesis_access_key", &self.kinesis_access_key),
            ("kinesis_secret_key", &self.kinesis_secret_key),
        ]
    }

    /// Names of the secrets that are set, never their values.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields()
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
        for secret in [
            &mut self.api_key,
            &mut self.secret_key,
            &mut self.cookie_encryption_key,
            &mut self.captcha_secret_key,
            &mut self.kinesis_access_key,
            &mut self.kinesis_secret_key,
        ] {
            secret.zeroize();
        }
    }
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
