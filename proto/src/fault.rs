//! Errors that are the provider's own fault, not the user's.

use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;
use crate::path::Path;

/// An error for every one of the paths; `Ok` if there are none.
pub(crate) fn refused(paths: &[Path], summary: &str) -> Result<()> {
    if paths.is_empty() {
        return Ok(());
    }
    Err(paths
        .iter()
        .map(|path| bug(summary).at(path.clone()))
        .collect())
}

pub(crate) fn bug(summary: &str) -> Diagnostic {
    Diagnostic::error(summary).detail("This is a bug in the provider; please report it.")
}
