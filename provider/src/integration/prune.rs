//! The end of an apply: deletes old versions that nobody uses any more.

use std::collections::BTreeSet;

use tfplugin::Call;

use super::model::IntegrationModel;
use crate::aws::arn::QualifiedArn;
use crate::aws::retry::Deadline;
use crate::aws::version::Version;
use crate::client::Client;

/// Deletes old versions beyond those that are retained. The version before this apply stays in any
/// case: other distributions may move away from it only after this resource has been applied.
pub(super) async fn prune(
    call: &mut Call<Client>,
    prior: &IntegrationModel,
    planned: &IntegrationModel,
    published: &QualifiedArn,
    deadline: &Deadline,
) {
    let former = prior.version.known().copied();
    let protected: BTreeSet<Version> = former.into_iter().chain([published.version]).collect();
    // The schema has checked the range; 0 keeps all.
    let keep = planned
        .retained_versions
        .known()
        .map_or(0, |count| u32::try_from(*count).unwrap_or(u32::MAX));
    let functions = call.client.session().functions();
    let pruned = functions
        .prune(&published.function.name, keep, &protected, deadline)
        .await;
    let numbers = |versions: &[Version]| {
        versions
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    tracing::info!(
        deleted = numbers(&pruned.deleted),
        still_replicated = numbers(&pruned.replicated),
        "old versions were pruned"
    );
    call.diagnostics
        .extend(pruned.failure.map(|error| error.warning()));
}
