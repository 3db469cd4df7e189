//! What a placement remembers in private state.

use serde::{Deserialize, Serialize};
use tfplugin::Private;

use crate::aws::splice::Originals;
use crate::private_keys::ORIGINALS;

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
