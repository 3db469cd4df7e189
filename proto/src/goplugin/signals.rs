//! What signals mean to a provider.

use std::future::Future;
use std::io;

/// From now on Ctrl-C does not end the process. A terminal sends it to the whole process group; what it means for a
/// provider, Terraform says with a call.
pub(super) fn ignore_interrupts() -> io::Result<()> {
    // The handler stays when its stream is dropped.
    #[cfg(unix)]
    let _ = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    #[cfg(windows)]
    let _ = tokio::signal::windows::ctrl_c()?;
    Ok(())
}

/// Resolves when the system asks the process to end; counts from this call on.
#[cfg(unix)]
pub(super) fn termination() -> io::Result<impl Future<Output = ()> + Send> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        terminate.recv().await;
    })
}

/// Windows ends processes without asking.
#[cfg(not(unix))]
pub(super) fn termination() -> io::Result<impl Future<Output = ()> + Send> {
    Ok(std::future::pending())
}
