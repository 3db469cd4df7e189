//! The calls that the proxy holds, before or after the emulator sees them.

use super::recording::{Point, Recording};
use crate::Operation;

/// When a call is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// The emulator has not seen the call.
    Before,
    /// The emulator has done what was asked; the provider has no answer yet.
    After,
}

/// The calls so far, and the call to hold.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) recording: Recording,
    pub(super) hold: Option<Awaited>,
    /// The number of holds so far, which identifies them.
    holds: u64,
    /// Whether the awaited call has arrived.
    pub(super) reached: bool,
    /// The hold whose call must not go on.
    pub(super) cut: Option<u64>,
    pub(super) in_flight: usize,
    /// How often somebody else has edited a distribution.
    pub(super) foreign_edits: usize,
}

/// A call to hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Awaited {
    pub(super) id: u64,
    operation: Operation,
    /// `None`: any occurrence.
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
