//! The tags of a function: the user's, the provider's own, and those that others put there.

use std::collections::{BTreeMap, BTreeSet};

/// Tags of a function, the user's and ours.
pub(crate) type Tags = BTreeMap<String, String>;

/// How the keys of the provider's own tags begin.
pub(super) const RESERVED_PREFIX: &str = "netacea:";

/// Whether a tag key belongs to the provider rather than to the user.
pub(crate) fn is_reserved(key: &str) -> bool {
    key.starts_with(RESERVED_PREFIX)
}

/// Tags to write and to remove.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TagEdits {
    pub(crate) set: Tags,
    pub(crate) remove: Vec<String>,
}

impl TagEdits {
    /// How many tags there are for a moment, after writing and before removing; AWS's own do not
    /// count.
    pub(crate) fn most(&self, tags: &Tags) -> usize {
        let keys: BTreeSet<&String> = tags.keys().chain(self.set.keys()).collect();
        keys.iter().filter(|key| !key.starts_with("aws:")).count()
    }
}

/// Tags that others put on resources: the provider acts as if they were not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IgnoredTags {
    pub(crate) keys: BTreeSet<String>,
    pub(crate) key_prefixes: BTreeSet<String>,
}

impl IgnoredTags {
    /// Whether the tag of this key is one of them.
    pub(crate) fn covers(&self, key: &str) -> bool {
        self.keys.contains(key)
            || self
                .key_prefixes
                .iter()
                .any(|prefix| key.starts_with(prefix.as_str()))
    }

    /// The other tags.
    pub(crate) fn strip(&self, mut tags: Tags) -> Tags {
        tags.retain(|key, _| !self.covers(key));
        tags
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_ignored_as_a_whole_and_prefixes_by_their_beginning() {
        let ignored = IgnoredTags {
            keys: ["owner".to_owned()].into(),
            key_prefixes: ["cost:".to_owned()].into(),
        };
        let tags = |keys: &[&str]| -> Tags {
            keys.iter()
                .map(|key| (key.to_string(), "x".to_owned()))
                .collect()
        };
        assert_eq!(
            ignored.strip(tags(&["owner", "owner2", "cost:centre", "cost", "team"])),
            tags(&["owner2", "cost", "team"])
        );
    }

    #[test]
    fn nothing_is_ignored_by_default() {
        assert!(!IgnoredTags::default().covers("team"));
    }
}
