//! [`Refusal`]: why an operation was refused.

use std::fmt;

use super::rules::Fault;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Diagnostics;
use crate::path::Path;

/// The errors that Terraform would print instead of going on: the provider's, or Terraform's own
/// about the provider. `Debug` prints the same, so a failed `unwrap` and a test that returns it are
/// readable.
pub struct Refusal {
    doing: String,
    diagnostics: Diagnostics,
}

impl Refusal {
    /// Everything that was said, warnings included.
    pub fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// The summaries of the errors, in their order.
    pub fn errors(&self) -> Vec<&str> {
        let errors = self.diagnostics.iter().filter(|one| one.is_error());
        errors.map(Diagnostic::summary).collect()
    }

    /// Whether an error is about exactly that attribute.
    pub fn is_at(&self, path: &Path) -> bool {
        let mut errors = self.diagnostics.iter().filter(|one| one.is_error());
        errors.any(|error| error.path() == Some(path))
    }

    pub(super) fn new(doing: impl Into<String>, diagnostics: impl Into<Diagnostics>) -> Self {
        Self {
            doing: doing.into(),
            diagnostics: diagnostics.into(),
        }
    }

    /// Terraform's own error about the provider: one for all faults.
    pub(super) fn of_faults(
        doing: &str,
        summary: &str,
        explanation: &str,
        faults: &[Fault],
    ) -> Self {
        let diagnostics = faults.iter().map(|Fault { path, what }| {
            let diagnostic = Diagnostic::error(summary);
            if path.steps().is_empty() {
                return diagnostic.detail(format!("{explanation}: {what}."));
            }
            diagnostic
                .detail(format!("{explanation}: {path}: {what}."))
                .at(path.clone())
        });
        Self::new(doing, diagnostics.collect::<Diagnostics>())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:", self.doing)?;
        for diagnostic in &self.diagnostics {
            let severity = if diagnostic.is_error() {
                "Error"
            } else {
                "Warning"
            };
            write!(out, "\n\n  {severity}: {}", diagnostic.summary())?;
            if let Some(path) = diagnostic.path().filter(|path| !path.steps().is_empty()) {
                write!(out, "\n    at {path}")?;
            }
            for line in diagnostic.detail_text().lines() {
                write!(out, "\n    {line}")?;
            }
        }
        Ok(())
    }
}

/// The same as [`Display`](fmt::Display), for `unwrap` and for tests that return a `Result`.
impl fmt::Debug for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{self}")
    }
}

impl std::error::Error for Refusal {}
