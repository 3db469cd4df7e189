//! Destroy: leave the slots, with their former holders put back where that is asked for, then
//! remove the function as far as CloudFront allows.
//!
//! CloudFront keeps replicas of a function for hours after it has left the last slot, and Lambda
//! does not delete it before they are gone. `on_destroy` says what follows from that: wait and
//! fail, wait a little and warn, or leave the function. One that stays is marked, so that a create
//! can adopt it.

use std::collections::BTreeMap;
use std::time::Duration;

use tfplugin::{Attr, Call, Diagnostic, Result};

use super::model::IntegrationModel;
use super::on_destroy::OnDestroy;
use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::lambda::Deletion;
use crate::aws::ownership::Lifecycle;
use crate::aws::retry::Deadline;
use crate::client::Client;
use crate::placement::{await_deployment, detach};
use crate::timeouts::{Operation, Timeouts};

/// CloudFront removes its replicas within hours. `best_effort` asks for as long as a person would
/// watch.
const BEST_EFFORT_PATIENCE: Duration = Duration::from_secs(120);

/// Takes everything away. An error leaves in `state` what is left.
pub(crate) async fn delete(call: &mut Call<Client>, state: &mut IntegrationModel) -> Result<()> {
    let client = call.client.clone();
    let deadline = Deadline::after(
        Timeouts::limit(&state.timeouts, Operation::Delete),
        call.stop.clone(),
    );
    let Some(function) = state.function() else {
        return Ok(());
    };
    client.session().check_account(&function, &deadline).await?;

    let deployment = detach(call, &state.placement(), &deadline).await?;
    state.slots = Attr::Known(BTreeMap::new());
    state.displaced = Attr::Known(BTreeMap::new());
    // CloudFront may deploy for longer than anybody gave the destroy: the function still has its
    // turn.
    let waiting = deadline.leaving(BEST_EFFORT_PATIENCE);
    await_deployment(call, &state.wait_for_deployment, deployment, &waiting).await;

    let insists = match state.on_destroy.known().copied().unwrap_or_default() {
        OnDestroy::Retain => return Ok(abandon(call, &function, &deadline).await?),
        OnDestroy::Delete => true,
        OnDestroy::BestEffort => false,
    };
    let patience = if insists {
        deadline.remaining()
    } else {
        BEST_EFFORT_PATIENCE.min(deadline.remaining())
    };
    let deleted = client
        .session()
        .functions()
        .delete(&function.name, patience, &deadline)
        .await;
    let deletion = match deleted {
        Err(error @ Error::Timeout { .. }) if !insists => Deletion::Replicated {
            message: error.to_string(),
        },
        deleted => deleted?,
    };
    match deletion {
        Deletion::Deleted => Ok(()),
        Deletion::Replicated { message } if insists => Err(Diagnostic::error(
            "CloudFront still has replicas of the function",
        )
        .detail(format!(
            "{function} is in no slot any more, but Lambda refuses to delete it until \
             CloudFront has removed its replicas, which takes hours: {message}\n\nRun the \
             destroy again later, raise `timeouts.delete`, or set `on_destroy = \
             \"best_effort\"` or \"retain\"."
        ))
        .into()),
        Deletion::Replicated { message } => {
            call.diagnostics
                .push(
                    Diagnostic::warning("The function is left behind").detail(format!(
                        "{function} is in no slot any more, but could not be deleted yet: {message}\n\nLambda \
                         deletes it only once CloudFront has removed its replicas, which takes hours. It costs \
                         nothing. Delete it later with `aws lambda delete-function --region us-east-1 \
                         --function-name {}`; an integration of the same name will take it over.",
                        function.name
                    )),
                );
            // It works without the mark: a create that meets the function says how to go on.
            if let Err(error) = abandon(call, &function, &deadline).await {
                call.diagnostics.push(error.warning());
            }
            Ok(())
        }
    }
}

/// Marks a function that stays, so that a later create may take it over.
async fn abandon(
    call: &mut Call<Client>,
    function: &FunctionArn,
    deadline: &Deadline,
) -> Result<(), Error> {
    let functions = call.client.session().functions();
    functions
        .set_lifecycle(function, Lifecycle::Abandoned, deadline)
        .await
}
