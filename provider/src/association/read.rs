//! Read: the slots as the distribution has them.

use tfplugin::{Attr, Call, Result};

use super::claim::recall_claim;
use super::model::AssociationModel;
use crate::aws::retry::Deadline;
use crate::claimant;
use crate::client::Client;
use crate::placement::Form;
use crate::timeouts::READ_LIMIT;

/// The state as found. An association whose distribution is gone stays, with empty slots.
pub(super) async fn read(
    call: &mut Call<Client>,
    mut state: AssociationModel,
) -> Result<AssociationModel> {
    let client = call.client.clone();
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    // In a wrong account everything looks gone, so this comes first.
    if let Some(function) = state.function() {
        client.session().check_account(&function, &deadline).await?;
    }
    recall_claim(call, &state).await?;
    let mut placement = state.placement();
    let document = match placement.distribution_id() {
        Some(id) => client.session().distributions().read(id, &deadline).await?,
        None => None,
    };
    if let Some(id) = state.id.known() {
        let claim = claimant::recorded(&call.private);
        client.roster().note_read(id, claim);
    }
    if let Some((id, function)) = placement.pair() {
        client.roster().note_placed(id, &function.name);
    }
    // Without adoption nobody was displaced, so the tags need not be read.
    if let (Some(document), Some(function), Attr::Known(true)) =
        (&document, state.function(), state.adopt_existing)
    {
        let functions = client.session().functions();
        let tags = functions.tags(&function, &deadline).await?;
        placement.recall_displaced(document, &tags);
    }
    let drift = placement.observe(&mut call.private, document.as_ref(), Form::Flat);
    call.diagnostics.extend(drift);
    if let (Some(id), Some(document)) = (placement.distribution_id(), document) {
        let expectation = client.lookout().expected(placement.function.as_ref());
        placement.keep_unneeded(&mut call.private, &document, &expectation.conduct);
        client.lookout().saw(id, document);
    }
    state.place(placement);
    Ok(state)
}
