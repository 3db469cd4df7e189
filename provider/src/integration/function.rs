//! Creates the function that an apply works on, tags it, and marks it as finished.
//!
//! A create marks the function with its first call and removes the mark with its last one, so that
//! a create that was killed can be told from one that succeeded. A function that was deleted after
//! the plan can be created again only if the plan publishes a version.

use tfplugin::{Call, Diagnostic, Path, Result};

use super::model::IntegrationModel;
use super::rollout::Rollout;
use super::tags;
use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::lambda::Function;
use crate::aws::ownership::{Lifecycle, Ownership, inherited, owner};
use crate::aws::retry::Deadline;
use crate::claimant;
use crate::client::Client;
use crate::value_at_apply::value_at_apply;

/// A new function, if one is to be published. `None`: somebody else was faster, and now there is a
/// function of this name.
pub(super) async fn make(
    call: &mut Call<Client>,
    rollout: &Rollout,
    planned: &IntegrationModel,
    deadline: &Deadline,
) -> Result<Option<Function>> {
    let name = value_at_apply("name", &planned.name)?;
    let Rollout::Publish {
        package,
        configuration,
    } = rollout
    else {
        return Err(function_gone(name).into());
    };
    let claim = claimant::of(&mut call.private).own;
    let functions = call.client.session().functions();
    let made = functions
        .create(
            name,
            configuration,
            package,
            value_at_apply("tags_all", &planned.tags_all)?,
            &claim,
            deadline,
        )
        .await;
    match made {
        Err(Error::FunctionExists { .. }) => Ok(None),
        made => Ok(Some(made?)),
    }
}

/// The function with the planned tags. If it was deleted while slots still refer to it, it is
/// created again.
pub(super) async fn tagged(
    call: &mut Call<Client>,
    rollout: &Rollout,
    planned: &IntegrationModel,
    existing: Option<Function>,
    deadline: &Deadline,
) -> Result<Function> {
    let client = call.client.clone();
    let functions = client.session().functions();
    let Some(function) = existing else {
        let made = make(call, rollout, planned, deadline).await?;
        return Ok(made.ok_or_else(|| Error::FunctionExists {
            name: planned.name.known().cloned().unwrap_or_default(),
        })?);
    };
    functions
        .retag(
            &function.arn,
            &tags::visible(&function.tags, client.ignored_tags()),
            value_at_apply("tags_all", &planned.tags_all)?,
            deadline,
        )
        .await?;
    Ok(function)
}

/// Writes this resource's claim to a function of ours that carries another one or none, and to its
/// places in these distributions. If that fails, the update goes on under the claims that are
/// there.
pub(super) async fn claim(
    call: &mut Call<Client>,
    function: &Function,
    places: [Option<&String>; 2],
    deadline: &Deadline,
) {
    let claimant = claimant::of(&mut call.private);
    let Ownership::Ours(stage) = Ownership::of(&function.tags) else {
        return;
    };
    if owner(&function.tags).as_ref() == Some(&claimant.own) {
        return;
    }
    let functions = call.client.session().functions();
    let claims = inherited(&function.tags, &claimant, places.into_iter().flatten());
    let claimed = functions
        .set_lifecycle(&function.arn, stage, claims, deadline)
        .await;
    call.diagnostics
        .extend(claimed.err().map(|error| error.warning()));
}

/// The last call of a create. The function works without it, so a failure is a warning; the next
/// apply that touches the function repeats it.
pub(super) async fn mark_ready(
    call: &mut Call<Client>,
    function: &FunctionArn,
    deadline: &Deadline,
) {
    let claim = claimant::of(&mut call.private).own;
    if let Err(error) = call
        .client
        .session()
        .functions()
        .set_lifecycle(function, Lifecycle::Ready, [claim.owner_tag()], deadline)
        .await
    {
        call.diagnostics.push(error.warning());
    }
}

fn function_gone(name: &str) -> Diagnostic {
    Diagnostic::error(format!("Function {name} no longer exists"))
        .detail(
            "Somebody deleted it after the plan was made. Run `terraform apply` again to create \
             it again.",
        )
        .at(Path::root("name"))
}
