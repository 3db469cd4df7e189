//! What CloudFront says about a distribution apart from its behaviors, and which distribution has
//! an alias.

use std::collections::BTreeSet;

use super::distributions::Distributions;
use crate::aws::error::Error;
use crate::aws::retry::Deadline;

/// What CloudFront says about a distribution apart from its behaviors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Description {
    pub(crate) arn: String,
    /// Such as `d111111abcdef8.cloudfront.net`.
    pub(crate) domain_name: String,
    /// The domain names of the visitors' side.
    pub(crate) aliases: BTreeSet<String>,
    /// `Deployed`, or `InProgress` while edge locations take over a change.
    pub(crate) status: String,
}

impl Distributions {
    /// None: there is no such distribution in this account.
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
        let distribution = match answer {
            Ok(answer) => answer.distribution.ok_or_else(|| Error::Answer {
                action: ACTION,
                resource: id.to_owned(),
                reason: "it describes no distribution".to_owned(),
            })?,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_no_such_distribution()) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(Error::of_call(ACTION, id, &error)),
        };
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
        const ACTION: &str = "cloudfront:ListDistributions";
        let cloudfront = &self.connection.clients().await?.cloudfront;
        let mut pages = cloudfront.list_distributions().into_paginator().send();
        let doing = format!("looking for the alias {alias}");
        while let Some(page) = deadline.run(&doing, pages.next()).await? {
            let page = page.map_err(|error| Error::of_call(ACTION, "*", &error))?;
            let summaries = page
                .distribution_list
                .and_then(|list| list.items)
                .unwrap_or_default();
            let found = summaries.into_iter().find(|summary| {
                let aliases = summary.aliases.as_ref().map(|aliases| aliases.items());
                aliases
                    .unwrap_or_default()
                    .iter()
                    .any(|one| one.eq_ignore_ascii_case(alias))
            });
            if let Some(found) = found {
                return Ok(Some(found.id));
            }
        }
        Ok(None)
    }
}
