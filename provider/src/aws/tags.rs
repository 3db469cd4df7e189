//! The tags of a function: the user's, the provider's own, and those that others put there.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Tags of a function, the user's and ours.
pub(crate) type Tags = BTreeMap<String, String>;

/// The prefix of the keys of the provider's own tags.
pub(super) const RESERVED_PREFIX: &str = "netacea:";

/// Whether a tag key belongs to the provider rather than to the user.
pub(crate) fn is_reserved(key: &str) -> bool {
    key.starts_with(RESERVED_PREFIX)
}

/// Whether a tag key is AWS's own. AWS ignores case here.
pub(crate) fn is_of_aws(key: &str) -> bool {
    key.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
}

/// Lambda's limit for a function.
pub(crate) const MOST_TAGS: usize = 50;

/// Refuses tags that a user cannot have: those that the provider or AWS keeps for itself, and those
/// that are too long.
pub(crate) fn check(tags: &Tags) -> Result<(), String> {
    if let Some(key) = tags.keys().find(|key| is_reserved(key)) {
        return Err(format!(
            "The tag `{key}` is reserved: the provider records ownership in tags that begin with \
             `netacea:`. Rename it."
        ));
    }
    if let Some(key) = tags.keys().find(|key| is_of_aws(key)) {
        return Err(format!(
            "AWS reserves tags that begin with `aws:`. Rename `{key}`."
        ));
    }
    match tags.iter().find(|(key, value)| {
        key.is_empty() || key.chars().count() > 128 || value.chars().count() > 256
    }) {
        Some((key, value)) => Err(format!(
            "A tag's key must have 1 to 128 characters, and its value at most 256. The tag `{key}` \
             has a key of {} and a value of {} characters.",
            key.chars().count(),
            value.chars().count()
        )),
        None => Ok(()),
    }
}

/// Tags to write and to remove.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TagEdits {
    pub(crate) set: Tags,
    pub(crate) remove: Vec<String>,
}

impl TagEdits {
    /// How many tags the function has between writing and removing; AWS's own do not count.
    pub(crate) fn most(&self, tags: &Tags) -> usize {
        let keys: BTreeSet<&String> = tags.keys().chain(self.set.keys()).collect();
        keys.iter().filter(|key| !is_of_aws(key)).count()
    }
}

/// Tags that others put on resources: the provider acts as if they were not there.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct IgnoredTags {
    pub(crate) keys: BTreeSet<String>,
    pub(crate) key_prefixes: BTreeSet<String>,
}

impl IgnoredTags {
    /// Whether the tag with this key is one of them.
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
            ignored.strip(tags(&["owner", "owner2", "cost:center", "cost", "team"])),
            tags(&["owner2", "cost", "team"])
        );
    }

    #[test]
    fn tags_of_others_and_too_long_ones_are_refused() {
        let tag = |key: &str, value: &str| check(&[(key.to_owned(), value.to_owned())].into());
        assert!(tag("team", "x").is_ok());
        assert!(tag("netacea:lifecycle", "x").is_err());
        assert!(tag("aws:x", "x").is_err());
        assert!(tag("AWS:x", "x").is_err());
        assert!(tag("", "x").is_err());
        assert!(tag(&"ü".repeat(128), &"ü".repeat(256)).is_ok());
        assert!(tag(&"k".repeat(129), "x").is_err());
        assert!(tag("k", &"x".repeat(257)).is_err());
    }

    #[test]
    fn nothing_is_ignored_by_default() {
        assert!(!IgnoredTags::default().covers("team"));
    }
}
