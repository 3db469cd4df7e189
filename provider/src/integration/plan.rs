//! Plan: what will be published, and what is known about it beforehand.
//!
//! First comes everything that follows from the configuration alone, then the version: kept,
//! pinned, or to be published for a reason. Last come the slots, because they will hold that
//! version.

use tfplugin::{Attr, Call, Diagnostic, Path, Plan, Result};

use super::model::IntegrationModel;
use super::on_destroy::OnDestroy;
use super::publication::{self, Reason};
use super::settings::SettingsModel;
use super::{owner, package, pin, plan_destroy, private_state, tags};
use crate::aws::arn::FunctionArn;
use crate::aws::ownership;
use crate::aws::retry::Deadline;
use crate::aws::role_arn::RoleArn;
use crate::aws::tags::Tags;
use crate::bundle;
use crate::claimant;
use crate::client::Client;
use crate::placement::{Form, Proposal, displaced_tag_count, leave};
use crate::timeouts::READ_LIMIT;

/// Completes the plan of a create or an update.
pub(crate) async fn plan(call: &mut Call<Client>, plan: &mut Plan<IntegrationModel>) -> Result<()> {
    SettingsModel::complete(&mut plan.planned.settings, &plan.config.settings);
    tags::check(&plan.planned.tags, call.client.ignored_tags())?;
    derive(&mut plan.planned, call.client.default_tags());
    if let Some(name) = plan.planned.name.known() {
        let conduct = SettingsModel::conduct(&plan.planned.settings);
        call.client.lookout().expect(name, conduct);
    }
    check_tag_count(call, plan.prior.as_ref(), &plan.planned, 0)?;
    check_role(call, plan.prior.as_ref(), &plan.planned).await?;
    if let Some(prior) = &plan.prior {
        owner::recall_claim(call, prior).await?;
        let warning = SettingsModel::new_sessions(&prior.settings, &plan.planned.settings);
        call.diagnostics.extend(warning);
    }

    // Another name means another function. Terraform plans that once more, as a create.
    let replaced = plan.prior.take_if(|prior| prior.name != plan.planned.name);
    if replaced.is_none() {
        note_wishes(call, plan.prior.is_none(), &plan.planned).await?;
    }
    let remote = if plan.prior.is_some() {
        private_state::remote_edits(&call.private)
    } else {
        Vec::new()
    };
    match (&plan.planned.pinned_version, pin::version(&plan.planned)) {
        (_, Some(version)) => {
            pin::plan(call, plan.prior.as_ref(), &mut plan.planned, version).await?;
        }
        (Attr::Unknown, _) => pin::leave_open(&mut plan.planned),
        _ => {
            let reasons = publication::reasons(plan.prior.as_ref(), &plan.planned, &remote);
            publish(&mut plan.planned, plan.prior.as_ref(), &reasons)?;
        }
    }

    if let Some(replaced) = replaced {
        if let Some(function) = replaced.function() {
            call.client.roster().note_replaced(function);
        }
        call.diagnostics.extend(undeletable(&replaced));
        // Terraform plans a replacement again, as a create, and shows that plan's errors but not
        // its warnings. So the slots are planned here for their warnings only.
        let _ = place(call, None, &mut plan.planned.clone()).await;
        plan.prior = Some(replaced);
        let mut planned = plan.planned.placement();
        planned.leave_open();
        plan.planned.place(planned);
        return Ok(());
    }
    place(call, plan.prior.as_ref(), &mut plan.planned).await
}

/// A warning of a replacement that cannot succeed as long as another owner's distribution uses the
/// old function.
fn undeletable(replaced: &IntegrationModel) -> Option<Diagnostic> {
    let insists = replaced.on_destroy.known() == Some(&OnDestroy::Delete);
    (insists && replaced.distribution.is_null()).then(|| {
        let name = replaced.name.known().map_or("", String::as_str);
        Diagnostic::warning(format!(
            "Function {name} cannot be deleted while it is in use"
        ))
        .detail(
            "This plan replaces it, and `on_destroy = \"delete\"` fails if it cannot be deleted. \
                 Lambda refuses to delete it until no distribution uses it and CloudFront has \
                 removed its replicas, which takes hours. With `create_before_destroy = true` in \
                 the `lifecycle` block, Terraform first updates the distributions that refer to \
                 this resource; the destroy still waits for the replicas, so also apply a larger \
                 `timeouts.delete` before you change `name`. If you apply `on_destroy = \
                 \"best_effort\"` before you change `name`, the function is left behind with a \
                 warning.",
        )
        .at(Path::root("name"))
    })
}

