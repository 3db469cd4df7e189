//! Log entries from the event that writes them until they arrive: waiting, in flight, sent again,
//! or counted as lost.

use std::collections::VecDeque;

use super::{Batching, Receipt};

/// Memory for entries that have not arrived. The function may have 128 MB for everything.
const BYTES_LIMIT: usize = 8 << 20;
/// Longest entry. CloudFront's own limits keep real ones far below.
const ENTRY_BYTES: usize = 512 << 10;
/// Calls on their way at once.
const IN_FLIGHT_LIMIT: usize = 8;
/// Pause in milliseconds after the first failure that is not chance; doubled with each further one.
const FIRST_PAUSE_MS: u64 = 500;
const LONGEST_PAUSE_MS: u64 = 30_000;

/// Entries that have not arrived yet: bounded in number and bytes, the oldest go first when it is
/// full, and what goes is counted.
#[derive(Debug)]
pub(crate) struct Queue {
    batching: Batching,
    entries_limit: usize,
    waiting: VecDeque<Waiting>,
    /// Of those that wait and those on their way.
    bytes: usize,
    in_flight: Vec<(u32, Vec<Record>)>,
    next_id: u32,
    /// Not reported yet.
    tally: Tally,
    /// Lost and not measured yet.
    lost: u64,
    /// Consecutive failures of the service.
    failures: u32,
    paused_until: u64,
    /// Whether the present event has written an entry.
    has_news: bool,
}

/// Entries that travel together.
pub(crate) type Record = Vec<Waiting>;

/// What an entry tells about others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Lost.
    pub(crate) dropped: u64,
    /// Sent again although they may have arrived.
    pub(crate) resent: u64,
}

/// An entry that has not arrived yet.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) entry: String,
    /// What it tells about others: to be told by another one should it be lost itself.
    tally: Tally,
    /// Milliseconds on the steady clock, as all times here.
    since: u64,
    refusals: u8,
    /// The request whose end it may not tell yet.
    request_id: Option<String>,
}

/// The outcome for entries that were sent.
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
            tally: Tally::default(),
            lost: 0,
            failures: 0,
            paused_until: 0,
            has_news: false,
        }
    }

    /// Takes what is to be told, for the next entry to carry.
    pub(crate) fn take_tally(&mut self) -> Tally {
        core::mem::take(&mut self.tally)
    }

    /// Takes the number of entries lost since the last measurement.
    pub(crate) fn take_lost(&mut self) -> u64 {
        core::mem::take(&mut self.lost)
    }

    /// Adds an entry that carries `tally`, and returns how many had to go for it.
    /// `request_id` names the request of one that [`Queue::withdraw`] may take back.
    pub(crate) fn push(
        &mut self,
        entry: String,
        tally: Tally,
        request_id: Option<&str>,
        now: u64,
    ) -> u64 {
        if entry.len() > ENTRY_BYTES {
            self.lose(tally);
            return 1;
        }
        self.bytes += entry.len();
        self.waiting.push_back(Waiting {
            entry,
            tally,
            since: now,
            refusals: 0,
            request_id: request_id.map(str::to_owned),
        });
        self.has_news = true;
        self.make_room()
    }

    /// Takes back what was told of that request, if it has not gone yet.
    pub(crate) fn withdraw(&mut self, request_id: &str) {
        let is_of_request = |waiting: &Waiting| waiting.request_id.as_deref() == Some(request_id);
        let Some(position) = self.waiting.iter().rposition(is_of_request) else {
            return;
        };
        if let Some(waiting) = self.waiting.remove(position) {
            self.bytes -= waiting.entry.len();
            self.tally.dropped += waiting.tally.dropped;
            self.tally.resent += waiting.tally.resent;
        }
    }

    /// An event begins: what waits now is of other events.
    pub(crate) fn begin_event(&mut self) {
        self.has_news = false;
    }

    /// Whether the call that was taken last carries the entry of the present event, to a service
    /// that is not known to fail.
    pub(crate) fn is_worth_waiting_for(&self) -> bool {
        self.has_news && self.waiting.is_empty() && self.failures == 0
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

    /// Milliseconds from which the next call may go; `None` while there is nothing to send or
    /// enough on its way.
    pub(crate) fn due(&self) -> Option<u64> {
        // While the service fails, one call at a time finds out whether it is back.
        let limit = if self.failures > self.batching.patience {
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
        let calls = self.in_flight.iter().flat_map(|(_, records)| records);
        let entries = calls.flatten().chain(&self.waiting);
        let owed: u64 = entries.map(|waiting| 1 + waiting.tally.dropped).sum();
        owed + self.tally.dropped
    }

    /// Number of records in a call that is on its way.
    pub(crate) fn records_in(&self, id: u32) -> usize {
        let call = self.in_flight.iter().find(|(other, _)| *other == id);
        call.map_or(0, |(_, records)| records.len())
    }

    /// Hears that a call was made twice: what is in it may have arrived twice, whatever happens to
    /// the call.
    pub(crate) fn repeated(&mut self, id: u32) {
        let call = self.in_flight.iter().find(|(other, _)| *other == id);
        let entries = call.map_or(0, |(_, records)| records.iter().map(Vec::len).sum());
        self.tally.resent += entries as u64;
    }

    /// Notes the outcome of a call. Entries that are refused for their content are sent once more;
    /// those that fail because of the service are kept. `None` for an id that is not on its way.
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
                    if !arrived {
                        fate.lost += 1;
                        self.lose(waiting.tally);
                    }
                } else {
                    kept.push(waiting);
                }
            }
        }
        fate.kept = kept.len();
        if matches!(receipt, Receipt::Failed { is_ambiguous: true }) {
            self.tally.resent += kept.len() as u64;
        }
        kept.into_iter()
            .rev()
            .for_each(|waiting| self.waiting.push_front(waiting));
        let gone = self.make_room();
        fate.lost += gone;
        fate.kept = fate.kept.saturating_sub(gone as usize);
        Some(fate)
    }

    fn pause(&mut self, now: u64, jitter: u8) {
        // Calls that were on their way together fail together: that counts once.
        if now < self.paused_until {
            return;
        }
        if let Some(before) = self.failures.checked_sub(self.batching.patience) {
            let pause = (FIRST_PAUSE_MS << before.min(16)).min(LONGEST_PAUSE_MS);
            // Between half and all of the pause, so that instances do not come back together.
            self.paused_until = now + pause / 2 + (pause / 2) * u64::from(jitter) / 255;
        }
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
            self.lose(oldest.tally);
            gone += 1;
        }
        gone
    }

    /// Counts an entry that is lost, and takes back what it would have told.
    fn lose(&mut self, tally: Tally) {
        self.tally.dropped += 1 + tally.dropped;
        self.tally.resent += tally.resent;
        self.lost += 1;
    }

    /// Has the next entry tell of entries that an earlier instance has lost.
    pub(crate) fn recall_lost(&mut self, entries: u64) {
        self.tally.dropped += entries;
        self.lost += entries;
    }
}

#[cfg(test)]
mod tests;
