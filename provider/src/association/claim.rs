//! The claim of an association in state.

use tfplugin::{Call, Result};

use super::model::AssociationModel;
use crate::aws::ownership::placer;
use crate::aws::retry::Deadline;
use crate::claimant;
use crate::client::Client;
use crate::timeouts::READ_LIMIT;

/// Gives an object in state its claim. One that is lost is found again in the tags: no read comes
/// before a plan with `-refresh=false`.
pub(super) async fn recall_claim(call: &mut Call<Client>, state: &AssociationModel) -> Result<()> {
    if let Some((id, function)) = state.placement().pair()
        && claimant::is_lost(&call.private)
    {
        let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
        let functions = call.client.session().functions();
        let tags = functions.tags(function, &deadline).await?;
        let written = placer(&tags, id).map(|placer| placer.claim);
        claimant::recover(&mut call.private, written);
    }
    claimant::of_state(&mut call.private, state.id.known());
    Ok(())
}
