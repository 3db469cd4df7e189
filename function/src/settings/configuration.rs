//! The whole content of `NetaceaConfig.json`: settings and secrets.

use super::document::Document;
use super::protection::Settings;
use super::reader::{ConfigurationFile, SettingsError, Warning};
use super::secrets::Secrets;
use super::validate::{Rules, Violation};

/// Settings and secrets together: the content of `NetaceaConfig.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// What may be shown.
    pub settings: Settings,
    /// What may not.
    pub secrets: Secrets,
}

impl Configuration {
    /// The file in the vendor's layout, with every default written out and keys in a fixed order.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let Self { settings, secrets } = self;
        let mut document = Document::default();
        settings.write(&mut document);
        secrets.write(&mut document);
        document.to_json()
    }

    /// Reads a file of this plugin or of the vendor's: aliases are accepted, an empty string counts
    /// as absent, and all unknown keys together give one warning. The result still has to pass
    /// [`Configuration::validate`].
    ///
    /// # Errors
    /// [`SettingsError`] when the bytes are not a JSON object, or when a known key holds a value of
    /// another type.
    pub fn from_json(bytes: &[u8]) -> Result<(Self, Vec<Warning>), SettingsError> {
        // Windows editors begin a file with a byte order mark.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut file = ConfigurationFile::new(bytes)?;
        let configuration = Self {
            settings: Settings::read(&mut file),
            secrets: Secrets::read(&mut file),
        };
        let mut warnings = file.finish()?;
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

    /// Checks every rule. Empty means valid.
    #[must_use]
    pub fn validate(&self) -> Vec<Violation> {
        let Self { settings, secrets } = self;
        let mut rules = Rules::default();
        if cfg!(not(target_family = "wasm")) {
            // Terraform has checked these at plan; in the function they would slow down every cold
            // start. The function checks only what it could not work without.
            settings.check(&mut rules);
        }
        secrets.check(settings, &mut rules);
        rules.violations
    }
}
