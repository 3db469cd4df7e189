//! Apply: create, update and delete.
//!
//! An apply is one PUT. An error means that it was not accepted, or that another resource placed
//! the function there in the meantime. Whatever else fails after it is a warning.

use std::collections::BTreeMap;

use tfplugin::{Attr, Call, Create, Diagnostic, Path, Result, Update};

use super::lambda_arn;
use super::model::AssociationModel;
use crate::aws::arn::QualifiedArn;
use crate::aws::retry::Deadline;
use crate::aws::tags::Tags;
use crate::claimant;
use crate::client::Client;
use crate::placement::{Attachment, Form, await_deployment, give_up};

/// Takes the planned slots.
pub(super) async fn create(
    call: &mut Call<Client>,
    change: Create<AssociationModel>,
    state: &mut Option<AssociationModel>,
) -> Result<()> {
    let planned = change.planned;
    let deadline = Deadline::after(planned.timeouts.create(), call.stop.clone());
    let published = lambda_arn::parsed(&planned.lambda_arn)?;
    let tags = tags(call, &published, &deadline).await?;
    let mut made = AssociationModel {
        id: planned.identify(),
        slots: Attr::Known(BTreeMap::new()),
        displaced: Attr::Known(BTreeMap::new()),
        ..planned.clone()
    };
    let attachment = Attachment {
        form: Form::Flat,
        prior: None,
        planned: &planned.placement(),
        published: &published,
        tags: &tags,
    };
    let mut placement = made.placement();
    let deployments = attachment.make(call, &mut placement, &deadline).await?;
    made.place(placement);
    *state = Some(made);
    claimant::forget_predecessors(&mut call.private);
    await_deployment(call, &planned.wait_for_deployment, deployments, &deadline).await;
    Ok(())
}

/// Moves the slots.
pub(super) async fn update(
    call: &mut Call<Client>,
    change: Update<AssociationModel>,
    state: &mut AssociationModel,
) -> Result<()> {
    let Update { prior, planned, .. } = change;
    let deadline = Deadline::after(planned.timeouts.update(), call.stop.clone());
    let published = lambda_arn::parsed(&planned.lambda_arn)?;
    let attachment = Attachment {
        form: Form::Flat,
        prior: Some(&prior.placement()),
        planned: &planned.placement(),
        published: &published,
        tags: &Tags::new(),
    };
    let mut placement = prior.placement();
    let deployments = attachment.make(call, &mut placement, &deadline).await?;
    *state = AssociationModel {
        id: planned.identify(),
        ..planned.clone()
    };
    state.place(placement);
    await_deployment(call, &planned.wait_for_deployment, deployments, &deadline).await;
    Ok(())
}

/// Gives the slots back.
pub(super) async fn delete(call: &mut Call<Client>, state: &mut AssociationModel) -> Result<()> {
    let deadline = Deadline::after(state.timeouts.delete(), call.stop.clone());
    if let Some(function) = state.function() {
        call.client
            .session()
            .check_account(&function, &deadline)
            .await?;
    }
    if let Some(id) = state.id.known() {
        claimant::recall_read(&mut call.private, id);
    }
    let deployment = give_up(call, &state.placement(), &deadline).await?;
    await_deployment(call, &state.wait_for_deployment, deployment, &deadline).await;
    Ok(())
}

/// The function's tags, where an earlier, killed create has recorded what it displaced.
async fn tags(
    call: &mut Call<Client>,
    published: &QualifiedArn,
    deadline: &Deadline,
) -> Result<Tags> {
    let functions = call.client.session().functions();
    let function = functions.read(&published.function.name, deadline).await?;
    Ok(function
        .ok_or_else(|| {
            Diagnostic::error(format!("There is no function {}", published.function))
                .detail(
                    "The account of these credentials has no such Lambda function. Correct \
                     `lambda_arn`.",
                )
                .at(Path::root("lambda_arn"))
        })?
        .tags)
}
