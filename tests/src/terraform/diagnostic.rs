use serde::Deserialize;

/// An error or a warning, as commands with `-json` print it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Diagnostic {
    /// `error` or `warning`.
    pub severity: String,
    /// The headline.
    pub summary: String,
    /// What happened and what to do, in paragraphs.
    #[serde(default)]
    pub detail: String,
    /// The resource that it is about.
    #[serde(default)]
    pub address: Option<String>,
}

impl Diagnostic {
    /// Whether it stops the run.
    pub fn is_error(&self) -> bool {
        self.severity == "error"
    }
}
