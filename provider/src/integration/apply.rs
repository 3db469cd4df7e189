//! Apply: create and update.
//!
//! Terraform taints a create that returns an error. So whatever fails before CloudFront accepts the
//! change is an error together with the state so far, and whatever fails after it is a warning.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Call, Create, Diagnostic, Path, Result, Update, log};

use super::lambda_function_association::associations;
use super::model::IntegrationModel;
use super::release::Release;
use super::tags;
use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::distribution::Deployment;
use crate::aws::lambda::Function;
use crate::aws::ownership::{Lifecycle, Ownership};
use crate::aws::retry::Deadline;
use crate::aws::tags::Tags;
use crate::aws::version::Version;
use crate::client::Client;
use crate::placement::{Attachment, Form, await_deployment};
use crate::timeouts::{Operation, Timeouts};

/// Publishes the function and takes the planned slots.
pub(crate) async fn create(
    call: &mut Call<Client>,
    change: Create<IntegrationModel>,
    state: &mut Option<IntegrationModel>,
) -> Result<()> {
    let Create { config, planned } = change;
    let client = call.client.clone();
    let deadline = Deadline::after(
        Timeouts::limit(&planned.timeouts, Operation::Create),
        call.stop.clone(),
    );
    let name = planned.name.known().cloned().unwrap_or_default();
    let release = Release::of(&planned, &config)?;
    match client.session().functions().read(&name, &deadline).await? {
        None => {
            let function = make(call, &release, &planned, &deadline).await?;
            establish(call, function, &planned, &release, state, &deadline).await
        }
        Some(existing) => {
            let function = take_over(call, existing, &planned, &deadline).await?;
            let established = establish(call, function, &planned, &release, state, &deadline).await;
            if established.is_err() {
                // A state would be tainted, and the next apply would destroy a function that may be
                // at work. Marked as it is, the next apply takes it over again instead.
                *state = None;
            }
            established
        }
    }
}

/// Brings about the version of the function that is there now, and takes the planned slots.
async fn establish(
    call: &mut Call<Client>,
    function: Function,
    planned: &IntegrationModel,
    release: &Release,
    state: &mut Option<IntegrationModel>,
    deadline: &Deadline,
) -> Result<()> {
    let made = state.insert(IntegrationModel {
        function_arn: function.arn.to_string().into(),
        distribution: planned.distribution.clone(),
        slots: Attr::Known(BTreeMap::new()),
        displaced: Attr::Known(BTreeMap::new()),
        ..planned.clone()
    });
    let published = release
        .carry_out(call, &function.arn.name, made, deadline)
        .await?;

    let attachment = Attachment {
        form: Form::Nested,
        prior: None,
        planned: &planned.placement(),
        published: &published,
        tags: &function.tags,
    };
    let deployments = attach(call, &attachment, made, deadline).await?;
    mark_ready(call, &function.arn, deadline).await;
    await_deployment(call, &planned.wait_for_deployment, deployments, deadline).await;
    Ok(())
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
    } = change;
    let deadline = Deadline::after(
        Timeouts::limit(&planned.timeouts, Operation::Update),
        call.stop.clone(),
    );
    let name = planned.name.known().cloned().unwrap_or_default();

    let release = Release::of(&planned, &config)?;
    let function = if release.publishes() || prior.tags_all != planned.tags_all {
        Some(tagged(call, &release, &planned, &deadline).await?)
    } else {
        None
    };
    let mut next = IntegrationModel {
        distribution: prior.distribution.clone(),
        slots: prior.slots.clone(),
        displaced: prior.displaced.clone(),
        ..planned.clone()
    };
    let published = release.carry_out(call, &name, &mut next, &deadline).await?;
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
    if release.publishes() {
        prune(call, &prior, &planned, &published, &deadline).await;
    }
    Ok(())
}

/// A new function, if one is to be published.
async fn make(
    call: &mut Call<Client>,
    release: &Release,
    planned: &IntegrationModel,
    deadline: &Deadline,
) -> Result<Function> {
    let name = planned.name.known().map(String::as_str).unwrap_or_default();
    let Release::Publish {
        bundle,
        configuration,
    } = release
    else {
        return Err(function_gone(name).into());
    };
    let functions = call.client.session().functions();
    Ok(functions
        .create(name, configuration, bundle, &user_tags(planned), deadline)
        .await?)
}

/// The function with the planned tags. One that was deleted while slots still refer to it is made
/// anew.
async fn tagged(
    call: &mut Call<Client>,
    release: &Release,
    planned: &IntegrationModel,
    deadline: &Deadline,
) -> Result<Function> {
    let name = planned.name.known().map(String::as_str).unwrap_or_default();
    let client = call.client.clone();
    let functions = client.session().functions();
    let Some(function) = functions.read(name, deadline).await? else {
        return make(call, release, planned, deadline).await;
    };
    functions
        .retag(
            &function.arn,
            &tags::visible(&function.tags, client.ignored_tags()),
            &user_tags(planned),
            deadline,
        )
        .await?;
    Ok(function)
}

/// Moves the slots; `state` follows, also when that fails.
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

