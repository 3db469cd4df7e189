//! [`Originals`]: association elements as they were before ours, to put back the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The text of each association element as it was before our first association entered it, so that
/// leaving can put back the very same bytes.
///
/// Behavior name to text; no text means that there was no element.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Originals(BTreeMap<String, Option<String>>);

impl Originals {
    /// Outer `None`: nothing is remembered. Inner `None`: there was no element.
    pub(super) fn of(&self, behavior: &str) -> Option<Option<&str>> {
        self.0.get(behavior).map(Option::as_deref)
    }

    /// Whether anything is remembered of the behavior.
    pub(crate) fn knows(&self, behavior: &str) -> bool {
        self.0.contains_key(behavior)
    }

    /// Behaviors without an element that `before` does not remember.
    pub(crate) fn bare_beyond(&self, before: &Originals) -> BTreeSet<String> {
        let bare = self.0.iter().filter(|(_, element)| element.is_none());
        bare.map(|(behavior, _)| behavior)
            .filter(|behavior| !before.knows(behavior))
            .cloned()
            .collect()
    }

    /// Notes that these behaviors had no element, unless more is remembered of them.
    pub(crate) fn recall_bare(&mut self, behaviors: &BTreeSet<String>) {
        for behavior in behaviors {
            self.remember(behavior, None);
        }
    }

    pub(super) fn remember(&mut self, behavior: &str, element: Option<&str>) {
        self.0
            .entry(behavior.to_owned())
            .or_insert_with(|| element.map(str::to_owned));
    }

    pub(super) fn forget(&mut self, behavior: &str) {
        self.0.remove(behavior);
    }

    pub(super) fn retain_behaviors(&mut self, mut exists: impl FnMut(&str) -> bool) {
        self.0.retain(|behavior, _| exists(behavior));
    }
}
