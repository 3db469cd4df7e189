//! Noticing that Terraform is gone: go-plugin has no way to tell, and an orphan would run for ever.

use std::time::Duration;

/// How often to look.
const INTERVAL: Duration = Duration::from_secs(1);

/// Returns when the process that started this one has ended.
#[cfg(unix)]
pub(super) async fn parent_gone() {
    use std::os::unix::process::parent_id;
    // Compared with the first, not with 1: Terraform may itself be a container's process 1.
    let first = parent_id();
    while parent_id() == first {
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Windows gives orphans no new parent, so there is nothing to see; the host ends them with its job
/// object.
#[cfg(not(unix))]
pub(super) async fn parent_gone() {
    let _ = INTERVAL;
    std::future::pending().await
}
