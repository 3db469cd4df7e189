//! The `timeouts` block.

use std::time::Duration;

use tfplugin::Limits;

/// Limit of one read; its calls answer in seconds.
pub(crate) const READ_LIMIT: Duration = Duration::from_secs(300);

/// How long each operation may take, waiting for CloudFront included.
pub(crate) type Timeouts = tfplugin::Timeouts<Deployments>;

/// CloudFront deploys in minutes, and forgets replicas in hours.
#[derive(Debug)]
pub(crate) struct Deployments;

impl Limits for Deployments {
    const CREATE: Option<Duration> = Some(Duration::from_mins(60));
    const UPDATE: Option<Duration> = Some(Duration::from_mins(60));
    const DELETE: Option<Duration> = Some(Duration::from_mins(30));
}
