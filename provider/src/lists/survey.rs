//! What AWS knows: whose the functions are, and where they stand.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tfplugin::Result;

use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::distribution::Listed;
use crate::aws::retry::Deadline;
use crate::aws::session::AwsSession;

/// Longer than the largest account takes; Ctrl-C ends it earlier.
pub(super) const LIMIT: Duration = Duration::from_secs(1800);

/// The functions of this provider, in the order of their names.
pub(super) async fn ours(
    session: &AwsSession,
    deadline: &Deadline,
) -> Result<BTreeSet<FunctionArn>> {
    let functions = session.functions();
    let candidates = functions.list(deadline).await?;
    tracing::info!(
        functions = candidates.len(),
        "reading the tags of functions that this provider may manage"
    );
    let candidates = candidates.into_iter().collect();
    Ok(functions.managed(candidates, deadline).await?)
}

/// Every version that stands in a distribution, and in which ones.
pub(super) fn standing(listed: &[Listed]) -> BTreeMap<QualifiedArn, BTreeSet<&str>> {
    let mut standing: BTreeMap<QualifiedArn, BTreeSet<&str>> = BTreeMap::new();
    for distribution in listed {
        let held = distribution.behaviors.iter();
        let held = held.flat_map(|behavior| behavior.associations.values());
        for version in held.filter_map(|held| held.lambda_arn.parse().ok()) {
            let ids = standing.entry(version).or_default();
            ids.insert(distribution.id.as_str());
        }
    }
    standing
}
