//! Errors that are the provider's own fault, not the user's.

use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;
use crate::engine::Difference;
use crate::path::Path;

/// An error for every one of the differences; `Ok` if there are none.
pub(crate) fn refused(differences: Vec<Difference>, summary: &str) -> Result<()> {
    if differences.is_empty() {
        return Ok(());
    }
    let found = differences.into_iter();
    Err(found
        .map(|found| explained(summary, &found.text).at(found.path))
        .collect())
}

pub(crate) fn bug(summary: &str) -> Diagnostic {
    Diagnostic::error(summary).detail(REPORT)
}

/// A bug, and what exactly it is: a full sentence.
pub(crate) fn explained(summary: &str, what: &str) -> Diagnostic {
    Diagnostic::error(summary).detail(format!("{what} {REPORT}"))
}

/// A value that is not known where it has to be. Terraform names no path at what is computed, so
/// the text does.
pub(crate) fn unknown(summary: &str, path: Path) -> Diagnostic {
    explained(summary, &format!("`{path}` is not known.")).at(path)
}

const REPORT: &str = "This is a bug in the provider; please report it.";
