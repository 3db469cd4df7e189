//! Asks CloudFront for the distributions and Lambda for whose the functions in them are.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Call, Result};

use super::model::{BehaviorModel, CoverageModel, DistributionModel, HolderModel, SummaryModel};
use super::select::Selection;
use super::status::{Status, verdict};
use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::behavior_name;
use crate::aws::distribution::{LISTING, Listed};
use crate::aws::document::Behavior;
use crate::aws::retry::Deadline;
use crate::client::Client;
use crate::timeouts::READ_LIMIT;

pub(super) async fn read(call: &mut Call<Client>, config: CoverageModel) -> Result<CoverageModel> {
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    let session = call.client.session();
    let mut selection = Selection::of(&config);
    let mut survey = Survey::default();
    let mut pages = session.distributions().pages(LISTING, &deadline);
    // Page by page, so that an account is never held in the form of the listing as a whole.
    while let Some(mut page) = pages.next().await? {
        page.retain(|listed| selection.meets(listed) && selection.shows(listed));
        let strangers = survey.unasked(&page);
        let ours = session.functions().managed(strangers, &deadline).await?;
        survey.ours.extend(ours);
        page.into_iter().for_each(|listed| survey.add(listed));
    }
    let missing = selection.missing();
    if missing.has_errors() {
        return Err(missing);
    }
    Ok(survey.conclude(config))
}

/// What was found so far.
#[derive(Default)]
struct Survey {
    /// All functions that were asked whose they are.
    asked: BTreeSet<FunctionArn>,
    /// Those of this provider.
    ours: BTreeSet<FunctionArn>,
    /// By id.
    surveyed: BTreeMap<String, Surveyed>,
}

struct Surveyed {
    distribution: DistributionModel,
    /// Empty for a staging distribution: none of its behaviors is counted.
    statuses: Vec<Status>,
    open: Vec<String>,
}

impl Survey {
    /// The functions of `page` that nobody asked for before. They count as asked.
    fn unasked(&mut self, page: &[Listed]) -> BTreeSet<FunctionArn> {
        let held = page.iter().flat_map(|listed| &listed.behaviors);
        let held = held.flat_map(|behavior| behavior.associations.values());
        let held = held.filter_map(|held| held.lambda_arn.parse::<QualifiedArn>().ok());
        let functions = held.map(|held| held.function);
        functions
            .filter(|function| self.asked.insert(function.clone()))
            .collect()
    }

    fn add(&mut self, listed: Listed) {
        let mut names = listed.behaviors.iter().map(|found| &found.name);
        let has_pattern_default = names.any(|name| name == behavior_name::PATTERN_DEFAULT);
        let (mut statuses, mut open) = (Vec::new(), Vec::new());
        let mut behaviors = Vec::with_capacity(listed.behaviors.len());
        for found in listed.behaviors {
            let name = behavior_name::written(&found.name, has_pattern_default);
            let judged = verdict(&found, &self.ours);
            if !listed.staging {
                statuses.push(judged.status);
                if judged.status.is_open() {
                    open.push(format!("{} {name}", listed.id));
                }
            }
            behaviors.push(BehaviorModel {
                name: name.into(),
                status: judged.status.as_str().into(),
                reason: judged.reason.into(),
                holders: holders(&found, &self.ours).into(),
            });
        }
        let distribution = DistributionModel {
            id: listed.id.as_str().into(),
            arn: listed.arn.into(),
            domain_name: listed.domain_name.into(),
            aliases: listed.aliases.into(),
            enabled: listed.enabled.into(),
            staging: listed.staging.into(),
            tenant_only: listed.tenant_only.into(),
            behaviors: behaviors.into(),
        };
        let surveyed = Surveyed {
            distribution,
            statuses,
            open,
        };
        self.surveyed.insert(listed.id, surveyed);
    }

    fn conclude(self, config: CoverageModel) -> CoverageModel {
        let (mut primaries, mut statuses, mut unprotected) = (0, Vec::new(), Vec::new());
        let mut distributions = Vec::with_capacity(self.surveyed.len());
        for surveyed in self.surveyed.into_values() {
            primaries += usize::from(surveyed.distribution.staging.known() == Some(&false));
            statuses.extend(surveyed.statuses);
            unprotected.extend(surveyed.open);
            distributions.push(surveyed.distribution);
        }
        CoverageModel {
            distributions: distributions.into(),
            unprotected: unprotected.into(),
            summary: Attr::Known(summary(primaries, &statuses)),
            ..config
        }
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
    fn what_is_open_is_listed_by_id_as_a_configuration_writes_it_and_staging_is_not_counted() {
        let mut survey = Survey {
            ours: [OURS.parse().expect("an ARN")].into(),
            ..Survey::default()
        };
        let account = [
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
        ];
        for listed in account.into_iter().rev() {
            survey.add(listed);
        }
        let described = survey.conclude(CoverageModel::default());
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