/// Refuses a role of another account than the credentials', in which the function will be. The role
/// of an existing function is not checked.
async fn check_role(
    call: &Call<Client>,
    prior: Option<&IntegrationModel>,
    planned: &IntegrationModel,
) -> Result<()> {
    let role_arn = &planned.lambda.role_arn;
    let Some(role) = parsed_role(planned) else {
        return Ok(());
    };
    if prior.is_some_and(|prior| prior.lambda.role_arn == *role_arn) {
        return Ok(());
    }
    match account(call).await? {
        Some(account_id) if account_id != role.account_id => {
            Err(Diagnostic::error("The role belongs to another account")
                .detail(format!(
                    "`role_arn` names a role of account {}, but the credentials, and therefore the \
             function, belong to account {account_id}. Lambda accepts only roles of the \
             function's own account. Use a role of account {account_id}, or credentials of \
             account {}.",
                    role.account_id, role.account_id
                ))
                .at(Path::root("role_arn"))
                .into())
        }
        _ => Ok(()),
    }
}

fn parsed_role(planned: &IntegrationModel) -> Option<RoleArn> {
    planned
        .lambda
        .role_arn
        .known()
        .and_then(|arn| arn.parse().ok())
}

/// The account of the credentials, if STS was asked and has answered.
async fn account(call: &Call<Client>) -> Result<Option<String>> {
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    Ok(call.client.session().account(&deadline).await?)
}

/// Makes sure that this resource is the only one of its function, as far as a plan can see.
async fn note_wishes(
    call: &mut Call<Client>,
    is_new: bool,
    planned: &IntegrationModel,
) -> Result<()> {
    let Some(name) = planned.name.known() else {
        return Ok(());
    };
    let client = call.client.clone();
    let roster = client.roster();
    let claimant = if is_new {
        let replaced = roster.take_for_replacement(name).flatten();
        claimant::remember_read(&mut call.private, &roster.claims_read());
        claimant::succeeding(&mut call.private, replaced)
    } else {
        claimant::of(&mut call.private)
    };
    if !roster.want_function(name, &claimant) {
        return Err(wanted_twice(name).into());
    }
    if !is_new {
        return if roster.destroys(name) {
            Err(plan_destroy::renamed(name).into())
        } else {
            Ok(())
        };
    }
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    let Some(existing) = client.session().functions().read(name, &deadline).await? else {
        return Ok(());
    };
    let adopt = planned.adopt_existing_function.known() == Some(&true);
    let is_replaced = match ownership::owner(&existing.tags) {
        Some(owner) => claimant.holds(&owner),
        None => roster.has_read_from(name, &claimant),
    };
    if is_replaced {
        return Ok(());
    }
    if roster.destroys(name) {
        return Err(plan_destroy::renamed(name).into());
    }
    if owner::may_take_over(&existing.tags, &claimant, adopt) {
        // Where the one that left it behind has placed it, the apply takes that over as well.
        claimant::add_predecessors(&mut call.private, ownership::owner(&existing.tags));
        return Ok(());
    }
    Err(owner::already_there(&existing.arn, &existing.tags, planned).into())
}

fn wanted_twice(name: &str) -> Diagnostic {
    Diagnostic::error(format!("Two resources want the function {name}"))
        .detail(
            "Another integration in this configuration has the same `name`. Only one resource may \
             own a function, so choose another name here. To protect another distribution with \
             the same function, use `netacea_cloudfront_association`.",
        )
        .at(Path::root("name"))
}

/// Plans the slots.
async fn place(
    call: &mut Call<Client>,
    prior: Option<&IntegrationModel>,
    planned: &mut IntegrationModel,
) -> Result<()> {
    let placed = prior.map(IntegrationModel::placement);
    if let Some(placed) = placed.as_ref()
        && placed.distribution_id() != planned.placement().distribution_id()
    {
        leave(call, placed);
    }
    let proposal = Proposal {
        form: Form::Nested,
        was_applied: was_applied(&call.client, prior, planned),
        prior: placed.as_ref(),
        expectation: &SettingsModel::conduct(&planned.settings).into(),
    };
    let mut placement = planned.placement();
    if placement.function.is_none() && !placement.site.is_null() {
        placement.function = foreseen_function(call, planned).await?;
    }
    let displaced = proposal.plan(call, &mut placement).await?;
    let records = placement
        .distribution_id()
        .map_or(0, |id| displaced_tag_count(id, &displaced));
    check_tag_count(call, prior, planned, records)?;
    planned.place(placement);
    Ok(())
}

/// Tags that were applied before are not checked: an older release needed fewer of them for itself.
fn check_tag_count(
    call: &Call<Client>,
    prior: Option<&IntegrationModel>,
    planned: &IntegrationModel,
    displaced: usize,
) -> Result<()> {
    if prior.is_some_and(|prior| displaced == 0 && prior.tags_all == planned.tags_all) {
        return Ok(());
    }
    let placed = usize::from(!planned.distribution.is_null());
    tags::check_count(call.client.default_tags(), &planned.tags, placed, displaced)
}

