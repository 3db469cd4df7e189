//! What an integration remembers in private state, beside its attributes.

use serde::{Deserialize, Serialize};
use tfplugin::Private;

use crate::aws::splice::Originals;

const ORIGINALS: &str = "originals";
const REMOTE_EDITS: &str = "remote_edits";

#[derive(Default, Deserialize, Serialize)]
struct Remembered {
    distribution_id: String,
    originals: Originals,
}

/// The association elements of `distribution_id` as they were before us.
pub(crate) fn originals(private: &Private, distribution_id: &str) -> Originals {
    private
        .get::<Remembered>(ORIGINALS)
        .filter(|remembered| remembered.distribution_id == distribution_id)
        .map(|remembered| remembered.originals)
        .unwrap_or_default()
}

/// Keeps the association elements as they were before us, for leaving.
pub(crate) fn remember_originals(
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

/// How the function differed from what was published when it was last read, in words.
pub(crate) fn remote_edits(private: &Private) -> Vec<String> {
    private.get(REMOTE_EDITS).unwrap_or_default()
}

/// Hands the findings of a read on to the plan.
pub(crate) fn remember_remote_edits(private: &mut Private, edits: &[String]) {
    if edits.is_empty() {
        private.remove(REMOTE_EDITS);
    } else {
        private.set(REMOTE_EDITS, &edits);
    }
}
