//! Apply: create and update.
//!
//! Terraform taints a create that returns an error. So whatever fails before CloudFront accepts the
//! change is an error together with the state so far, and whatever fails after it is a warning,
//! unless another resource owns the function or its place by then. A create that takes over a
//! function which is there already returns no state with its error: a tainted one would have that
//! function destroyed. If another create has continued it, the function's tags prevent that.

use std::collections::BTreeMap;

use tfplugin::{Attr, Call, Create, Result, Update};

use super::function::{claim, make, mark_ready, tagged};
use super::lambda_function_association::associations;
use super::lease::{self, while_leased};
use super::model::IntegrationModel;
use super::prune::prune;
use super::rollout::Rollout;
use super::take_over::take_over;
use super::{owner, private_state};
use crate::aws::distribution::Deployment;
use crate::aws::lambda::Function;
use crate::aws::ownership::{Lifecycle, Ownership};
use crate::aws::retry::Deadline;
use crate::aws::tags::Tags;
use crate::claimant;
use crate::client::Client;
use crate::placement::{Attachment, Form, Placement, await_deployment};
use crate::value_at_apply::value_at_apply;

/// Publishes the function and takes the planned slots.
pub(crate) async fn create(
    call: &mut Call<Client>,
    change: Create<IntegrationModel>,
    state: &mut Option<IntegrationModel>,
) -> Result<()> {
    let Create {
        config, planned, ..
    } = change;
    let client = call.client.clone();
    let deadline = Deadline::after(planned.timeouts.create(), call.stop.clone());
    let name = value_at_apply("name", &planned.name)?.clone();
    let rollout = Rollout::of(&planned, &config)?;
    private_state::remember_ignored_tags(&mut call.private, client.ignored_tags());
    let functions = client.session().functions();
    let (function, is_new) = loop {
        match functions.read(&name, &deadline).await? {
            None => match make(call, &rollout, &planned, &deadline).await? {
                Some(function) => break (function, true),
                // Somebody else was faster: the next round finds their function.
                None => continue,
            },
            Some(existing) => {
                if let Some(taken) = take_over(call, existing, &planned, &deadline).await? {
                    break (taken, false);
                }
            }
        }
    };
    let arn = function.arn.clone();
    let claimant = claimant::of(&mut call.private);
    let claim = &claimant.own;
    let establishing = establish(call, function, &planned, &rollout, state, &deadline);
    let established = while_leased(&client, &arn, claim, &deadline, establishing).await;
    // With its state, for what this create has placed and the other one has not.
    if lease::is_taken_over(&client, &arn, claim).await {
        return Err(owner::taken_over(&arn).into());
    }
    let deployments = match established {
        Ok(deployments) => deployments,
        Err(errors) => {
            lease::end(&client, &arn, &deadline).await;
            if !is_new {
                // A state would be tainted, and the next apply would destroy a function that may be
                // in use. The function is marked, so the next apply takes it over again instead.
                *state = None;
            }
            return Err(errors);
        }
    };
    mark_ready(call, &arn, &deadline).await;
    claimant::forget_predecessors(&mut call.private);
    await_deployment(call, &planned.wait_for_deployment, deployments, &deadline).await;
    Ok(())
}

/// Publishes or points to the planned version of an existing function, and takes the planned slots.
async fn establish(
    call: &mut Call<Client>,
    function: Function,
    planned: &IntegrationModel,
    rollout: &Rollout,
    state: &mut Option<IntegrationModel>,
    deadline: &Deadline,
) -> Result<Vec<Deployment>> {
    let made = state.insert(IntegrationModel {
        function_arn: function.arn.to_string().into(),
        distribution: planned.distribution.clone(),
        slots: Attr::Known(BTreeMap::new()),
        displaced: Attr::Known(BTreeMap::new()),
        ..planned.clone()
    });
    let published = rollout
        .carry_out(call, &function.arn.name, made, deadline)
        .await?;

    let attachment = Attachment {
        form: Form::Nested,
        prior: None,
        planned: &planned.placement(),
        published: &published,
        tags: &function.tags,
    };
    attach(call, &attachment, made, deadline).await
}

/// Publishes a version if one was planned, and moves the slots. The version before stays until the
/// slots have moved.
pub(crate) async fn update(
    call: &mut Call<Client>,
    change: Update<IntegrationModel>,
    state: &mut IntegrationModel,
) -> Result<()> {
    let Update {
        config,
        prior,
        planned,
        ..
    } = change;
    let deadline = Deadline::after(planned.timeouts.update(), call.stop.clone());
    let name = value_at_apply("name", &planned.name)?.clone();

    let rollout = Rollout::of(&planned, &config)?;
    let existing = own_function(call, &name, &prior, &planned, &deadline).await?;
    let function = if rollout.publishes() || prior.tags_all != planned.tags_all {
        let client = call.client.clone();
        private_state::remember_ignored_tags(&mut call.private, client.ignored_tags());
        Some(tagged(call, &rollout, &planned, existing, &deadline).await?)
    } else {
        existing
    };
    let mut next = IntegrationModel {
        distribution: prior.distribution.clone(),
        slots: prior.slots.clone(),
        displaced: prior.displaced.clone(),
        ..planned.clone()
    };
    let published = rollout.carry_out(call, &name, &mut next, &deadline).await?;
    next.lambda_function_associations = associations(&next.distribution, &next.qualified_arn);
    *state = next;

    let none = Tags::new();
    let function_tags = function.as_ref().map_or(&none, |function| &function.tags);
    let attachment = Attachment {
        form: Form::Nested,
        prior: Some(&prior.placement()),
        planned: &planned.placement(),
        published: &published,
        tags: function_tags,
    };
    let deployments = attach(call, &attachment, state, &deadline).await?;
    if function
        .is_some_and(|function| Ownership::of(&function.tags) != Ownership::Ours(Lifecycle::Ready))
    {
        mark_ready(call, &published.function, &deadline).await;
    }
    await_deployment(call, &planned.wait_for_deployment, deployments, &deadline).await;
    if rollout.publishes() {
        prune(call, &prior, &planned, &published, &deadline).await;
    }
    Ok(())
}

/// The function as it is now. If it, or its place in the planned distribution, belongs to another
/// resource, it is refused before anything is written. If it belongs to nobody yet, or to a
/// predecessor, it is claimed.
async fn own_function(
    call: &mut Call<Client>,
    name: &str,
    prior: &IntegrationModel,
    planned: &IntegrationModel,
    deadline: &Deadline,
) -> Result<Option<Function>> {
    let client = call.client.clone();
    let Some(function) = client.session().functions().read(name, deadline).await? else {
        return Ok(None);
    };
    let claimant = claimant::of(&mut call.private);
    owner::check(&function.arn, &function.tags, &claimant)?;
    let (prior, planned) = (prior.placement(), planned.placement());
    if let Some(id) = planned.distribution_id() {
        planned
            .mandate(claimant.clone(), Some(&prior), &function.arn)
            .check(&function.tags, &function.arn, id)?;
    }
    let places = [&prior, &planned].map(Placement::distribution_id);
    claim(call, &function, places, deadline).await;
    Ok(Some(function))
}

/// Moves the slots. `state` is updated, even if that fails.
async fn attach(
    call: &mut Call<Client>,
    attachment: &Attachment<'_>,
    state: &mut IntegrationModel,
    deadline: &Deadline,
) -> Result<Vec<Deployment>> {
    let mut placement = state.placement();
    let made = attachment.make(call, &mut placement, deadline).await;
    state.place(placement);
    made
}
