//! What CloudFront says about a distribution besides its configuration.

use std::collections::BTreeSet;

use super::distributions::Distributions;
use crate::aws::error::Error;
use crate::aws::retry::Deadline;

/// What CloudFront says about a distribution beside its behaviors.
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
}
