//! [`Call`] and [`Configure`]: what a call gets in addition to its own arguments.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::diagnostics::Diagnostics;
use crate::private::Private;

/// The surroundings of one call. `C` is the provider's client.
#[derive(Debug)]
pub struct Call<C> {
    /// What [`crate::Provider::configure`] made.
    pub client: Arc<C>,
    /// Cancelled when the user presses Ctrl-C or Terraform dies: stop waiting and return what there
    /// is.
    pub stop: CancellationToken,
    /// Warnings, and errors beside the one that is returned.
    pub diagnostics: Diagnostics,
    /// What a resource remembers beside its state, and an ephemeral one until it is closed.
    pub private: Private,
}

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
