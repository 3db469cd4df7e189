//! The steps after a change that CloudFront has accepted.
//!
//! From then on the site is protected, or no longer uses our function, so a failure here is only a
//! warning. Originals and displaced associations are stored for the time when the slots are left.

use std::collections::BTreeMap;

use tfplugin::{Attr, Call, Diagnostic};

use super::model::arns;
use super::private_state;
use crate::aws::distribution::{Applied, Deployment, Unrestored};
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::aws::slot::Slot;
use crate::client::Client;

/// Waits until CloudFront has deployed the changes. They are accepted already, so whatever fails
/// here is a warning.
pub(crate) async fn await_deployment(
    call: &mut Call<Client>,
    wait: &Attr<bool>,
    deployments: impl IntoIterator<Item = Deployment>,
    deadline: &Deadline,
) {
    if wait.known() == Some(&false) {
        return;
    }
    let client = call.client.clone();
    for deployment in deployments {
        let deployed = client
            .session()
            .distributions()
            .wait_deployed(&deployment, deadline)
            .await;
        call.diagnostics
            .extend(deployed.err().map(|error| error.warning()));
    }
}

/// Stores what an accepted change has found out.
pub(super) fn accept(
    call: &mut Call<Client>,
    id: &str,
    applied: Applied,
    all_displaced: &mut BTreeMap<Slot, String>,
) -> Option<Deployment> {
    private_state::remember_originals(&mut call.private, id, applied.originals);
    all_displaced.extend(arns(applied.displaced));
    call.diagnostics.extend(unrestored(id, &applied.unrestored));
    call.diagnostics
        .extend(applied.warnings.iter().map(Error::warning));
    applied.deployment
}

/// A warning about associations that could not be put back; `None` if there is none.
pub(crate) fn unrestored(id: &str, unrestored: &BTreeMap<Slot, Unrestored>) -> Option<Diagnostic> {
    if unrestored.is_empty() {
        return None;
    }
    let listed = |works: bool| -> String {
        let meant = unrestored.iter().filter(|(_, one)| one.works == works);
        meant
            .map(|(slot, one)| format!("  - {slot}: {}\n", one.lambda_arn))
            .collect()
    };
    let companions = match listed(true) {
        none if none.is_empty() => String::new(),
        companions => format!(
            "\nThese functions of Netacea's package still work, but only together with the ones \
             above, so they were not restored either:\n{companions}"
        ),
    };
    let warning = Diagnostic::warning(format!(
        "Displaced associations of distribution {id} could not be restored"
    ));
    Some(warning.detail(format!(
        "These functions no longer work at the edge (they were deleted, or CloudFront refuses \
         them), so their slots are now empty:\n{}{companions}\nIf these slots need a function, associate another one.",
        listed(false)
    )))
}
