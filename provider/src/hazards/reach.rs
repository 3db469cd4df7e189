//! Which requests reach a staging distribution, and what follows for whoever tries something there.
//!
//! Facts: CloudFront developer guide, "Learn how continuous deployment works" and "Quotas and other
//! considerations for continuous deployment".

use super::finding::Finding;
use super::hazard::Hazard;
use crate::aws::distribution::{ContinuousDeploymentPolicy, Traffic};

/// What is known about the requests that reach a staging distribution.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reach {
    /// Nobody has asked.
    Unasked,
    /// The policy could not be read, for this reason.
    Unread(String),
    /// No policy belongs to the distribution.
    NoPolicy,
    /// As its policy says.
    Policy(ContinuousDeploymentPolicy),
}

const PEAK: &str = "At times of peak traffic in CloudFront, all requests may go to the primary \
     distribution, whatever the policy says.";

impl Reach {
    /// `stops` says whether the function stops visitors with captchas.
    pub(super) fn finding(&self, stops: bool) -> Finding {
        Finding::of_distribution(
            Hazard::ContinuousDeployment,
            self.summary(),
            self.detail(stops),
        )
    }

    fn summary(&self) -> String {
        let policy = match self {
            Reach::Unasked => return "Only some requests reach a staging distribution".to_owned(),
            Reach::Unread(_) => {
                return "It is not known which requests reach the staging distribution".to_owned();
            }
            Reach::Policy(policy) if policy.enabled => policy,
            Reach::NoPolicy | Reach::Policy(_) => {
                return "No request reaches the staging distribution".to_owned();
            }
        };
        match &policy.traffic {
            Traffic::Weight { percent, .. } => {
                format!("{percent} % of the requests reach the staging distribution")
            }
            Traffic::Header { name } => {
                format!("Only requests with the header {name} reach the staging distribution")
            }
            Traffic::Other => "Only some requests reach the staging distribution".to_owned(),
        }
    }

    fn detail(&self, stops: bool) -> String {
        let policy = match self {
            Reach::Unasked => {
                return format!(
                    "The continuous deployment policy sends a staging distribution either a share \
                     of the requests, or those with a certain header. All other requests go to the \
                     primary distribution. {PEAK}"
                );
            }
            Reach::Unread(why) => {
                return format!(
                    "The provider could not read the continuous deployment policy of the staging \
                     distribution, so it does not know whether the policy sends a share of the \
                     requests there, or those with a certain header. Only this warning needs the \
                     policy; an apply does not.\n\n{why}"
                );
            }
            Reach::NoPolicy => {
                return "The staging distribution has no continuous deployment policy. Create one \
                        with the domain name of the staging distribution, and set the policy's id \
                        in the primary distribution (`ContinuousDeploymentPolicyId`). CloudFront \
                        does not offer that for distributions that have HTTP/3 or serve only \
                        tenants; for those, `settings.mitigation_percent` of the integration \
                        limits which visitors are acted upon."
                    .to_owned();
            }
            Reach::Policy(policy) if !policy.enabled => {
                return "The continuous deployment policy is disabled (`Enabled` is false), so all \
                        requests go to the primary distribution. Enable the policy to send \
                        requests here."
                    .to_owned();
            }
            Reach::Policy(policy) => policy,
        };
        match &policy.traffic {
            Traffic::Weight { is_sticky, .. } => {
                let mut detail = "This is the weight in the continuous deployment policy. All \
                                  other requests go to the primary distribution."
                    .to_owned();
                if !is_sticky && stops {
                    detail.push_str(
                        " The policy has no session stickiness, so the requests of one visitor go \
                         to both distributions: the solution of a captcha from the staging \
                         distribution may arrive at the primary one, which does not know it. \
                         Enable session stickiness.",
                    );
                }
                format!("{detail} {PEAK}")
            }
            Traffic::Header { name } => format!(
                "The continuous deployment policy selects requests by this header. Visitors do not \
                 send {name}, so the function sees only your own tests here. To send real visitors \
                 here, use a policy with a weight. {PEAK}"
            ),
            Traffic::Other => format!(
                "The continuous deployment policy selects the requests in a way that this version \
                 of the provider does not know. {PEAK}"
            ),
        }
    }
}
