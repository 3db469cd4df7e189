use core::fmt;

/// A rule that a configuration breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where, in the spelling of the Terraform resource, for example `["settings", "protector",
    /// "url"]`.
    pub field: Vec<&'static str>,
    /// What is wrong and what is expected. Never contains a secret.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.field.iter().enumerate() {
            f.write_str(if index > 0 { "." } else { "" })?;
            f.write_str(name)?;
        }
        f.write_str(if self.field.is_empty() { "" } else { ": " })?;
        f.write_str(&self.message)
    }
}
