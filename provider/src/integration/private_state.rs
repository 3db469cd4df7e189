//! What an integration remembers in private state in addition to its attributes and its placement.

use tfplugin::Private;

use crate::aws::tags::IgnoredTags;
use crate::private_keys::{IGNORED_TAGS, PUBLISHED_CODE, REMOTE_EDITS};

/// SHA-256 of the package that was published last. Unlike the attribute, a read does not overwrite
/// it.
pub(crate) fn published_code(private: &Private) -> Option<String> {
    private.get(PUBLISHED_CODE)
}

/// Notes what was published. Nobody has edited the function since.
pub(crate) fn remember_publication(private: &mut Private, code_sha256: &str) {
    private.set(PUBLISHED_CODE, &code_sha256);
    private.remove(REMOTE_EDITS);
}

/// The differences between the function at the last read and what was published, as sentences.
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

/// The tags to which the provider was blind when the tags of this state were read or written.
pub(crate) fn ignored_tags(private: &Private) -> IgnoredTags {
    private.get(IGNORED_TAGS).unwrap_or_default()
}

/// Notes to which tags the provider was blind. A tag that it sees for the first time later on is
/// not drift.
pub(crate) fn remember_ignored_tags(private: &mut Private, ignored: &IgnoredTags) {
    if *ignored == IgnoredTags::default() {
        private.remove(IGNORED_TAGS);
    } else {
        private.set(IGNORED_TAGS, ignored);
    }
}
