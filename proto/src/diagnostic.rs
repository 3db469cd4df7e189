//! [`Diagnostic`]: an error or warning for the person who runs Terraform.

use crate::path::Path;

/// One error or warning, shown by Terraform at the attribute it is about.
///
/// A good diagnostic says what failed in the summary, and the cause and the next step in the
/// detail. Never put a secret into either: sensitive marks do not reach diagnostics.
///
/// ```
/// use tfplugin::{Diagnostic, Path};
/// let diagnostic = Diagnostic::error("Unknown cache behavior")
///     .detail("The distribution has no behavior \"/old/*\". Remove it or correct the pattern.")
///     .at(Path::root("distribution").attribute("behaviors").index(0));
/// assert!(diagnostic.is_error());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Diagnostic {
    severity: Severity,
    summary: String,
    detail: String,
    path: Option<Path>,
}

/// Whether Terraform stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    Error,
    Warning,
}

impl Diagnostic {
    /// Something failed; Terraform stops this resource.
    pub fn error(summary: impl Into<String>) -> Self {
        Self::new(Severity::Error, summary.into())
    }

    /// Something is worth knowing; Terraform goes on.
    pub fn warning(summary: impl Into<String>) -> Self {
        Self::new(Severity::Warning, summary.into())
    }

    /// Cause and next step, in full sentences.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The attribute it is about.
    pub fn at(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }

    /// The same diagnostic inside an object: its path now begins with the object's path.
    pub fn inside(mut self, object: &Path) -> Self {
        let rest = self.path.unwrap_or_default();
        self.path = Some(object.clone().join(rest));
        self
    }

    /// Whether it is an error rather than a warning.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The summary line.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The detail text; empty if there is none.
    pub fn detail_text(&self) -> &str {
        &self.detail
    }

    /// The attribute it is about, if it is about one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_ref()
    }

    pub(crate) fn severity(&self) -> Severity {
        self.severity
    }

    fn new(severity: Severity, summary: String) -> Self {
        Self {
            severity,
            summary,
            detail: String::new(),
            path: None,
        }
    }
}
