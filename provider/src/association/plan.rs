//! Plan: which slots will hold the function.
//!
//! The placement plans the slots. This file finds out whether this configuration was applied
//! before, and whether the function belongs to the account at all.

use tfplugin::{Attr, Call, Diagnostic, Path, Plan, Result};

use super::claim::recall_claim;
use super::model::AssociationModel;
use crate::aws::arn::FunctionArn;
use crate::aws::retry::Deadline;
use crate::claimant;
use crate::client::Client;
use crate::placement::{Form, Proposal, leave};
use crate::timeouts::READ_LIMIT;

/// Completes the plan of a create or an update.
pub(super) async fn plan(call: &mut Call<Client>, plan: &mut Plan<AssociationModel>) -> Result<()> {
    let Plan { prior, planned, .. } = plan;
    if let Some(prior) = prior.as_ref() {
        recall_claim(call, prior).await?;
    }
    planned.id = planned.identify();
    if prior
        .as_ref()
        .is_some_and(|prior| prior.distribution_id != planned.distribution_id)
    {
        // Terraform plans a replacement once more, as a create.
        if let Some(prior) = prior.as_ref() {
            leave(call, &prior.placement());
        }
        // Terraform shows that plan's errors but not its warnings.
        let proposal = Proposal {
            form: Form::Flat,
            was_applied: false,
            prior: None,
            expectation: &call.client.lookout().expected(planned.function().as_ref()),
        };
        let _ = proposal.plan(call, &mut planned.placement()).await;
        planned.slots = Attr::Unknown;
        planned.displaced = Attr::Unknown;
        return Ok(());
    }
    if prior.is_none() {
        if let Some(id) = planned.id.known()
            && call.client.roster().destroys(id)
        {
            return Err(renamed(id).into());
        }
        let replaced = planned.id.known();
        let replaced = replaced.and_then(|id| call.client.roster().take_for_replacement(id));
        let read = call.client.roster().claims_read();
        claimant::remember_read(&mut call.private, &read);
        claimant::succeeding(&mut call.private, replaced.flatten());
    }
    if let Some(function) = planned.function() {
        same_account(call, &function).await?;
    }
    if let Some(prior) = prior.as_ref()
        && let Some(function) = prior.function()
        && planned
            .function()
            .is_some_and(|planned| planned != function)
    {
        leave(call, &prior.placement());
    }
    let placed = prior.as_ref().map(AssociationModel::placement);
    let mut placement = planned.placement();
    // A version that is still to be published is assumed to be one of the same function.
    if let (None, Some(placed)) = (&placement.function, &placed) {
        placement.function.clone_from(&placed.function);
    }
    let lookout = call.client.lookout();
    let proposal = Proposal {
        form: Form::Flat,
        was_applied: was_applied(&call.client, prior.as_ref(), planned),
        prior: placed.as_ref(),
        expectation: &lookout.expected(placement.function.as_ref()),
    };
    proposal.plan(call, &mut placement).await?;
    let before = placed.map(|placed| placed.displaced);
    if placement.lambda_arn.is_unknown() && before.as_ref() != Some(&placement.displaced) {
        // It may be a version of another function, whose own slots now look like a stranger's.
        placement.displaced = Attr::Unknown;
    }
    planned.place(placement);
    Ok(())
}

/// Plan of a destroy that is not part of a replacement.
pub(super) async fn plan_destroy(call: &mut Call<Client>, prior: &AssociationModel) -> Result<()> {
    recall_claim(call, prior).await?;
    leave(call, &prior.placement());
    let Some(id) = prior.id.known() else {
        return Ok(());
    };
    if call.client.roster().note_destroyed(id) {
        return Err(renamed(id).into());
    }
    Ok(())
}

/// The error for one pair under two addresses.
fn renamed(id: &str) -> Diagnostic {
    Diagnostic::error(format!(
        "Association {id} would be destroyed and created by two resources"
    ))
    .detail(
        "This plan destroys the association at one address and creates it at another, and \
         Terraform does not tell the provider in which order. If the address has changed, say \
         so:\n\nmoved {\n  from = netacea_cloudfront_association.OLD\n  to   = \
         netacea_cloudfront_association.NEW\n}\n\nOtherwise remove the old resource in a separate \
         apply.",
    )
    .at(Path::root("distribution_id"))
}

/// Whether what is configured was applied before. Another version of the same function is not
/// another configuration: it comes with every publication.
fn was_applied(
    client: &Client,
    prior: Option<&AssociationModel>,
    planned: &AssociationModel,
) -> bool {
    match prior {
        Some(prior) => {
            let same_function =
                planned.lambda_arn.is_unknown() || prior.function() == planned.function();
            same_function && prior.placement().site == planned.placement().site
        }
        // Terraform hides the state of a tainted resource from the plan, but it was read.
        None => planned
            .id
            .known()
            .is_some_and(|id| client.roster().has_read(id)),
    }
}

/// CloudFront associates functions of its own account only.
async fn same_account(call: &Call<Client>, function: &FunctionArn) -> Result<()> {
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    match call.client.session().account(&deadline).await? {
        Some(account_id) if account_id != function.account_id => Err(Diagnostic::error(
            "The function belongs to another account",
        )
        .detail(format!(
            "These credentials belong to account {account_id}, but {function} is in account {}. \
             CloudFront associates only functions of the distribution's own account. Name a \
             function of account {account_id}, or use credentials of the function's account.",
            function.account_id
        ))
        .at(Path::root("lambda_arn"))
        .into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::connection_settings::ConnectionSettings;
    use crate::aws::session::AwsSession;

    fn association(function: &str) -> AssociationModel {
        let lambda_arn = format!("arn:aws:lambda:us-east-1:123456789012:function:{function}");
        let mut model = AssociationModel {
            distribution_id: "E1".into(),
            lambda_arn: lambda_arn.into(),
            ..AssociationModel::default()
        };
        model.id = model.identify();
        model
    }

    #[test]
    fn only_what_was_applied_before_may_be_out_of_order_at_plan() {
        let client = Client::new(
            AwsSession::new(ConnectionSettings::default(), "1.11.4"),
            Attr::Null,
        );
        let shop = association("shop:7");
        let wider = AssociationModel {
            behaviors: Attr::Known(["/a".to_owned()].into()),
            ..shop.clone()
        };
        let unknown = AssociationModel {
            lambda_arn: Attr::Unknown,
            ..shop.clone()
        };
        let is_applied = |planned: &AssociationModel| was_applied(&client, Some(&shop), planned);
        assert!(!was_applied(&client, None, &shop), "a new resource");
        assert!(is_applied(&shop), "an applied one");
        assert!(is_applied(&association("shop:8")), "a new version");
        assert!(is_applied(&unknown), "a version to come");
        assert!(!is_applied(&wider), "other slots");
        assert!(!is_applied(&association("other:1")), "another function");
        client.roster().note_read("E1,shop", None);
        assert!(was_applied(&client, None, &shop), "a tainted one");
    }
}
