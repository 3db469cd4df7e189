use super::{Secrets, Settings, SettingsError, Violation, Warning, document, reader, validate};

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
        document::write(&self.settings, Some(&self.secrets))
    }

    /// Reads a file of this plugin or of the vendor's: aliases are accepted, an empty text counts
    /// as absent, and all unknown keys together give one warning. The result still has to pass
    /// [`Configuration::validate`].
    ///
    /// # Errors
    /// [`SettingsError`] when the bytes are no JSON object, or when a known key holds a value of
    /// another type.
    pub fn from_json(bytes: &[u8]) -> Result<(Self, Vec<Warning>), SettingsError> {
        reader::read(bytes)
    }

    /// Checks every rule. Empty means valid.
    #[must_use]
    pub fn validate(&self) -> Vec<Violation> {
        validate::configuration(self)
    }
}