/// Whether what is configured was applied before.
fn was_applied(
    client: &Client,
    prior: Option<&IntegrationModel>,
    planned: &IntegrationModel,
) -> bool {
    match prior {
        Some(prior) => prior.distribution == planned.distribution,
        // Terraform hides the state of a tainted resource from the plan, but it was read.
        None => planned
            .name
            .known()
            .is_some_and(|name| client.roster().has_read(name)),
    }
}

/// The ARN that our function will have: it follows from account and name.
async fn foreseen_function(
    call: &Call<Client>,
    planned: &IntegrationModel,
) -> Result<Option<FunctionArn>> {
    let Some(name) = planned.name.known() else {
        return Ok(None);
    };
    let account_id = match account(call).await? {
        Some(account_id) => Some(account_id),
        // Lambda takes execution roles of its own account only.
        None => parsed_role(planned).map(|role| role.account_id),
    };
    Ok(account_id.map(|account_id| FunctionArn::in_us_east_1(account_id, name)))
}

/// Everything that follows from the configuration alone.
fn derive(planned: &mut IntegrationModel, default_tags: &Attr<Tags>) {
    planned.id = planned.name.clone();
    planned.bundle_version = bundle::VERSION.into();
    planned.settings_sha256 = package::settings_sha256(&planned.settings);
    planned.tags_all = tags::merged(default_tags, &planned.tags);
}

/// Keeps the published version, or leaves open what publishing one will change.
fn publish(
    planned: &mut IntegrationModel,
    prior: Option<&IntegrationModel>,
    reasons: &[Reason],
) -> Result<()> {
    match prior {
        Some(prior) if reasons.is_empty() => planned.keep_version(prior),
        _ => {
            let words: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            tracing::info!(reasons = words.join("; "), "a version will be published");
            let function = prior
                .map(|prior| prior.function_arn.clone())
                .filter(Attr::is_known);
            planned.function_arn = function.unwrap_or(Attr::Unknown);
            planned.version = Attr::Unknown;
            planned.qualified_arn = Attr::Unknown;
            planned.code_sha256 = match package::foreseeable(planned).transpose()? {
                Some(package) => package.code_sha256().into(),
                None => Attr::Unknown,
            };
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::session::AwsSession;
    use crate::placement::Site;

    fn published() -> IntegrationModel {
        IntegrationModel {
            name: "netacea-shop".into(),
            function_arn: "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop".into(),
            version: Attr::Known("7".parse().expect("a version")),
            qualified_arn: "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:7".into(),
            code_sha256: "c2hh".into(),
            ..IntegrationModel::default()
        }
    }

    #[test]
    fn without_a_reason_everything_about_the_version_stays_known() {
        let mut planned = IntegrationModel {
            name: "netacea-shop".into(),
            ..IntegrationModel::default()
        };
        publish(&mut planned, Some(&published()), &[]).expect("no package is made");
        assert_eq!(planned, published());
    }

    #[test]
    fn a_version_to_come_is_unknown_but_its_function_is_not() {
        let mut planned = published();
        publish(&mut planned, Some(&published()), &[Reason::Settings]).expect("no package is made");
        assert_eq!(planned.function_arn, published().function_arn);
        assert!(
            planned.version.is_unknown()
                && planned.qualified_arn.is_unknown()
                && planned.code_sha256.is_unknown()
        );
    }

    #[test]
    fn names_and_hashes_are_known_before_the_first_apply() {
        let mut planned = IntegrationModel {
            name: "netacea-shop".into(),
            ..IntegrationModel::default()
        };
        derive(&mut planned, &Attr::Null);
        assert_eq!(planned.id, Attr::Known("netacea-shop".to_owned()));
        assert!(
            planned.settings_sha256.is_known()
                && planned.bundle_version.is_known()
                && planned.tags_all.is_known()
        );
    }

    fn protecting(id: &str) -> IntegrationModel {
        let site = Site {
            id: id.into(),
            ..Site::default()
        };
        IntegrationModel {
            name: "netacea-shop".into(),
            distribution: site.into(),
            ..IntegrationModel::default()
        }
    }

    #[test]
    fn only_what_was_applied_before_may_be_out_of_order_at_plan() {
        let client = Client::new(
            AwsSession::new(
                crate::aws::connection_settings::ConnectionSettings::default(),
                "1.11.4",
            ),
            Attr::Null,
        );
        assert!(
            !was_applied(&client, None, &protecting("E1")),
            "a new resource"
        );
        assert!(
            !was_applied(&client, Some(&protecting("E2")), &protecting("E1")),
            "a changed one"
        );
        assert!(
            was_applied(&client, Some(&protecting("E1")), &protecting("E1")),
            "an applied one"
        );
        client.roster().note_read("netacea-shop", None);
        assert!(
            was_applied(&client, None, &protecting("E1")),
            "a tainted one"
        );
    }
}
