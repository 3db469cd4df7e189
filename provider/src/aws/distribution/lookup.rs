//! What CloudFront says about a distribution apart from its behaviors, and searches over all
//! distributions: by alias, and by function.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use aws_sdk_cloudfront::types::DistributionSummary;

use super::distributions::Distributions;
use super::listing;
use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};

/// What CloudFront says about a distribution apart from its behaviors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Description {
    pub(crate) arn: String,
    /// Such as `d111111abcdef8.cloudfront.net`.
    pub(crate) domain_name: String,
    /// The domain names that visitors use.
    pub(crate) aliases: BTreeSet<String>,
    /// `Deployed`, or `InProgress` while edge locations take over a change.
    pub(crate) status: String,
}

impl Distributions {
    /// `None`: there is no such distribution in this account.
    pub(crate) async fn describe(
        &self,
        id: &str,
        deadline: &Deadline,
    ) -> Result<Option<Description>, Error> {
        const ACTION: &str = "cloudfront:GetDistribution";
        let cloudfront = &self.connection.clients().await?.cloudfront;
        let answer = deadline
            .run(
                &format!("reading the distribution {id}"),
                cloudfront.get_distribution().id(id).send(),
            )
            .await?;
        let Some(answer) =
            Error::unless_absent(answer, |error| error.is_no_such_distribution(), ACTION, id)?
        else {
            return Ok(None);
        };
        let distribution = answer.distribution.ok_or_else(|| Error::Answer {
            action: ACTION,
            resource: id.to_owned(),
            reason: "it describes no distribution".to_owned(),
        })?;
        let aliases = distribution
            .distribution_config
            .and_then(|configuration| configuration.aliases)
            .and_then(|aliases| aliases.items)
            .unwrap_or_default();
        Ok(Some(Description {
            arn: distribution.arn,
            domain_name: distribution.domain_name,
            aliases: aliases.into_iter().collect(),
            status: distribution.status,
        }))
    }

    /// The id of the distribution that has this alias, compared as a domain name: without regard to
    /// case. At most one has it.
    pub(crate) async fn find_by_alias(
        &self,
        alias: &str,
        deadline: &Deadline,
    ) -> Result<Option<String>, Error> {
        let doing = format!("looking for the alias {alias}");
        let found = self.visit_all(&doing, deadline, |summary| {
            let aliases = summary.aliases.as_ref().map(|aliases| aliases.items());
            let has_it = aliases
                .unwrap_or_default()
                .iter()
                .any(|one| one.eq_ignore_ascii_case(alias));
            if has_it {
                ControlFlow::Break(summary.id)
            } else {
                ControlFlow::Continue(())
            }
        });
        Ok(found.await?.break_value())
    }

    /// The slots of the function, in any version, over all distributions of the account:
    /// distribution id to slots and their associations.
    ///
    /// A listing may be older than the last update of a distribution, so each distribution that it
    /// names is read as well, if these credentials may.
    pub(crate) async fn slots_of(
        &self,
        function: &FunctionArn,
        deadline: &Deadline,
    ) -> Result<BTreeMap<String, BTreeMap<Slot, Association>>, Error> {
        let mut listed = BTreeMap::new();
        let doing = format!("looking for distributions that use {function}");
        let visited = self.visit_all(&doing, deadline, |summary| {
            let slots = slots_in(&summary, function);
            if !slots.is_empty() {
                listed.insert(summary.id, slots);
            }
            ControlFlow::<()>::Continue(())
        });
        let _ = visited.await?;
        let mut standing = BTreeMap::new();
        for (id, slots) in listed {
            let slots = match self.read(&id, deadline).await {
                Ok(Some(document)) => document.slots_of(function),
                Ok(None) => BTreeMap::new(),
                Err(Error::Denied(_)) => slots,
                Err(error) => return Err(error),
            };
            if !slots.is_empty() {
                standing.insert(id, slots);
            }
        }
        Ok(standing)
    }
}

fn slots_in(summary: &DistributionSummary, function: &FunctionArn) -> BTreeMap<Slot, Association> {
    let behaviors = listing::behaviors(summary).into_iter();
    let slots = behaviors.flat_map(|behavior| {
        let name = behavior.name;
        let held = behavior.associations.into_iter();
        let ours = held.filter(|(_, held)| function.owns(&held.lambda_arn));
        ours.map(move |(event, held)| (Slot::new(name.clone(), event), held))
    });
    slots.collect()
}
