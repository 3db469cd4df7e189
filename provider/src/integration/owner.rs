//! Who owns the function: an integration works only on a function with its own claim or without
//! any.

use tfplugin::{Call, Diagnostic, Path, Result};

use super::model::IntegrationModel;
use crate::aws::arn::FunctionArn;
use crate::aws::ownership::{Claimant, Lifecycle, Ownership, owner, placers};
use crate::aws::retry::Deadline;
use crate::aws::tags::Tags;
use crate::claimant;
use crate::client::Client;
use crate::timeouts::READ_LIMIT;

/// Gives an object in state its claim. One that is lost is found again in the tags: no read comes
/// before a plan with `-refresh=false`.
pub(super) async fn recall_claim(call: &mut Call<Client>, state: &IntegrationModel) -> Result<()> {
    if claimant::is_lost(&call.private)
        && let Some(function) = state.function()
    {
        let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
        let functions = call.client.session().functions();
        let tags = functions.tags(&function, &deadline).await?;
        claimant::recover(&mut call.private, owner(&tags));
    }
    claimant::of_state(&mut call.private, state.function_arn.known());
    Ok(())
}

/// Whether the tags say that the function is another resource's.
pub(super) fn is_anothers(tags: &Tags, claimant: &Claimant) -> bool {
    owner(tags).is_some_and(|owner| !claimant.holds(&owner))
}

/// The warning of a destroy whose function belongs to another resource.
pub(super) fn left_to_another(function: &FunctionArn) -> Diagnostic {
    Diagnostic::warning("The function was not deleted").detail(format!(
        "The tag `netacea:owner` of {function} now names another resource of this provider, so the \
         destroy left the function to that resource."
    ))
}

/// The distributions in which another resource has placed the function, or is about to. A claim
/// that its resource could not remove after its last slot does not count.
pub(super) async fn placed_by_others(
    client: &Client,
    function: &FunctionArn,
    tags: &Tags,
    claimant: &Claimant,
    deadline: &Deadline,
) -> Vec<String> {
    let now = client.session().functions().now();
    let mut placed = Vec::new();
    for (id, placer) in placers(tags) {
        if claimant.holds(&placer.claim) {
            continue;
        }
        let at_work = placer.lease.is_some_and(|lease| lease.left(now).is_some());
        let document = client.session().distributions().read(id, deadline).await;
        // If the distribution cannot be read, the claim counts.
        let is_empty = document
            .is_ok_and(|found| found.is_none_or(|found| found.slots_of(function).is_empty()));
        if at_work || !is_empty {
            placed.push(id.to_owned());
        }
    }
    placed
}

/// Refuses to change a function that now belongs to another resource.
pub(super) fn check(function: &FunctionArn, tags: &Tags, claimant: &Claimant) -> Result<()> {
    if !is_anothers(tags, claimant) {
        return Ok(());
    }
    Err(Diagnostic::error(format!(
        "Function {} belongs to another resource",
        function.name
    ))
    .detail(
        "Its tag `netacea:owner` names another resource of this provider: a resource in another \
         state has imported the function, or this state is an old copy. Nothing was changed, \
         because only one resource may own a function. Remove this resource from its state with a \
         `removed` block that does not destroy. To keep the function here, also remove the other \
         resource from its state in this way, and then import the function here.",
    )
    .at(Path::root("name"))
    .into())
}

/// The error of a create whose function another one has taken over meanwhile.
pub(super) fn taken_over(function: &FunctionArn) -> Diagnostic {
    Diagnostic::error(format!(
        "Another apply has taken over function {}",
        function.name
    ))
    .detail(
        "For a minute, this apply could not show that it was still running, for example because \
         its computer was suspended. The other apply therefore continued the create, and the \
         function now belongs to a resource in its state. If that is the right state, remove this \
         resource from this configuration: the next apply leaves the function as it is, and gives \
         up only slots that the other resource does not have. Otherwise remove both resources \
         from their states with `removed` blocks that do not destroy, and import the function here.",
    )
    .at(Path::root("name"))
}

