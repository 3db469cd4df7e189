//! [`serve`]: the provider process from start to end.

use crate::provider::Provider;
use crate::serve_error::ServeError;

/// How the provider presents itself.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// The registry address, `"registry.terraform.io/netacea/netacea"`.
    pub address: String,
    /// The provider's version, `"0.1.0"`.
    pub version: String,
    /// Serve for a debugger: without TLS, until interrupted, and print what Terraform needs to
    /// attach.
    pub debug: bool,
}

/// Serves the provider to the Terraform that started this process, until Terraform asks it to end.
///
/// # Errors
/// If the process was not started by Terraform, if the declarations would be refused by Terraform,
/// or if nothing can be served. Print the error on stderr and exit with a status other than 0.
pub async fn serve<P: Provider>(provider: P, options: ServeOptions) -> Result<(), ServeError> {
    crate::goplugin::serve(provider, options).await
}
