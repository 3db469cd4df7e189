//! [`serve`]: a provider process from start to end.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::ending::{ignore_the_terminal, parent_gone, termination};
use super::environment::Environment;
use super::handshake_line::{announce, handshake_line};
use super::listener::Listener;
use super::panic_hook;
use super::reattach::{instructions, reattach_value};
use super::serving::serving;
#[cfg(unix)]
use super::stale::{STARTING, remove_stale};
use super::tls::TlsIdentity;
use crate::declaration_faults::DeclarationFaults;
use crate::log;
use crate::names::{address_fault, version_fault};
use crate::provider::Provider;
use crate::serve_error::ServeError;
use crate::service::{Declared, Server};

/// How long a change in progress may go on without anybody waiting for it, before it is asked to
/// stop.
const ORPHAN_GRACE: Duration = Duration::from_secs(60);

/// How long a call may take to stop.
const STOP_GRACE: Duration = Duration::from_secs(30);

const SIGNALS: &str = "cannot install signal handlers";

/// How the provider presents itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServeOptions {
    /// The registry address, `"registry.terraform.io/netacea/netacea"`.
    pub address: String,
    /// The provider's version, `"0.1.0"`.
    pub version: String,
    /// Serve for a debugger: without TLS, until interrupted, and print what Terraform needs to
    /// attach.
    pub debug: bool,
}

impl ServeOptions {
    /// A provider of that address and version, served to Terraform.
    pub fn new(address: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            version: version.into(),
            debug: false,
        }
    }

    /// Served for a debugger, if `debug`.
    pub fn debug(mut self, debug: bool) -> Self {
        self.debug = debug;
        self
    }
}

/// Serves the provider to the Terraform that started this process, until Terraform asks it to end.
///
/// A provider that declares what Terraform would refuse is served to Terraform all the same: it
/// answers every call with what is wrong, which Terraform shows. See
/// [`check_declarations`](crate::check_declarations).
///
/// # Errors
/// If the process was not started by Terraform, with what Terraform would refuse in the
/// declarations, if there is something; or if nothing can be served. Print the error on stderr and
/// exit with a status other than 0.
pub async fn serve<P: Provider>(provider: P, options: ServeOptions) -> Result<(), ServeError> {
    let variable = |name: &str| std::env::var(name).ok();
    log::start::<P>(P::NAME, &options.address, variable);
    let environment = Environment::read(variable)?;
    panic_hook::install();
    let provider = checked(provider, &options);
    if !environment.cookie {
        // A person reads this.
        if let Err(faults) = provider {
            return Err(DeclarationFaults::clone(&faults).into());
        }
        if !options.debug {
            return Err(ServeError::NotStartedByTerraform);
        }
    }
    let listener = Arc::new(Listener::bind(&environment).await?);
    let shutdown = CancellationToken::new();
    tracing::debug!(version = options.version, "provider starts");
    let served = if options.debug {
        attached(provider, listener, shutdown, &options.address).await
    } else {
        started(provider, listener, shutdown, &environment).await
    };
    tracing::debug!("provider ends");
    served
}

/// The provider, unless it declares what Terraform would refuse.
fn checked<P: Provider>(provider: P, options: &ServeOptions) -> Declared<P> {
    let mut faults = Vec::from_iter(address_fault(&options.address));
    faults.extend(version_fault(&options.version));
    match Server::new(provider) {
        Ok(server) => DeclarationFaults::none_of(faults).map(|()| Arc::new(server)),
        Err(found) => Err(found.after(faults)),
    }
    .map_err(Arc::new)
}

/// Serves the Terraform that started this process.
async fn started<P: Provider>(
    provider: Declared<P>,
    listener: Arc<Listener>,
    shutdown: CancellationToken,
    environment: &Environment,
) -> Result<(), ServeError> {
    let identity = environment
        .client_certificate
        .as_deref()
        .map(TlsIdentity::new)
        .transpose()?;
    let line = handshake_line(
        &listener.address()?,
        identity
            .as_ref()
            .map(|identity| identity.certificate.as_slice()),
    );
    // Before Terraform can know about us, so that neither a signal nor its death goes unnoticed.
    ignore_the_terminal().map_err(ServeError::io(SIGNALS))?;
    let termination = termination().map_err(ServeError::io(SIGNALS))?;
    let orphaned = parent_gone();
    let server = provider.as_ref().ok().map(Arc::clone);
    let ending = tokio::spawn(ending(server, orphaned, termination, shutdown.clone()));
    announce(&mut std::io::stdout().lock(), &line)
        .map_err(ServeError::io("cannot write the handshake line"))?;
    #[cfg(unix)]
    tokio::spawn(tidying(Arc::clone(&listener)));
    let served = serving(
        provider,
        listener,
        identity.map(|identity| identity.acceptor),
        shutdown,
    )
    .await;
    ending.abort();
    served
}

/// Cleans up after others, once Terraform has its answer.
#[cfg(unix)]
async fn tidying(listener: Arc<Listener>) {
    if let Some(neighborhood) = listener.neighborhood() {
        remove_stale(neighborhood, STARTING).await;
    }
}

/// Serves whichever Terraform a person attaches, until that person has enough.
async fn attached<P: Provider>(
    provider: Declared<P>,
    listener: Arc<Listener>,
    shutdown: CancellationToken,
    provider_address: &str,
) -> Result<(), ServeError> {
    let value = reattach_value(provider_address, &listener.address()?);
    announce(&mut std::io::stdout().lock(), &instructions(&value))
        .map_err(ServeError::io("cannot write the instructions"))?;
    let termination = termination().map_err(ServeError::io(SIGNALS))?;
    let ended = shutdown.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = termination => {}
        }
        ended.cancel();
    });
    serving(provider, listener, None, shutdown).await
}

/// Ends the process without Terraform's request: when Terraform has died, or the system asks for
/// it. A change in progress is brought to an end first, since it is real whether or not somebody
/// waits for it.
async fn ending<P: Provider>(
    server: Option<Arc<Server<P>>>,
    orphaned: impl Future<Output = ()>,
    termination: impl Future<Output = ()>,
    shutdown: CancellationToken,
) {
    let grace = tokio::select! {
        () = orphaned => ORPHAN_GRACE,
        () = termination => Duration::ZERO,
    };
    if let Some(server) = server {
        let calls = server.calls();
        calls.close();
        if tokio::time::timeout(grace, calls.wait()).await.is_err() {
            server.stop_calls();
            // Whatever has not stopped by then is cut off.
            let _ = tokio::time::timeout(STOP_GRACE, calls.wait()).await;
        }
    }
    shutdown.cancel();
}
