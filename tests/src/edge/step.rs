//! What happened to a request on its way, and when.

use std::time::{Duration, Instant};

use crate::edge::{EventType, Headers, Invocation};

/// One thing that happened to a request.
#[derive(Clone, Debug)]
pub struct Step {
    /// The kind of step.
    pub kind: StepKind,
    /// When it began, counted from the arrival of the request.
    pub began: Duration,
    /// How long it took, loading an instance included.
    pub took: Duration,
    /// Why it failed, if it did.
    pub failure: Option<String>,
    /// Headers that a function added or changed, in order.
    pub added: Vec<(String, String)>,
    /// Names of headers that a function removed, in lower case.
    pub removed: Vec<String>,
}

/// What can happen to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// A function ran.
    Function(Box<Invocation>),
    /// The answer came from the cache.
    Cache,
    /// The origin was asked, and answered with this status; 0 if it did not.
    Origin(u16),
}

impl StepKind {
    /// The event, if a function ran.
    pub fn event(&self) -> Option<EventType> {
        match self {
            Self::Function(invocation) => Some(invocation.event),
            Self::Cache | Self::Origin(_) => None,
        }
    }
}

impl Step {
    /// A step that has just ended, with its beginning. `arrival` is that of the request.
    pub(super) fn ended(kind: StepKind, arrival: Instant, began: Instant) -> Self {
        Self {
            kind,
            began: began.duration_since(arrival),
            took: began.elapsed(),
            failure: None,
            added: Vec::new(),
            removed: Vec::new(),
        }
    }

    /// Notes how a function changed these headers.
    pub(super) fn compare(&mut self, before: &Headers, after: &Headers) {
        let mut known: Vec<(String, &str)> = before
            .lines()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        for (name, value) in after.lines() {
            let line = (name.to_ascii_lowercase(), value);
            match known.iter().position(|one| *one == line) {
                Some(found) => {
                    known.remove(found);
                }
                None => self.added.push((name.to_owned(), value.to_owned())),
            }
        }
        let gone = before.names().filter(|name| after.values(name).is_empty());
        self.removed = gone.map(str::to_owned).collect();
    }
}
