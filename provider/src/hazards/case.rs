//! What is judged.

use std::collections::BTreeSet;

use super::conduct::{Conduct, Mitigation};
use super::reach::Reach;
use crate::aws::arn::FunctionArn;
use crate::aws::document::{Behavior, Document};
use crate::aws::event_type::EventType;
use crate::aws::slot::Slot;

/// A function in slots of a distribution.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'a> {
    pub(crate) document: &'a Document,
    /// The slots that will hold the function.
    pub(crate) wanted: &'a BTreeSet<Slot>,
    /// Whether the configuration means all behaviors, without naming any.
    pub(crate) wants_all: bool,
    /// Ours; `None` while it is not known. Slots that it holds and that are not wanted are given
    /// up.
    pub(crate) function: Option<&'a FunctionArn>,
    pub(crate) conduct: &'a Conduct,
    /// Which requests the distribution gets, if it is a staging one.
    pub(crate) reach: &'a Reach,
}

impl<'a> Case<'a> {
    pub(super) fn wants(&self, behavior: &str, event: EventType) -> bool {
        self.wanted.contains(&Slot::new(behavior, event))
    }

    /// Whether any slot of the behavior will hold the function.
    pub(super) fn covers(&self, behavior: &Behavior) -> bool {
        EventType::ALL
            .into_iter()
            .any(|event| self.wants(&behavior.name, event))
    }

    /// Whether the function sees requests for the behavior.
    pub(super) fn judges(&self, behavior: &Behavior) -> bool {
        [EventType::ViewerRequest, EventType::OriginRequest]
            .into_iter()
            .any(|event| self.wants(&behavior.name, event))
    }

    /// How visitors are stopped, if any are.
    pub(super) fn mitigation(&self) -> Option<&'a Mitigation> {
        let judges = || {
            let mut behaviors = self.document.behaviors().iter();
            behaviors.any(|behavior| self.judges(behavior))
        };
        match self.conduct {
            Conduct::Mitigating(mitigation) if judges() => Some(mitigation),
            _ => None,
        }
    }
}
