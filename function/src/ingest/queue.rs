use std::collections::VecDeque;

use crate::reply::Reply;

/// Memory for waiting entries. The function may have 128 MB for everything.
const BYTES_LIMIT: usize = 8 << 20;
/// Entries on their way at once.
const IN_FLIGHT_LIMIT: usize = 8;
/// Pause in milliseconds after the first failure; doubled with each further one.
const FIRST_PAUSE_MS: u64 = 500;
const LONGEST_PAUSE_MS: u64 = 30_000;

/// Entries that have not arrived yet: bounded in number and bytes, the oldest go first when it is full, and what goes is counted.
#[derive(Debug)]
pub(crate) struct Queue {
    entries_limit: usize,
    waiting: VecDeque<Waiting>,
    waiting_bytes: usize,
    in_flight: Vec<(u32, Waiting)>,
    next_id: u32,
    /// Lost and not reported yet.
    dropped: u64,
    /// Consecutive failures of the service.
    failures: u32,
    paused_until: u64,
}

#[derive(Debug)]
struct Waiting {
    entry: String,
    refusals: u8,
}

/// What became of an entry that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Arrived,
    /// Will be sent again.
    Kept,
    /// Refused twice: given up.
    Lost,
}

impl Queue {
    pub(crate) fn new(entries_limit: u32) -> Self {
        Self {
            entries_limit: entries_limit as usize,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            in_flight: Vec::new(),
            next_id: 0,
            dropped: 0,
            failures: 0,
            paused_until: 0,
        }
    }

    /// Takes the number of entries lost since the last time, for the next entry to carry.
    pub(crate) fn take_dropped(&mut self) -> Option<u64> {
        Some(core::mem::take(&mut self.dropped)).filter(|dropped| *dropped > 0)
    }

    /// Adds an entry and returns how many had to go for it.
    pub(crate) fn push(&mut self, entry: String) -> u64 {
        self.add(
            |queue, waiting| queue.push_back(waiting),
            Waiting { entry, refusals: 0 },
        )
    }

    /// The next entry to send, if one may be sent now.
    pub(crate) fn take(&mut self, now: u64) -> Option<(u32, String)> {
        // While the service fails, one entry at a time finds out whether it is back.
        let limit = if self.failures > 0 {
            1
        } else {
            IN_FLIGHT_LIMIT
        };
        if now < self.paused_until || self.in_flight.len() >= limit {
            return None;
        }
        let waiting = self.waiting.pop_front()?;
        self.waiting_bytes -= waiting.entry.len();
        let (id, entry) = (self.next_id, waiting.entry.clone());
        self.next_id = self.next_id.wrapping_add(1);
        self.in_flight.push((id, waiting));
        Some((id, entry))
    }

    /// Hears what became of an entry. Only 200 is success; what the service refuses for its content is sent once more, what
    /// fails for the service's sake is kept. `None` for an id that is not on its way.
    pub(crate) fn settle(
        &mut self,
        id: u32,
        reply: &Reply<'_>,
        now: u64,
        jitter: u8,
    ) -> Option<Fate> {
        let position = self.in_flight.iter().position(|(other, _)| *other == id)?;
        let (_, mut waiting) = self.in_flight.swap_remove(position);
        let is_refused = match reply {
            Reply::Answered { status: 200, .. } => {
                self.failures = 0;
                self.paused_until = 0;
                return Some(Fate::Arrived);
            }
            Reply::Answered { status, .. } => *status < 500 && ![408, 429].contains(status),
            _ => false,
        };
        if is_refused {
            waiting.refusals += 1;
            if waiting.refusals > 1 {
                self.dropped += 1;
                return Some(Fate::Lost);
            }
        } else {
            let pause = (FIRST_PAUSE_MS << self.failures.min(16)).min(LONGEST_PAUSE_MS);
            // Between half and all of the pause, so that instances do not come back together.
            self.paused_until = now + pause / 2 + (pause / 2) * u64::from(jitter) / 255;
            self.failures = self.failures.saturating_add(1);
        }
        self.add(|queue, waiting| queue.push_front(waiting), waiting);
        Some(Fate::Kept)
    }

    fn add(&mut self, put: impl FnOnce(&mut VecDeque<Waiting>, Waiting), waiting: Waiting) -> u64 {
        self.waiting_bytes += waiting.entry.len();
        put(&mut self.waiting, waiting);
        let mut gone = 0;
        while self.waiting.len() > self.entries_limit
            || (self.waiting_bytes > BYTES_LIMIT && self.waiting.len() > 1)
        {
            let Some(oldest) = self.waiting.pop_front() else {
                break;
            };
            self.waiting_bytes -= oldest.entry.len();
            gone += 1;
        }
        self.dropped += gone;
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::{Fate, Queue};
    use crate::reply::Reply;

    fn answered(status: u16) -> Reply<'static> {
        Reply::Answered {
            status,
            headers: Vec::new(),
            body: b"",
        }
    }

    #[test]
    fn the_oldest_go_first_and_are_counted_once() {
        let mut queue = Queue::new(2);
        for entry in ["a", "b", "c", "d"] {
            queue.push(entry.to_owned());
        }
        assert_eq!(queue.take_dropped(), Some(2));
        assert_eq!(queue.take_dropped(), None);
        assert_eq!(queue.take(0), Some((0, "c".to_owned())));
    }

    #[test]
    fn bytes_are_bounded_too() {
        let mut queue = Queue::new(1000);
        for _ in 0..20 {
            queue.push("x".repeat(1 << 20));
        }
        assert_eq!(queue.take_dropped(), Some(12));
    }

    #[test]
    fn a_failing_service_is_asked_again_after_a_pause_and_nothing_is_lost() {
        let mut queue = Queue::new(10);
        queue.push("a".to_owned());
        let (id, _) = queue.take(0).unwrap();
        assert_eq!(queue.settle(id, &answered(503), 0, 255), Some(Fate::Kept));
        assert_eq!(queue.take(499), None);
        let (id, entry) = queue.take(500).unwrap();
        assert_eq!(entry, "a");
        assert_eq!(
            queue.settle(id, &Reply::TimedOut, 500, 255),
            Some(Fate::Kept)
        );
        assert_eq!(queue.take(1499), None);
        let (id, _) = queue.take(1500).unwrap();
        assert_eq!(
            queue.settle(id, &answered(200), 1500, 0),
            Some(Fate::Arrived)
        );
        assert_eq!(queue.take_dropped(), None);
    }

    #[test]
    fn an_entry_that_is_refused_twice_is_given_up_and_counted() {
        let mut queue = Queue::new(10);
        queue.push("a".to_owned());
        let (id, _) = queue.take(0).unwrap();
        assert_eq!(queue.settle(id, &answered(400), 0, 0), Some(Fate::Kept));
        let (id, _) = queue.take(0).unwrap();
        assert_eq!(queue.settle(id, &answered(400), 0, 0), Some(Fate::Lost));
        assert_eq!(queue.take_dropped(), Some(1));
        assert_eq!(queue.settle(id, &answered(200), 0, 0), None);
    }

    #[test]
    fn only_so_many_are_on_their_way_at_once() {
        let mut queue = Queue::new(100);
        for _ in 0..20 {
            queue.push("a".to_owned());
        }
        assert_eq!(core::iter::from_fn(|| queue.take(0)).count(), 8);
    }
}
