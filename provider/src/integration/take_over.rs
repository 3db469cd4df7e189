//! A create whose function already exists.
//!
//! If an earlier create or destroy of this provider left it behind, this create continues with it,
//! once the lease of a create that may still be at work has run out. Any other function belongs to
//! somebody: the create refuses it unless it has no claim and the user lets the provider adopt it.

use std::time::Duration;

use tfplugin::{Call, Diagnostic, Path, Result};

use super::model::IntegrationModel;
use super::owner::{already_there, may_take_over};
use super::tags;
use crate::aws::lambda::Function;
use crate::aws::ownership::{Claimant, Lease, Lifecycle, Ownership, inherited, owner};
use crate::aws::retry::Deadline;
use crate::claimant;
use crate::client::Client;
use crate::value_at_apply::value_at_apply;

/// The function, taken over with this resource's claim. `None`: it has been deleted meanwhile.
pub(super) async fn take_over(
    call: &mut Call<Client>,
    mut existing: Function,
    planned: &IntegrationModel,
    deadline: &Deadline,
) -> Result<Option<Function>> {
    let claimant = claimant::of(&mut call.private);
    let adopt = planned.adopt_existing_function.known() == Some(&true);
    let client = call.client.clone();
    let functions = client.session().functions();
    let name = existing.arn.name.clone();
    loop {
        if !may_take_over(&existing.tags, &claimant, adopt) {
            return Err(already_there(&existing.arn, &existing.tags, planned).into());
        }
        match at_work(&existing, &claimant, functions.now()) {
            Some(left) => {
                tracing::info!(
                    function = %name,
                    seconds_left = left.as_secs(),
                    "waiting for another create of this function that is in progress"
                );
                let doing = format!("waiting for another create of function {name}");
                deadline.pause(Lease::LOOK.min(left), &doing).await?;
            }
            None => {
                let creating = Lifecycle::Creating(Lease::at(functions.now()));
                let place = planned.placement();
                let claims = inherited(&existing.tags, &claimant, place.distribution_id());
                functions
                    .set_lifecycle(&existing.arn, creating, claims, deadline)
                    .await?;
            }
        }
        let Some(found) = functions.read(&name, deadline).await? else {
            return Ok(None);
        };
        existing = found;
        // Two creates may have written at the same moment: the one that reads its own claim back
        // goes on.
        if owner(&existing.tags).as_ref() == Some(&claimant.own) {
            break;
        }
    }
    call.diagnostics.extend(forbidden_settings(&existing));
    functions
        .retag(
            &existing.arn,
            &tags::visible(&existing.tags, client.ignored_tags()),
            value_at_apply("tags_all", &planned.tags_all)?,
            deadline,
        )
        .await?;
    Ok(Some(existing))
}

/// How long the lease of another create is still valid.
fn at_work(existing: &Function, claimant: &Claimant, now: i64) -> Option<Duration> {
    match Ownership::of(&existing.tags) {
        Ownership::Ours(Lifecycle::Creating(lease))
            if owner(&existing.tags).as_ref() != Some(&claimant.own) =>
        {
            lease.left(now)
        }
        _ => None,
    }
}

/// The package does not need these settings, and CloudFront would refuse the version.
fn forbidden_settings(function: &Function) -> Option<Diagnostic> {
    let forbidden = &function.latest.forbidden;
    (!forbidden.is_empty()).then(|| {
        Diagnostic::warning(format!(
            "Function {} has settings that Lambda@Edge does not allow",
            function.arn.name
        ))
        .detail(format!(
            "  - {}\n\nThey are removed from $LATEST before a version is published. Versions that \
             were published before keep them.",
            forbidden.join("\n  - ")
        ))
        .at(Path::root("name"))
    })
}
