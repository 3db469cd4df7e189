//! What an integration remembers in private state, beside its attributes.

use serde::{Deserialize, Serialize};
use tfplugin::Private;

use crate::aws::splice::Originals;

const ORIGINALS: &str = "originals";
const PUBLISHED_CODE: &str = "published_code_sha256";
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

/// SHA-256 of the package that was published last. Unlike the attribute, a read does not overwrite
/// it.
pub(crate) fn published_code(private: &Private) -> Option<String> {
    private.get(PUBLISHED_CODE)
}

/// Notes what was published: Lambda now holds that, and no edit of anybody's.
pub(crate) fn remember_publication(private: &mut Private, code_sha256: &str) {
    private.set(PUBLISHED_CODE, &code_sha256);
    private.remove(REMOTE_EDITS);
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
