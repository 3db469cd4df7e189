//! Asks CloudFront for the distributions and Lambda for whose the functions in them are.

use std::collections::BTreeSet;

use tfplugin::{Attr, Call, Result};

use super::model::{BehaviorModel, CoverageModel, DistributionModel, HolderModel, SummaryModel};
use super::select::Selection;
use super::status::{Status, verdict};
use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::behavior_name;
use crate::aws::distribution::Listed;
use crate::aws::document::Behavior;
use crate::aws::retry::Deadline;
use crate::client::Client;
use crate::timeouts::READ_LIMIT;

pub(super) async fn read(call: &mut Call<Client>, config: CoverageModel) -> Result<CoverageModel> {
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    let session = call.client.session();
    let selection = Selection::of(&config);
    let mut listed = session
        .distributions()
        .list(&deadline, |listed| selection.means(listed))
        .await?;
    let missing = selection.missing(&listed);
    if missing.has_errors() {
        return Err(missing);
    }
    listed.retain(|listed| selection.shows(listed));
    let held = listed.iter().flat_map(|listed| &listed.behaviors);
    let held = held.flat_map(|behavior| behavior.associations.values());
    let held = held.filter_map(|held| held.lambda_arn.parse().ok());
    let ours = session
        .functions()
        .managed(held.collect(), &deadline)
        .await?;
    Ok(described(&listed, &ours, config))
}

/// Everything that is said about these distributions.
fn described(
    listed: &[Listed],
    ours: &BTreeSet<FunctionArn>,
    config: CoverageModel,
) -> CoverageModel {
    let mut unprotected = Vec::new();
    let mut statuses = Vec::new();
    let mut primaries = 0;
    let mut distributions = Vec::new();
    for distribution in listed {
        let mut behaviors = Vec::new();
        let mut names = distribution.behaviors.iter().map(|found| &found.name);
        let has_pattern_default = names.any(|name| name == behavior_name::PATTERN_DEFAULT);
        primaries += usize::from(!distribution.staging);
        for found in &distribution.behaviors {
            let name = behavior_name::written(&found.name, has_pattern_default);
            let judged = verdict(found, ours);
            if !distribution.staging {
                statuses.push(judged.status);
                if judged.status.is_open() {
                    unprotected.push(format!("{} {name}", distribution.id));
                }
            }
            behaviors.push(BehaviorModel {
                name: name.into(),
                status: judged.status.as_str().into(),
                reason: judged.reason.into(),
                holders: holders(found, ours).into(),
            });
        }
        distributions.push(DistributionModel {
            id: distribution.id.as_str().into(),
            arn: distribution.arn.as_str().into(),
            domain_name: distribution.domain_name.as_str().into(),
            aliases: distribution.aliases.clone().into(),
            enabled: distribution.enabled.into(),
            staging: distribution.staging.into(),
            tenant_only: distribution.tenant_only.into(),
            behaviors: behaviors.into(),
        });
    }
    CoverageModel {
        distributions: distributions.into(),
        unprotected: unprotected.into(),
        summary: Attr::Known(summary(primaries, &statuses)),
        ..config
    }
}

fn holders(behavior: &Behavior, ours: &BTreeSet<FunctionArn>) -> Vec<HolderModel> {
    let holders = behavior.associations.iter().map(|(event, held)| {
        let version: Option<QualifiedArn> = held.lambda_arn.parse().ok();
        let ours = version
            .as_ref()
            .map(|version| &version.function)
            .filter(|function| ours.contains(function));
        HolderModel {
            event_type: event.as_str().into(),
            lambda_arn: held.lambda_arn.as_str().into(),
            version: version.as_ref().map(|held| held.version.to_string()).into(),
            ours: ours.is_some().into(),
            integration: ours.map(|function| function.name.clone()).into(),
        }
    });
    holders.collect()
}

fn summary(distributions: usize, statuses: &[Status]) -> SummaryModel {
    let count = |status| statuses.iter().filter(|found| **found == status).count();
    SummaryModel {
        distributions: number(distributions),
        behaviors: number(statuses.len()),
        protected: number(count(Status::Protected)),
        partly: number(count(Status::Partly)),
        foreign: number(count(Status::Foreign)),
        unprotected: number(count(Status::Unprotected)),
        impossible: number(count(Status::Impossible)),
    }
}

/// An account's behaviors are far fewer than the largest number.
fn number(count: usize) -> Attr<i64> {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;
    use crate::aws::slot::Association;

    const OURS: &str = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:3";
    const THEIRS: &str = "arn:aws:lambda:us-east-1:123456789012:function:rewrite:7";

    fn behavior(name: &str, arn: Option<&str>) -> Behavior {
        let held = |arn: &str| Association {
            lambda_arn: arn.to_owned(),
            include_body: false,
        };
        let events = [EventType::ViewerRequest, EventType::ViewerResponse];
        Behavior {
            name: name.to_owned(),
            associations: arn
                .map(|arn| events.map(|event| (event, held(arn))).into())
                .unwrap_or_default(),
            ..Behavior::default()
        }
    }

    fn listed(id: &str, staging: bool, behaviors: Vec<Behavior>) -> Listed {
        Listed {
            id: id.to_owned(),
            arn: format!("arn:aws:cloudfront::123456789012:distribution/{id}"),
            domain_name: "d111111abcdef8.cloudfront.net".to_owned(),
            aliases: BTreeSet::new(),
            enabled: true,
            staging,
            tenant_only: false,
            behaviors,
        }
    }

    #[test]
    fn what_is_open_is_listed_as_a_configuration_writes_it_and_staging_is_not_counted() {
        let described = described(
            &[
                listed(
                    "E1",
                    false,
                    vec![
                        behavior(behavior_name::DEFAULT, Some(OURS)),
                        behavior("/a", Some(THEIRS)),
                    ],
                ),
                listed(
                    "E2",
                    false,
                    vec![
                        behavior(behavior_name::DEFAULT, None),
                        behavior(behavior_name::PATTERN_DEFAULT, Some(OURS)),
                    ],
                ),
                listed("E3", true, vec![behavior(behavior_name::DEFAULT, None)]),
            ],
            &[OURS.parse().expect("an ARN")].into(),
            CoverageModel::default(),
        );
        assert_eq!(
            described.unprotected,
            Attr::Known(vec!["E1 /a".to_owned(), "E2 (default)".to_owned()])
        );
        assert_eq!(
            described.summary,
            Attr::Known(SummaryModel {
                distributions: 2.into(),
                behaviors: 4.into(),
                protected: 2.into(),
                partly: 0.into(),
                foreign: 1.into(),
                unprotected: 1.into(),
                impossible: 0.into(),
            })
        );
        let distributions = described.distributions.known().expect("a list");
        let behaviors = distributions[0].behaviors.known().expect("a list");
        let holder = &behaviors[0].holders.known().expect("a list")[0];
        assert_eq!(holder.integration, Attr::Known("netacea-shop".to_owned()));
        assert_eq!(holder.version, Attr::Known("3".to_owned()));
        let holder = &behaviors[1].holders.known().expect("a list")[0];
        assert_eq!(
            (&holder.ours, &holder.integration),
            (&false.into(), &Attr::Null)
        );
    }
}