/// Refuses a create whose function already exists and belongs to somebody.
pub(super) fn already_there(
    function: &FunctionArn,
    tags: &Tags,
    planned: &IntegrationModel,
) -> Diagnostic {
    let id = match planned.placement().distribution_id() {
        Some(distribution) => format!("{},{distribution}", function.name),
        None => function.name.clone(),
    };
    let import =
        format!("import {{\n  to = netacea_cloudfront_integration.NAME\n  id = \"{id}\"\n}}");
    let detail = if owner(tags).is_some() {
        format!(
            "It is in use, and its tag `netacea:owner` names another resource of this provider. \
             Only one resource may own a function, so `adopt_existing_function` does not \
             help.\n\n  - If the address of that resource has changed in this configuration, say \
             so:\n\nmoved {{\n  from = netacea_cloudfront_integration.OLD\n  to   = \
             netacea_cloudfront_integration.NEW\n}}\n\n  - If a state has lost it, import \
             it:\n\n{import}\n\n  - If it belongs to another state or workspace, or this resource \
             replaces it under the same name with `create_before_destroy`, choose another `name`."
        )
    } else {
        let whose = match Ownership::of(tags) {
            Ownership::Ours(_) => {
                "Its tags say that this provider created it and that it is in use: it is in \
                 another Terraform state, or this state lost it."
            }
            Ownership::Stranger => "This provider did not create it.",
        };
        format!(
            "{whose}\n\nTo manage it here, import it:\n\n{import}\n\nOtherwise choose another \
             `name`. With `adopt_existing_function = true`, the apply replaces its code without \
             asking again."
        )
    };
    Diagnostic::error(format!("A function named {} already exists", function.name))
        .detail(detail)
        .at(Path::root("name"))
}

/// Whether a create may take a function that is there: what an earlier create or destroy left
/// behind, or what the user says may be adopted. One that carries another resource's claim and is
/// in use is refused in any case.
pub(super) fn may_take_over(tags: &Tags, claimant: &Claimant, adopt: bool) -> bool {
    match Ownership::of(tags) {
        Ownership::Ours(Lifecycle::Creating(_) | Lifecycle::Released) => true,
        Ownership::Ours(Lifecycle::Ready) if owner(tags).is_some() => {
            owner(tags).as_ref() == Some(&claimant.own)
        }
        Ownership::Ours(Lifecycle::Ready) | Ownership::Stranger => adopt,
    }
}

#[cfg(test)]
mod tests {
    use tfplugin::Attr;

    use super::*;
    use crate::aws::ownership::Claim;
    use crate::placement::Site;

    fn shop() -> FunctionArn {
        "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop"
            .parse()
            .expect("an ARN")
    }

    #[test]
    fn a_refusal_shows_the_import_block_and_the_way_to_adopt() {
        let planned = IntegrationModel {
            distribution: Attr::Known(Site {
                id: "E2QWRUHAPOMQZL".into(),
                ..Site::default()
            }),
            ..IntegrationModel::default()
        };
        let diagnostic = already_there(&shop(), &Tags::new(), &planned);
        for part in [
            "import {",
            "id = \"netacea-shop,E2QWRUHAPOMQZL\"",
            "adopt_existing_function = true",
        ] {
            assert!(diagnostic.detail_text().contains(part), "{part} is missing");
        }
    }

    #[test]
    fn another_resources_function_is_never_adopted() {
        let tags = Tags::from([
            (
                "netacea:managed-by".to_owned(),
                "terraform-provider-netacea".to_owned(),
            ),
            ("netacea:lifecycle".to_owned(), "ready".to_owned()),
            Claim::any().owner_tag(),
        ]);
        let claimant = Claimant::new(Claim::any());
        assert!(!may_take_over(&tags, &claimant, true));
        assert!(check(&shop(), &tags, &claimant).is_err());
        let refused = already_there(&shop(), &tags, &IntegrationModel::default());
        assert!(refused.detail_text().contains("moved {"));
        let heir = Claimant {
            own: Claim::any(),
            before: owner(&tags).into_iter().collect(),
        };
        assert!(check(&shop(), &tags, &heir).is_ok());
    }
}
