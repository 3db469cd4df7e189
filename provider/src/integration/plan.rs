//! Plan: what will be published, and what is known about it beforehand.

use tfplugin::{Attr, Call, Plan, Result, log};

use super::model::IntegrationModel;
use super::publication::{self, Reason};
use super::read::recorded_function;
use super::settings::Settings;
use super::{package, placement, record, tags, wanted};
use crate::aws::ownership::Tags;
use crate::bundle;
use crate::provider::Client;

/// Completes the plan of a create or an update.
pub(crate) async fn plan(call: &mut Call<Client>, plan: &mut Plan<IntegrationModel>) -> Result<()> {
    Settings::complete(&mut plan.planned.settings, &plan.config.settings);
    derive(&mut plan.planned, call.client.default_tags());

    // Another name means another function. Terraform plans that once more, as a create.
    let replaced = plan.prior.take_if(|prior| prior.name != plan.planned.name);
    let remote = if plan.prior.is_some() {
        record::remote_edits(&call.private)
    } else {
        Vec::new()
    };
    let reasons = publication::reasons(plan.prior.as_ref(), &plan.planned, &remote);
    publish(&mut plan.planned, plan.prior.as_ref(), &reasons)?;
    plan.planned.lambda_function_associations = wanted::associations(&plan.planned);

    if let Some(replaced) = replaced {
        if let Some(function) = recorded_function(&replaced) {
            call.client.replace(function);
        }
        plan.planned.slots = Attr::Unknown;
        plan.planned.displaced = Attr::Unknown;
        plan.prior = Some(replaced);
        return Ok(());
    }
    placement::plan(call, plan.prior.as_ref(), &mut plan.planned).await
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
        Some(prior) if reasons.is_empty() => {
            planned.function_arn = prior.function_arn.clone();
            planned.version = prior.version.clone();
            planned.qualified_arn = prior.qualified_arn.clone();
            planned.code_sha256 = prior.code_sha256.clone();
        }
        _ => {
            let words: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            log::info(
                "a version will be published",
                &[("reasons", &words.join("; "))],
            );
            let function = prior
                .map(|prior| prior.function_arn.clone())
                .filter(Attr::is_known);
            planned.function_arn = function.unwrap_or(Attr::Unknown);
            planned.version = Attr::Unknown;
            planned.qualified_arn = Attr::Unknown;
            planned.code_sha256 = match package::foreseeable(planned).transpose()? {
                Some(bundle) => bundle.code_sha256().into(),
                None => Attr::Unknown,
            };
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published() -> IntegrationModel {
        IntegrationModel {
            name: "netacea-shop".into(),
            function_arn: "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop".into(),
            version: "7".into(),
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
}
