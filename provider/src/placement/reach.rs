//! Finds out which requests a staging distribution gets.

use tfplugin::Call;

use super::model::Placement;
use super::site::Site;
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::client::Client;
use crate::hazards::{Hazard, Reach};
use crate::timeouts::READ_LIMIT;

/// Reads the policy only if a staging distribution is meant and the plan needs the answer.
pub(super) async fn reach(
    call: &Call<Client>,
    site: &Site,
    document: &Document,
    planned: &Placement,
) -> Reach {
    let acknowledged = planned.acknowledge_hazards.known();
    let is_silent = acknowledged.is_some_and(|names| names.contains(&Hazard::ContinuousDeployment));
    if !document.staging() || site.is_staging() != Some(true) || is_silent {
        return Reach::Unasked;
    }
    let Some(policy) = &document.surroundings().continuous_deployment_policy else {
        return Reach::NoPolicy;
    };
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    let distributions = call.client.session().distributions();
    let read = distributions.continuous_deployment_policy(policy, &deadline);
    match read.await {
        Ok(policy) => Reach::Policy(policy),
        Err(error) => {
            let mut why = error.warning().detail_text().to_owned();
            if matches!(error, Error::Denied(_)) {
                why.push_str(
                    "\n\nThe policy that the data source `netacea_edge_deployer_policy` writes \
                     includes this permission if `staging = true` is set there.",
                );
            }
            Reach::Unread(why)
        }
    }
}
