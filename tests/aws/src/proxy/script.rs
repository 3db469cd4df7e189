//! What the proxy is told to hold and to play: at which call, before or after the emulator sees it.

use super::recording::{Point, Recording};
use crate::Operation;

/// When a call is held, seen from the emulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// The emulator has not seen the call.
    Before,
    /// The emulator has done what was asked; the provider has no answer yet.
    After,
}

/// What was seen, and which call is to be held.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) recording: Recording,
    pub(super) hold: Option<Awaited>,
    /// Holds so far; names them.
    holds: u64,
    /// Whether the awaited call is there.
    pub(super) reached: bool,
    /// The hold whose call is not to go on.
    pub(super) cut: Option<u64>,
    pub(super) in_flight: usize,
    /// How often a colleague has edited a distribution.
    pub(super) foreign_edits: usize,
}

/// A call that is to be held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Awaited {
    pub(super) id: u64,
    operation: Operation,
    /// Any, when there is none.
    occurrence: Option<usize>,
    moment: Moment,
}

impl Script {
    pub(super) fn await_call(
        &mut self,
        operation: Operation,
        occurrence: Option<usize>,
        moment: Moment,
    ) {
        self.holds += 1;
        self.reached = false;
        self.hold = Some(Awaited {
            id: self.holds,
            operation,
            occurrence,
            moment,
        });
    }

    /// The hold that a call at `point` has to wait for, now that it is at `moment`.
    pub(super) fn held(&self, point: Point, moment: Moment) -> Option<u64> {
        let awaited = self.hold.filter(|awaited| {
            awaited.operation == point.operation
                && awaited
                    .occurrence
                    .is_none_or(|occurrence| occurrence == point.occurrence)
                && awaited.moment == moment
        })?;
        Some(awaited.id)
    }
}
