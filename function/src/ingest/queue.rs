use std::collections::VecDeque;

use super::{Batching, Receipt};

/// Memory for entries that have not arrived. The function may have 128 MB for everything.
const BYTES_LIMIT: usize = 8 << 20;
/// Longest entry. CloudFront's own limits keep real ones far below.
const ENTRY_BYTES: usize = 512 << 10;
/// Calls on their way at once.
const IN_FLIGHT_LIMIT: usize = 8;
/// Pause in milliseconds after the first failure; doubled with each further one.
const FIRST_PAUSE_MS: u64 = 500;
const LONGEST_PAUSE_MS: u64 = 30_000;

/// Entries that have not arrived yet: bounded in number and bytes, the oldest go first when it is full, and what goes is counted.
#[derive(Debug)]
pub(crate) struct Queue {
    batching: Batching,
    entries_limit: usize,
    waiting: VecDeque<Waiting>,
    /// Of those that wait and those on their way.
    bytes: usize,
    in_flight: Vec<(u32, Vec<Record>)>,
    next_id: u32,
    /// Lost and not reported yet.
    dropped: u64,
    /// Lost and not measured yet.
    lost: u64,
    /// Sent again although they may have arrived, and not reported yet.
    resent: u64,
    /// Consecutive failures of the service.
    failures: u32,
    paused_until: u64,
}

/// Entries that travel together.
pub(crate) type Record = Vec<Waiting>;

/// An entry that has not arrived yet.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) entry: String,
    /// Unix milliseconds.
    since: u64,
    refusals: u8,
}

/// What became of entries that were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    /// Will be sent again.
    pub(crate) kept: usize,
    /// Given up: refused twice, or no room.
    pub(crate) lost: u64,
}

impl Queue {
    pub(crate) fn new(entries_limit: u32, batching: Batching) -> Self {
        Self {
            batching,
            entries_limit: entries_limit as usize,
            waiting: VecDeque::new(),
            bytes: 0,
            in_flight: Vec::new(),
            next_id: 0,
            dropped: 0,
            lost: 0,
            resent: 0,
            failures: 0,
            paused_until: 0,
        }
    }

    /// Takes the number of entries lost since the last time, for the next entry to carry.
    pub(crate) fn take_dropped(&mut self) -> Option<u64> {
        Some(core::mem::take(&mut self.dropped)).filter(|dropped| *dropped > 0)
    }

    /// Takes the number of entries lost since the last measurement.
    pub(crate) fn take_lost(&mut self) -> u64 {
        core::mem::take(&mut self.lost)
    }

    /// Takes the number of possible duplicates since the last time.
    pub(crate) fn take_resent(&mut self) -> Option<u64> {
        Some(core::mem::take(&mut self.resent)).filter(|resent| *resent > 0)
    }

    /// Adds an entry and returns how many had to go for it.
    pub(crate) fn push(&mut self, entry: String, now: u64) -> u64 {
        if entry.len() > ENTRY_BYTES {
            self.lose(1);
            return 1;
        }
        self.bytes += entry.len();
        self.waiting.push_back(Waiting {
            entry,
            since: now,
            refusals: 0,
        });
        self.make_room()
    }

    /// The records of the next call, if one may go now.
    pub(crate) fn take(&mut self, now: u64) -> Option<(u32, &[Record])> {
        if self.due()? > now {
            return None;
        }
        let lengths = self.waiting.iter().map(|waiting| waiting.entry.len());
        let records = self.batching.divide(lengths);
        let records: Vec<Record> = records
            .into_iter()
            .map(|count| self.waiting.drain(..count).collect())
            .collect();
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        self.in_flight.push((id, records));
        self.in_flight
            .last()
            .map(|(id, records)| (*id, &records[..]))
    }

