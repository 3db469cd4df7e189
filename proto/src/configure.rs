//! [`Configure`]: what the provider's configuration call gets.

use tokio_util::sync::CancellationToken;

use crate::diagnostics::Diagnostics;

/// The surroundings of [`crate::Provider::configure`].
#[derive(Debug)]
pub struct Configure {
    /// Terraform's own version, `"1.11.4"`: for the user agent.
    pub terraform_version: String,
    /// Cancelled when the user presses Ctrl-C.
    pub stop: CancellationToken,
    /// Warnings, and errors beside the one that is returned.
    pub diagnostics: Diagnostics,
}
