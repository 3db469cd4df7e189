//! State that an older version of the provider, or the same one, has written.

use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;
use crate::raw_state::RawState;
use crate::wire;

/// What was written at version `written_at`, if a provider at version `version` can understand it.
/// `what` is the state or the identity.
pub(super) fn readable(
    raw: Option<wire::RawState>,
    what: &str,
    written_at: i64,
    version: i64,
) -> Result<RawState> {
    if written_at > version {
        return Err(Diagnostic::error(format!(
            "The {what} was written by a newer version of the provider"
        ))
        .detail(format!(
            "Its layout has version {written_at}; this provider knows layouts up to {version}. \
             Use the newer provider version."
        ))
        .into());
    }
    raw_state(raw, what)
}

pub(super) fn raw_state(raw: Option<wire::RawState>, what: &str) -> Result<RawState> {
    let raw = raw.unwrap_or_default();
    if raw.json.is_empty() {
        return Err(Diagnostic::error(format!("The {what} has a form that this provider cannot read"))
            .detail("It was written by Terraform 0.11 or older. Remove the object from the state, and import it again.")
            .into());
    }
    Ok(RawState::from_json(raw.json))
}
