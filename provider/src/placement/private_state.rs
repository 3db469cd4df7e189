//! What a placement remembers in private state.

use serde::{Deserialize, Serialize};
use tfplugin::Private;

use crate::aws::splice::Originals;

const CLAIMANT: &str = "claimant";
const ORIGINALS: &str = "originals";

#[derive(Default, Deserialize, Serialize)]
struct Remembered {
    distribution_id: String,
    originals: Originals,
}

/// The association elements of `distribution_id` as they were before us.
pub(super) fn originals(private: &Private, distribution_id: &str) -> Originals {
    private
        .get::<Remembered>(ORIGINALS)
        .filter(|remembered| remembered.distribution_id == distribution_id)
        .map(|remembered| remembered.originals)
        .unwrap_or_default()
}

/// Keeps the association elements as they were before us, for leaving.
pub(super) fn remember_originals(
    private: &mut Private,
    distribution_id: &str,
    originals: Originals,
) {
    private.set(
        ORIGINALS,
        &Remembered {
            distribution_id: distribution_id.to_owned(),
            originals,
        },
    );
}

/// A name for the resource instance, the same for as long as Terraform plans and keeps it.
/// Addresses are not told to providers, and two resources may be configured alike.
pub(super) fn claimant(private: &mut Private) -> u64 {
    private.get(CLAIMANT).unwrap_or_else(|| {
        let claimant = fastrand::u64(..);
        private.set(CLAIMANT, &claimant);
        claimant
    })
}
