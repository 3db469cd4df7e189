//! Destroy: leaves the slots, puts their former holders back if the user wants that, then removes
//! the function as far as CloudFront allows.
//!
//! CloudFront keeps replicas of a function for hours after it has left the last slot, and Lambda
//! does not delete it before they are gone. `on_destroy` chooses what to do then: wait and fail,
//! wait a little and warn, or leave the function. A function that stays is marked, so that a create
//! can adopt it; `remains.rs` says why it stays.

use std::collections::BTreeMap;
use std::time::Duration;

use tfplugin::{Attr, Call, Result};

use super::model::IntegrationModel;
use super::on_destroy::OnDestroy;
use super::owner;
use super::remains::Remains;
use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::lambda::Deletion;
use crate::aws::ownership::Lifecycle;
use crate::aws::retry::Deadline;
use crate::claimant;
use crate::client::Client;
use crate::placement::{await_deployment, give_up};

/// CloudFront removes its replicas within hours. `best_effort` keeps trying only as long as a
/// person would watch.
const BEST_EFFORT_PATIENCE: Duration = Duration::from_secs(120);
/// For finding out which distributions use the function when the patience is over.
const LAST_LOOK: Duration = Duration::from_secs(20);

/// Removes everything. After an error, `state` has what is left.
pub(crate) async fn delete(call: &mut Call<Client>, state: &mut IntegrationModel) -> Result<()> {
    let client = call.client.clone();
    let deadline = Deadline::after(state.timeouts.delete(), call.stop.clone());
    let Some(function) = state.function() else {
        return Ok(());
    };
    client.session().check_account(&function, &deadline).await?;

    claimant::recall_read(&mut call.private, &function.name);
    let deployment = give_up(call, &state.placement(), &deadline).await?;
    state.slots = Attr::Known(BTreeMap::new());
    state.displaced = Attr::Known(BTreeMap::new());
    // CloudFront may deploy for longer than the whole time limit: this leaves time for the
    // function.
    let waiting = deadline.leaving(BEST_EFFORT_PATIENCE);
    await_deployment(call, &state.wait_for_deployment, deployment, &waiting).await;

    let tags = client
        .session()
        .functions()
        .tags(&function, &deadline)
        .await?;
    let claimant = claimant::of(&mut call.private);
    if owner::is_anothers(&tags, &claimant) {
        call.diagnostics.push(owner::left_to_another(&function));
        return Ok(());
    }

    let insists = match state.on_destroy.known().copied().unwrap_or_default() {
        OnDestroy::Retain => return Ok(abandon(call, &function, &deadline).await?),
        OnDestroy::Delete => true,
        OnDestroy::BestEffort => false,
    };
    let patience = if insists {
        deadline.leaving(LAST_LOOK).remaining()
    } else {
        BEST_EFFORT_PATIENCE.min(deadline.remaining())
    };
    let placed = owner::placed_by_others(&client, &function, &tags, &claimant, &deadline).await;
    let removed = if placed.is_empty() {
        remove(&client, &function, patience, &deadline).await
    } else {
        Ok(Some(Remains::Placed {
            distribution_ids: placed,
        }))
    };
    let remains = match removed {
        Err(error @ Error::Timeout { .. }) if !insists => Some(Remains::Unfinished(error)),
        removed => removed?,
    };
    match remains {
        None => Ok(()),
        Some(remains) if insists => Err(remains.error(&function).into()),
        Some(remains) => {
            call.diagnostics.push(remains.warning(&function));
            // Without the mark, a create that finds the function says how to go on.
            if let Err(error) = abandon(call, &function, &deadline).await {
                call.diagnostics.push(error.warning());
            }
            Ok(())
        }
    }
}

/// Deletes the function, or says why it is still there. Replicas are waited for only while no
/// distribution is known to use the function: before that no wait would help.
async fn remove(
    client: &Client,
    function: &FunctionArn,
    patience: Duration,
    deadline: &Deadline,
) -> Result<Option<Remains>, Error> {
    let functions = client.session().functions();
    let distributions = client.session().distributions();
    let mut remains = None;
    for patience in [Duration::ZERO, patience] {
        let deletion = functions.delete(&function.name, patience, deadline).await?;
        let Deletion::Replicated { message } = deletion else {
            return Ok(None);
        };
        let standing = distributions.slots_of(function, deadline).await;
        let standing = standing.map(|found| {
            let found = found.into_iter();
            found
                .map(|(id, held)| (id, held.into_keys().collect()))
                .collect()
        });
        let found = Remains::of(message, standing);
        if matches!(found, Remains::InUse { .. }) {
            return Ok(Some(found));
        }
        remains = Some(found);
    }
    Ok(remains)
}

/// Marks a function that stays, so that a later create may take it over.
async fn abandon(
    call: &mut Call<Client>,
    function: &FunctionArn,
    deadline: &Deadline,
) -> Result<(), Error> {
    let functions = call.client.session().functions();
    functions
        .set_lifecycle(function, Lifecycle::Released, [], deadline)
        .await
}
