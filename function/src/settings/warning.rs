use core::fmt;

/// Something in a configuration file that is accepted but deserves a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Key in the file, for example `kinesis.kinesisStreamName`; empty when the warning is about
    /// several.
    pub key: String,
    /// What was found and what becomes of it. Never contains a value.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.key, self.message)
        }
    }
}
