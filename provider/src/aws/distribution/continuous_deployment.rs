//! The policy of a continuous deployment: which requests CloudFront sends to the staging
//! distribution. It is only read, for the warnings of a plan; nothing that is written depends on
//! it.

use std::time::Duration;

use aws_sdk_cloudfront::types::TrafficConfig;

use super::distributions::Distributions;
use crate::aws::error::Error;
use crate::aws::retry::Deadline;

/// A plan does not wait long for what only a warning needs.
const PATIENCE: Duration = Duration::from_secs(20);

/// The parts of a continuous deployment policy that visitors notice (API reference,
/// `ContinuousDeploymentPolicyConfig`).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ContinuousDeploymentPolicy {
    /// Whether it is switched on; otherwise all requests go to the primary distribution.
    pub(crate) enabled: bool,
    /// Which requests it sends to the staging distribution.
    pub(crate) traffic: Traffic,
}

/// Which requests go to the staging distribution.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Traffic {
    /// A share of all requests.
    Weight {
        /// Up to 15.
        percent: f64,
        /// Whether all requests of a visitor's session go to the same distribution.
        is_sticky: bool,
    },
    /// Those with this header and a certain value.
    Header { name: String },
    /// Something that this release does not know.
    Other,
}

impl Distributions {
    /// GetContinuousDeploymentPolicy.
    pub(crate) async fn continuous_deployment_policy(
        &self,
        id: &str,
        deadline: &Deadline,
    ) -> Result<ContinuousDeploymentPolicy, Error> {
        const ACTION: &str = "cloudfront:GetContinuousDeploymentPolicy";
        let cloudfront = &self.connection.clients().await?.cloudfront;
        let answer = deadline
            .within(PATIENCE)
            .run(
                &format!("reading the continuous deployment policy {id}"),
                cloudfront.get_continuous_deployment_policy().id(id).send(),
            )
            .await?
            .map_err(|error| Error::of_call(ACTION, id, &error))?;
        let policy = answer.continuous_deployment_policy;
        let config = policy.and_then(|policy| policy.continuous_deployment_policy_config);
        let config = config.ok_or_else(|| Error::Answer {
            action: ACTION,
            resource: id.to_owned(),
            reason: "it has no policy".to_owned(),
        })?;
        Ok(ContinuousDeploymentPolicy {
            enabled: config.enabled,
            traffic: config.traffic_config.map_or(Traffic::Other, Traffic::from),
        })
    }
}

impl From<TrafficConfig> for Traffic {
    fn from(config: TrafficConfig) -> Traffic {
        match (config.single_weight_config, config.single_header_config) {
            (Some(weight), None) => Traffic::Weight {
                percent: percent(weight.weight),
                is_sticky: weight.session_stickiness_config.is_some(),
            },
            (None, Some(header)) => Traffic::Header {
                name: header.header,
            },
            _ => Traffic::Other,
        }
    }
}

/// A share such as 0.05, which single precision does not hold exactly, with two decimals.
fn percent(weight: f32) -> f64 {
    (f64::from(weight) * 1e4).round() / 1e2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_told_as_the_percentage_that_was_typed() {
        for (weight, told) in [
            (0.0_f32, "0"),
            (0.05, "5"),
            (0.15, "15"),
            (0.125, "12.5"),
            (0.001, "0.1"),
        ] {
            assert_eq!(percent(weight).to_string(), told);
        }
    }
}
