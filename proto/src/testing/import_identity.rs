//! Terraform's own checks of the identity in an `import` block.

use crate::diagnostic::Diagnostic;
use crate::diagnostics::Diagnostics;
use crate::path::Path;
use crate::value::Value;

/// What Terraform refuses before the provider sees it.
pub(super) fn identity_faults(identity: &Value, required: &[String]) -> Diagnostics {
    let summary = "Invalid import identity argument";
    if !identity.is_wholly_known() {
        let detail = "Terraform can import only with values that are known when it plans.";
        return Diagnostic::error(summary).detail(detail).into();
    }
    let missing = required
        .iter()
        .filter(|name| identity.entry(name).is_null());
    let missing = missing.map(|name| {
        let detail = format!("attribute {name:?} is required.");
        Diagnostic::error(summary)
            .detail(detail)
            .at(Path::root(name.as_str()))
    });
    missing.collect()
}
