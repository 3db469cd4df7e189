use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aws::slot::Slot;

/// What stood in a distribution before our first association entered it, so that leaving can put back the very same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Originals {
    /// Behaviour name to the text of its association element; no text means that there was no element.
    elements: BTreeMap<String, Option<String>>,
    /// Behaviour name to events whose association was shown the request body; for behaviours whose text nobody knows any more.
    bodies: BTreeMap<String, BTreeSet<String>>,
}

impl Originals {
    /// Outer `None`: nothing is remembered. Inner `None`: there was no element.
    pub(super) fn of(&self, behavior: &str) -> Option<Option<&str>> {
        self.elements.get(behavior).map(Option::as_deref)
    }

    /// Whether the association that stood here is known to have been shown the request body.
    pub(super) fn had_body(&self, slot: &Slot) -> bool {
        let events = self.bodies.get(&slot.behavior);
        events.is_some_and(|events| events.contains(slot.event.as_str()))
    }

    /// Behaviours that had no element.
    pub(crate) fn absent(&self) -> impl Iterator<Item = &str> {
        self.elements
            .iter()
            .filter(|(_, text)| text.is_none())
            .map(|(behavior, _)| behavior.as_str())
    }

    /// Takes somebody else's word for it that a behaviour had no element, unless something is remembered.
    pub(crate) fn recall_absent(&mut self, behavior: &str) {
        self.remember(behavior, None);
    }

    /// Takes somebody else's word for it that the association that stood here was shown the request body.
    pub(crate) fn recall_body(&mut self, slot: &Slot) {
        let events = self.bodies.entry(slot.behavior.clone()).or_default();
        events.insert(slot.event.to_string());
    }

    pub(super) fn remember(&mut self, behavior: &str, element: Option<&str>) {
        self.elements
            .entry(behavior.to_owned())
            .or_insert_with(|| element.map(str::to_owned));
    }

    pub(super) fn forget(&mut self, behavior: &str) {
        self.elements.remove(behavior);
        self.bodies.remove(behavior);
    }

    pub(super) fn retain_behaviors(&mut self, exists: impl Fn(&str) -> bool) {
        self.elements.retain(|behavior, _| exists(behavior));
        self.bodies.retain(|behavior, _| exists(behavior));
    }
}
