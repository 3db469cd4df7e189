//! `depends_on_distribution_changes`: an apply waits until the owner's change, which comes earlier
//! in the same apply, can be seen.
//!
//! Terraform orders the two, but CloudFront may answer with an older configuration for a moment,
//! and the owner's tool may return before it is done.

use std::time::{Duration, Instant};

use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::aws::splice::{Change, Conflict, splice};
use crate::client::Client;

/// How long an apply waits for the change.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_secs(2);

/// Waits until the distribution shows the owner's change, or until the time is up: then the update
/// itself says what is still in the way.
pub(super) async fn await_changes(
    client: &Client,
    id: &str,
    change: &Change,
    deadline: &Deadline,
) -> Result<(), Error> {
    let distributions = client.session().distributions();
    // The update, which says what is in the way, needs time of its own.
    let longest = LONGEST_WAIT.min(deadline.remaining() / 2);
    let started = Instant::now();
    while let Some(document) = distributions.read(id, deadline).await? {
        let conflicts = splice(&document, change).err().unwrap_or_default();
        let waited = started.elapsed();
        if !conflicts.iter().any(Conflict::may_pass) || waited >= longest {
            break;
        }
        let findings: Vec<String> = conflicts.iter().map(Conflict::fact).collect();
        tracing::info!(
            distribution = %id,
            seconds = waited.as_secs(),
            because = findings.join("; "),
            "waiting for the distribution to change"
        );
        let doing = format!("waiting for a change of distribution {id}");
        deadline.pause(PAUSE, &doing).await?;
    }
    Ok(())
}
