//! State as an older or the same version of the provider left it.

use super::convert::unreadable;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;
use crate::value::{Type, Value, json};
use crate::wire;

/// Reads the state file's form. Terraform asks for this before every plan, mostly at the version it
/// already has.
pub(super) fn upgraded(
    raw: Option<wire::RawState>,
    written_at: i64,
    version: i64,
    of: &Type,
) -> Result<Value> {
    if written_at > version {
        return Err(Diagnostic::error("The state was written by a newer version of the provider")
            .detail(format!(
                "Its layout has version {written_at}; this provider knows layouts up to {version}. \
                 Use the newer provider version."
            ))
            .into());
    }
    let raw = raw.unwrap_or_default();
    if raw.json.is_empty() {
        return Err(Diagnostic::error("The state has a form that this provider cannot read")
            .detail("It was written by Terraform 0.11 or older. Apply once with Terraform 0.12 to convert it.")
            .into());
    }
    json::decode(&raw.json, of)
        .map_err(|error| unreadable("The state does not fit the provider's schema", &error))
}
