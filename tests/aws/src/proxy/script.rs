use crate::{Fault, Moment, Operation, Play, Point};

use super::recording::Recording;

/// What was seen, and what is to happen.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) recording: Recording,
    faults: Vec<Scripted>,
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

#[derive(Debug)]
struct Scripted {
    fault: Fault,
    met: usize,
    played: usize,
}

impl Script {
    pub(super) fn add(&mut self, fault: Fault) {
        self.faults.push(Scripted {
            fault,
            met: 0,
            played: 0,
        });
    }

    pub(super) fn relent(&mut self) {
        self.faults.clear();
    }

    /// How many calls have met a fault that still stands.
    pub(super) fn played(&self) -> usize {
        self.faults.iter().map(|scripted| scripted.played).sum()
    }

    /// What happens to a call of `operation` that has just come: the first fault that fits.
    pub(super) fn play(&mut self, operation: Operation) -> Option<Play> {
        let recording = &self.recording;
        let mut play = None;
        for scripted in &mut self.faults {
            let fault = &scripted.fault;
            let waits = |after| !recording.has_succeeded(after);
            if fault.operation != operation || fault.after.is_some_and(waits) {
                continue;
            }
            scripted.met += 1;
            if play.is_none() && fault.times.holds(scripted.met) {
                scripted.played += 1;
                play = Some(fault.play.clone());
            }
        }
        play
    }

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
