//! [`ServeError`]: why the provider does not serve.

use crate::declaration_faults::DeclarationFaults;

/// Why [`crate::serve`] gave up. The text is for whoever started the process.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Somebody ran the binary by hand.
    #[error(
        "this program is a Terraform provider: do not run it directly, Terraform starts it. To \
         attach a debugger, run it with -debug."
    )]
    NotStartedByTerraform,
    /// The provider's author has to fix the declarations.
    #[error(transparent)]
    Declarations(#[from] DeclarationFaults),
    /// The environment that Terraform set makes no sense.
    #[error("the plugin environment is malformed: {0}")]
    Environment(String),
    /// No certificate for the connection to Terraform.
    #[error("cannot create the TLS identity: {0}")]
    Tls(String),
    /// No place to listen, or no way to tell Terraform about it.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The connection to Terraform failed.
    #[error("serving failed: {0}")]
    Transport(#[from] tonic::transport::Error),
}

impl ServeError {
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }
}
