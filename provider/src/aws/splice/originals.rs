use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The text of each association element as it was before our first association entered it, so that leaving can put back the very same bytes.
///
/// Behaviour name to text; no text means that there was no element.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Originals(BTreeMap<String, Option<String>>);

impl Originals {
    /// Outer `None`: nothing is remembered. Inner `None`: there was no element.
    pub(super) fn of(&self, behavior: &str) -> Option<Option<&str>> {
        self.0.get(behavior).map(Option::as_deref)
    }

    /// Behaviours that had no element.
    pub(crate) fn absent(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|(_, text)| text.is_none())
            .map(|(behavior, _)| behavior.as_str())
    }

    /// Takes somebody else's word for it that a behaviour had no element, unless something is remembered.
    pub(crate) fn recall_absent(&mut self, behavior: &str) {
        self.remember(behavior, None);
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
