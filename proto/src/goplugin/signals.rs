//! What signals mean to a provider.

use std::future::Future;
use std::io;

/// From now on neither Ctrl-C nor a closing terminal ends the process. Both are sent to the whole
/// process group; what the first means for a provider, Terraform says with a call, and after the
/// second Terraform is gone.
pub(super) fn ignore_the_terminal() -> io::Result<()> {
    // On Unix the handlers stay when their streams are dropped.
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let _ = signal(SignalKind::interrupt())?;
        let _ = signal(SignalKind::hangup())?;
    }
    // Windows ends the process at a key that nobody listens for, so somebody always does.
    #[cfg(windows)]
    {
        std::mem::forget(tokio::signal::windows::ctrl_c()?);
        std::mem::forget(tokio::signal::windows::ctrl_break()?);
    }
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
