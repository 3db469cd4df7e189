use std::collections::BTreeSet;

use crate::aws::ownership::Tags;

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
