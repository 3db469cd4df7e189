//! [`Attached`]: a provider in the process of a test that Terraform attaches to.

use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use tokio_util::sync::CancellationToken;

use super::environment::Environment;
use super::listener::Listener;
use super::reattach::reattach_value;
use super::serving::serving;
use crate::provider::Provider;
use crate::serve_error::ServeError;
use crate::service::Server;

/// A provider that a real Terraform may attach to while this lives: for tests that run `terraform`
/// on a provider whose other end they hold.
///
/// ```no_run
/// # use tfplugin::{Provider, ServeError};
/// # fn test(provider: impl Provider) -> Result<(), ServeError> {
/// let attached = tfplugin::testing::Attached::serve(provider, "registry.terraform.io/acme/acme")?;
/// let plan = std::process::Command::new("terraform")
///     .arg("plan")
///     .env("TF_REATTACH_PROVIDERS", attached.variable())
///     .status();
/// # Ok(())
/// # }
/// ```
///
/// No `terraform init` is needed for an attached provider. Several are attached by one variable:
/// its value is a JSON object with an entry for each.
#[derive(Debug)]
pub struct Attached {
    variable: String,
    shutdown: CancellationToken,
    serving: Option<JoinHandle<()>>,
}

impl Attached {
    /// Serves the provider under its registry address, in a thread of its own.
    ///
    /// # Errors
    /// The provider declares what Terraform would refuse, or there is no place to listen.
    pub fn serve<P: Provider>(provider: P, address: &str) -> Result<Self, ServeError> {
        let server = Server::new(provider)?;
        let shutdown = CancellationToken::new();
        let ended = shutdown.clone();
        let (announce, announced) = mpsc::sync_channel(1);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new();
            let served = runtime
                .map_err(ServeError::io(NO_RUNTIME))
                .and_then(|runtime| {
                    runtime.block_on(async {
                        let listener = Listener::bind(&Environment::read(|_| None)?).await?;
                        // Whoever is told waits for it.
                        let _ = announce.send(listener.address());
                        serving(Ok(Arc::new(server)), Arc::new(listener), None, ended).await
                    })
                });
            if let Err(error) = served {
                // If somebody still waits.
                let _ = announce.send(Err(error));
            }
        });
        let listening = announced.recv().map_err(|_| {
            ServeError::io(NO_RUNTIME)(std::io::Error::from(std::io::ErrorKind::BrokenPipe))
        })??;
        Ok(Self {
            variable: reattach_value(address, &listening),
            shutdown,
            serving: Some(thread),
        })
    }

    /// The value for the environment variable `TF_REATTACH_PROVIDERS`.
    pub fn variable(&self) -> &str {
        &self.variable
    }
}

/// Terraform cannot attach any more.
impl Drop for Attached {
    fn drop(&mut self) {
        self.shutdown.cancel();
        if let Some(serving) = self.serving.take() {
            // A panic there has been printed.
            let _ = serving.join();
        }
    }
}

const NO_RUNTIME: &str = "the serving thread cannot start its runtime";
