//! What may end a provider from outside: signals, and the death of Terraform. go-plugin has no way
//! to tell of the latter, and an orphan would run forever.

use std::future::Future;
use std::io;
use std::time::Duration;

/// How often to look for Terraform.
const INTERVAL: Duration = Duration::from_secs(1);

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

/// Resolves when the process that started this one has ended; counts from this call on.
#[cfg(unix)]
pub(super) fn parent_gone() -> impl Future<Output = ()> + Send {
    use std::os::unix::process::parent_id;
    // Compared with the first, not with 1: Terraform may itself be a container's process 1.
    let first = parent_id();
    async move {
        while parent_id() == first {
            tokio::time::sleep(INTERVAL).await;
        }
    }
}

/// Windows gives orphans no new parent, so there is nothing to see; the host ends them with its job
/// object.
#[cfg(not(unix))]
pub(super) fn parent_gone() -> impl Future<Output = ()> + Send {
    let _ = INTERVAL;
    std::future::pending()
}