    /// Unix milliseconds from which the next call may go; `None` while there is nothing to send or enough on its way.
    pub(crate) fn due(&self) -> Option<u64> {
        // While the service fails, one call at a time finds out whether it is back.
        let limit = if self.failures > 0 {
            1
        } else {
            IN_FLIGHT_LIMIT
        };
        if self.in_flight.len() >= limit {
            return None;
        }
        let oldest = self.waiting.front()?;
        let due = self.batching.due(self.waiting.len(), oldest.since);
        Some(due.max(self.paused_until))
    }

    /// Entries that wait or are on their way, and lost ones that no entry has told of yet.
    pub(crate) fn owed(&self) -> u64 {
        let records = self.in_flight.iter().flat_map(|(_, records)| records);
        let on_their_way: usize = records.map(Vec::len).sum();
        (self.waiting.len() + on_their_way) as u64 + self.dropped
    }

    /// Number of records in a call that is on its way.
    pub(crate) fn records_in(&self, id: u32) -> usize {
        let call = self.in_flight.iter().find(|(other, _)| *other == id);
        call.map_or(0, |(_, records)| records.len())
    }

    /// Hears what became of a call. What is refused for its content is sent once more, what fails for the service's sake is
    /// kept. `None` for an id that is not on its way.
    pub(crate) fn settle(
        &mut self,
        id: u32,
        receipt: &Receipt,
        now: u64,
        jitter: u8,
    ) -> Option<Fate> {
        let position = self.in_flight.iter().position(|(other, _)| *other == id)?;
        let (_, records) = self.in_flight.swap_remove(position);
        match receipt {
            Receipt::Arrived => {
                self.failures = 0;
                self.paused_until = 0;
                self.batching.succeed();
            }
            Receipt::Refused => {}
            Receipt::Partly(_) | Receipt::Failed { .. } => self.pause(now, jitter),
        }
        let mut fate = Fate { kept: 0, lost: 0 };
        let mut kept = Vec::new();
        for (index, record) in records.into_iter().enumerate() {
            let arrived = match receipt {
                Receipt::Arrived => true,
                Receipt::Partly(failed) => !failed.get(index).copied().unwrap_or(true),
                Receipt::Refused | Receipt::Failed { .. } => false,
            };
            for mut waiting in record {
                waiting.refusals += u8::from(*receipt == Receipt::Refused);
                if arrived || waiting.refusals > 1 {
                    self.bytes -= waiting.entry.len();
                    fate.lost += u64::from(!arrived);
                } else {
                    kept.push(waiting);
                }
            }
        }
        fate.kept = kept.len();
        if matches!(receipt, Receipt::Failed { is_ambiguous: true }) {
            self.resent += kept.len() as u64;
        }
        self.lose(fate.lost);
        kept.into_iter()
            .rev()
            .for_each(|waiting| self.waiting.push_front(waiting));
        let gone = self.make_room();
        fate.lost += gone;
        fate.kept = fate.kept.saturating_sub(gone as usize);
        Some(fate)
    }

    fn pause(&mut self, now: u64, jitter: u8) {
        let pause = (FIRST_PAUSE_MS << self.failures.min(16)).min(LONGEST_PAUSE_MS);
        // Between half and all of the pause, so that instances do not come back together.
        self.paused_until = now + pause / 2 + (pause / 2) * u64::from(jitter) / 255;
        self.failures = self.failures.saturating_add(1);
    }

    fn make_room(&mut self) -> u64 {
        let mut gone = 0;
        while self.waiting.len() > self.entries_limit
            || (self.bytes > BYTES_LIMIT && self.waiting.len() > 1)
        {
            let Some(oldest) = self.waiting.pop_front() else {
                break;
            };
            self.bytes -= oldest.entry.len();
            gone += 1;
        }
        self.lose(gone);
        gone
    }

    /// Counts entries that are lost.
    pub(crate) fn lose(&mut self, entries: u64) {
        self.dropped += entries;
        self.lost += entries;
    }
}

#[cfg(test)]
mod tests;
