//! Destroy: leave the slots of a distribution, and put back what stood there.

use std::collections::BTreeMap;

use tfplugin::{Call, Result};

use super::model::Placement;
use super::outcome::accept;
use super::private_state;
use super::recall::Recalled;
use crate::aws::distribution::Deployment;
use crate::aws::retry::Deadline;
use crate::aws::slot::Slot;
use crate::aws::splice::{Change, Wish};
use crate::client::Client;

/// Takes our function out of the slots that `state` speaks of, and out of no other: another
/// resource, or the owner, may have put the same function elsewhere. A distribution that is
/// gone is left.
pub(crate) async fn detach(
    call: &mut Call<Client>,
    state: &Placement,
    deadline: &Deadline,
) -> Result<Option<Deployment>> {
    let (Some(id), Some(function)) = (state.distribution_id(), state.function.clone()) else {
        return Ok(None);
    };
    let client = call.client.clone();
    let Some(document) = client.session().distributions().read(id, deadline).await? else {
        return Ok(None);
    };
    let held = state.held_in(&document, &function);
    if held.is_empty() {
        return Ok(None);
    }
    let mut originals = private_state::originals(&call.private, id);
    let recalled = Recalled::of(call, &function, state, &held, &mut originals, deadline).await;
    let release = |slot: Slot| {
        let restore = recalled.restored(state, &slot);
        (slot, Wish::Leave { restore })
    };
    let change = Change {
        function,
        predecessor: None,
        slots: held.into_iter().map(release).collect(),
        foreseen: None,
        originals,
    };
    let applied = client
        .session()
        .distributions()
        .apply(id, &change, deadline)
        .await?;
    Ok(accept(call, id, applied, &mut BTreeMap::new()))
}