/// Deletes old versions beyond those that are retained. The version before this apply stays in any
/// case: other distributions may move away from it only after this resource has been applied.
async fn prune(
    call: &mut Call<Client>,
    prior: &IntegrationModel,
    planned: &IntegrationModel,
    published: &QualifiedArn,
    deadline: &Deadline,
) {
    let former = prior
        .version
        .known()
        .and_then(|version| version.parse().ok());
    let protected: BTreeSet<Version> = former.into_iter().chain([published.version]).collect();
    // The schema has checked the range.
    let keep = planned
        .retained_versions
        .known()
        .and_then(|count| u32::try_from(*count).ok())
        .unwrap_or_default();
    let functions = call.client.session().functions();
    let pruned = functions
        .prune(&published.function.name, keep, &protected, deadline)
        .await;
    let numbers = |versions: &[Version]| {
        versions
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    log::info(
        "old versions were pruned",
        &[
            ("deleted", &numbers(&pruned.deleted)),
            ("still_replicated", &numbers(&pruned.replicated)),
        ],
    );
    call.diagnostics
        .extend(pruned.failure.map(|error| error.warning()));
}

/// Continues what an earlier create or destroy left behind; refuses what belongs to somebody.
async fn take_over(
    call: &mut Call<Client>,
    existing: Function,
    planned: &IntegrationModel,
    deadline: &Deadline,
) -> Result<Function> {
    let adopt = planned.adopt_existing_function.known() == Some(&true);
    match Ownership::of(&existing.tags) {
        Ownership::Ours(Lifecycle::Creating | Lifecycle::Abandoned) => {}
        _ if adopt => {}
        owner => return Err(already_there(&existing.arn, owner, planned).into()),
    }
    call.diagnostics.extend(gives_up(&existing));
    let functions = call.client.session().functions();
    functions
        .set_lifecycle(&existing.arn, Lifecycle::Creating, deadline)
        .await?;
    functions
        .retag(
            &existing.arn,
            &tags::visible(&existing.tags, call.client.ignored_tags()),
            &user_tags(planned),
            deadline,
        )
        .await?;
    Ok(existing)
}

/// The last call of a create. The function works without it, so a failure is a warning; the next
/// apply that touches the function repeats it.
async fn mark_ready(call: &mut Call<Client>, function: &FunctionArn, deadline: &Deadline) {
    if let Err(error) = call
        .client
        .session()
        .functions()
        .set_lifecycle(function, Lifecycle::Ready, deadline)
        .await
    {
        call.diagnostics.push(error.warning());
    }
}

fn user_tags(planned: &IntegrationModel) -> Tags {
    planned.tags_all.known().cloned().unwrap_or_default()
}

fn function_gone(name: &str) -> Diagnostic {
    Diagnostic::error(format!("Function {name} no longer exists"))
        .detail(
            "It was deleted after the plan was made. Run `terraform apply` again: it will be \
             created anew.",
        )
        .at(Path::root("name"))
}

/// The package needs none of it, and CloudFront would refuse the version.
fn gives_up(function: &Function) -> Option<Diagnostic> {
    let forbidden = &function.latest.forbidden;
    (!forbidden.is_empty()).then(|| {
        Diagnostic::warning(format!(
            "Function {} gives up what Lambda@Edge forbids",
            function.arn.name
        ))
        .detail(format!(
            "  - {}\n\nThese are taken off $LATEST before a version is published. Versions that were published before keep \
             them.",
            forbidden.join("\n  - ")
        ))
        .at(Path::root("name"))
    })
}

fn already_there(
    function: &FunctionArn,
    owner: Ownership,
    planned: &IntegrationModel,
) -> Diagnostic {
    let whose = match owner {
        Ownership::Ours(_) => {
            "Its tags say that this provider made it and that it is in use: another Terraform \
             state has it, or this state lost it."
        }
        Ownership::Stranger => "This provider did not make it.",
    };
    let id = match planned.placement().distribution_id() {
        Some(distribution) => format!("{},{distribution}", function.name),
        None => function.name.clone(),
    };
    Diagnostic::error(format!("A function named {} exists already", function.name))
        .detail(format!(
            "{whose}\n\nIf it is to be managed here, import it:\n\nimport {{\n  to = \
             netacea_cloudfront_integration.NAME\n  id = \"{id}\"\n}}\n\nOtherwise choose another \
             `name`. With `adopt_existing_function = true` its code is replaced without further \
             questions."
        ))
        .at(Path::root("name"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::placement::Site;

    #[test]
    fn a_refusal_shows_the_import_block_and_the_way_to_adopt() {
        let function: FunctionArn = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop"
            .parse()
            .expect("an ARN");
        let planned = IntegrationModel {
            distribution: Attr::Known(Site {
                id: "E2QWRUHAPOMQZL".into(),
                ..Site::default()
            }),
            ..IntegrationModel::default()
        };
        let diagnostic = already_there(&function, Ownership::Stranger, &planned);
        for part in [
            "import {",
            "id = \"netacea-shop,E2QWRUHAPOMQZL\"",
            "adopt_existing_function = true",
        ] {
            assert!(diagnostic.detail_text().contains(part), "{part} is missing");
        }
    }
}
