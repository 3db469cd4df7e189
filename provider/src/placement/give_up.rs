//! Destroy: leave the slots of a distribution, and put back what stood there.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Call, Result};

use super::model::Placement;
use super::outcome::accept;
use super::private_state;
use super::recall::Recalled;
use crate::aws::arn::FunctionArn;
use crate::aws::distribution::{Deployment, Mandate};
use crate::aws::error::Error;
use crate::aws::ownership::placer;
use crate::aws::retry::Deadline;
use crate::aws::slot::Slot;
use crate::aws::splice::{Change, Handover, Wish};
use crate::claimant;
use crate::client::Client;

/// Takes our function out of the distribution. A distribution that is gone is left.
pub(crate) async fn give_up(
    call: &mut Call<Client>,
    state: &Placement,
    deadline: &Deadline,
) -> Result<Option<Deployment>> {
    let (Some(id), Some(function)) = (state.distribution_id(), &state.function) else {
        return Ok(None);
    };
    let mut deployment = release(call, state, id, function, deadline).await?;
    // An update that was killed may have placed another function already.
    for other in state.holders() {
        if other != *function && is_placed_by_us(call, id, &other, deadline).await? {
            let left = release(call, state, id, &other, deadline).await?;
            deployment = left.or(deployment);
        }
    }
    Ok(deployment)
}

/// Whether this resource itself claims the pair of this function and the distribution.
async fn is_placed_by_us(
    call: &mut Call<Client>,
    id: &str,
    function: &FunctionArn,
    deadline: &Deadline,
) -> Result<bool> {
    let claimant = claimant::of(&mut call.private);
    let functions = call.client.session().functions();
    match functions.tags(function, deadline).await {
        Ok(tags) => {
            let placer = placer(&tags, id);
            Ok(placer.is_some_and(|placer| placer.claim == claimant.own))
        }
        // Whoever has written a claim may read it.
        Err(Error::Denied(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Takes a function out of the slots of the distribution. Where the pair of function and
/// distribution is this resource's by its claim, these are all its slots: those of an update that
/// was killed are in no state. Otherwise they are those that `state` speaks of. All slots are left
/// as they are when another resource has taken the pair over.
async fn release(
    call: &mut Call<Client>,
    state: &Placement,
    id: &String,
    function: &FunctionArn,
    deadline: &Deadline,
) -> Result<Option<Deployment>> {
    let client = call.client.clone();
    let (functions, distributions) = (
        client.session().functions(),
        client.session().distributions(),
    );
    let mandate = Mandate::of(claimant::of(&mut call.private));
    let tags = functions.tags(function, deadline).await?;
    let is_ours = mandate.claimant.places(&tags, id);
    if !is_ours && placer(&tags, id).is_some() {
        // This also holds while the other resource has only begun: nobody can claim a pair that
        // another resource still has.
        tracing::info!(
            distribution = %id,
            function = %function.name,
            "leaving slots to the resource that takes them over"
        );
        return Ok(None);
    }
    let document = distributions.read(id, deadline).await?;
    let held = match document {
        Some(document) if is_ours => document.slots_of(function).into_keys().collect(),
        Some(document) => state.held_in(&document, function),
        None => BTreeSet::new(),
    };
    if held.is_empty() {
        let given_up = distributions.withdraw_claim(id, function, &mandate).await;
        call.diagnostics
            .extend(given_up.err().map(|error| error.warning()));
        return Ok(None);
    }
    let mut originals = private_state::originals(&call.private, id);
    let recalled = Recalled::of(call, function, state, &held, &mut originals, deadline).await;
    let leave = |slot: Slot| {
        let restore = recalled.restored(state, &slot);
        (slot, Wish::Leave { restore })
    };
    let change = Change {
        function: function.clone(),
        predecessor: None,
        handover: Handover::default(),
        slots: held.into_iter().map(leave).collect(),
        foreseen: None,
        staging: None,
        originals,
    };
    let applied = distributions.apply(id, &change, &mandate, deadline).await?;
    Ok(accept(call, id, applied, &mut BTreeMap::new()))
}
