//! The events for open consoles, in a ring. A reader that is too slow loses the oldest events and
//! learns how many; nothing is kept for it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// The most events that are kept.
const MOST: usize = 500;
/// The most bytes of events that are kept.
const MOST_BYTES: usize = 4 << 20;

/// The ring.
#[derive(Debug)]
pub(crate) struct Feed {
    ring: Mutex<Ring>,
    newest: watch::Sender<u64>,
}

/// One event.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// From 1, one more for each event.
    pub(crate) id: u64,
    /// `exchange`, `log`, `counters` or `state`.
    pub(crate) name: &'static str,
    /// JSON.
    pub(crate) data: Arc<str>,
}

#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<Entry>,
    bytes: usize,
    last: u64,
}

/// A reader with its position.
#[derive(Debug)]
pub(crate) struct Reader {
    feed: Arc<Feed>,
    /// The last event that was read.
    position: u64,
    newest: watch::Receiver<u64>,
}

/// What a reader gets.
#[derive(Debug)]
pub(crate) enum Next {
    Event(Entry),
    /// This many events were dropped before the reader could get them.
    Lost(u64),
}

impl Feed {
    /// An empty ring.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            ring: Mutex::default(),
            newest: watch::Sender::new(0),
        })
    }

    /// Adds an event.
    pub(crate) fn tell(&self, name: &'static str, data: &impl serde::Serialize) {
        // Proof: what is told has strings as keys.
        let Ok(data) = serde_json::to_string(data) else {
            return;
        };
        let mut ring = self.ring();
        ring.last += 1;
        ring.bytes += data.len();
        let entry = Entry {
            id: ring.last,
            name,
            data: data.into(),
        };
        ring.entries.push_back(entry);
        while ring.entries.len() > MOST || (ring.bytes > MOST_BYTES && ring.entries.len() > 1) {
            if let Some(gone) = ring.entries.pop_front() {
                ring.bytes -= gone.data.len();
            }
        }
        self.newest.send_replace(ring.last);
    }

    /// A reader of everything after the event `last`; without it, from the oldest exchange that is
    /// kept.
    pub(crate) fn read(self: &Arc<Self>, last: Option<u64>) -> Reader {
        let ring = self.ring();
        let oldest = ring.entries.front().map_or(ring.last + 1, |entry| entry.id);
        // An id of another run of the lab counts for nothing.
        let last = last.filter(|last| *last <= ring.last);
        Reader {
            feed: self.clone(),
            position: last.unwrap_or(oldest - 1),
            newest: self.newest.subscribe(),
        }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// The newest event at the time when this reader was made.
    pub(crate) fn newest(&self) -> u64 {
        *self.newest.borrow()
    }

    /// The next event, once there is one; `None` at the end of the lab.
    pub(crate) async fn next(&mut self) -> Option<Next> {
        loop {
            if let Some(next) = self.take() {
                return Some(next);
            }
            self.newest.changed().await.ok()?;
        }
    }

    fn take(&mut self) -> Option<Next> {
        let ring = self.feed.ring();
        let oldest = ring.entries.front()?.id;
        if self.position + 1 < oldest {
            let lost = oldest - self.position - 1;
            self.position = oldest - 1;
            return Some(Next::Lost(lost));
        }
        let index = usize::try_from(self.position + 1 - oldest).ok()?;
        let entry = ring.entries.get(index)?.clone();
        self.position = entry.id;
        Some(Next::Event(entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(reader: &mut Reader) -> (Vec<u64>, u64) {
        let (mut found, mut lost) = (Vec::new(), 0);
        while let Some(next) = reader.take() {
            match next {
                Next::Event(entry) => found.push(entry.id),
                Next::Lost(events) => lost += events,
            }
        }
        (found, lost)
    }

    #[test]
    fn a_slow_reader_loses_the_oldest_and_is_told_how_many() {
        let feed = Feed::new();
        let mut reader = feed.read(None);
        for number in 0..3 {
            feed.tell("exchange", &number);
        }
        assert_eq!(ids(&mut reader), (vec![1, 2, 3], 0));
        for number in 0..MOST + 7 {
            feed.tell("exchange", &number);
        }
        let (found, lost) = ids(&mut reader);
        assert_eq!((found.len(), lost), (MOST, 7));
    }

    #[test]
    fn large_events_make_room_as_well() {
        let feed = Feed::new();
        let large = "x".repeat(MOST_BYTES / 2);
        for _ in 0..5 {
            feed.tell("exchange", &large);
        }
        let ring = feed.ring();
        assert!(ring.bytes <= MOST_BYTES && ring.entries.len() < 3);
    }

    #[test]
    fn a_reader_that_comes_back_goes_on_where_it_was() {
        let feed = Feed::new();
        for number in 0..5 {
            feed.tell("exchange", &number);
        }
        assert_eq!(ids(&mut feed.read(Some(3))).0, [4, 5]);
        assert_eq!(ids(&mut feed.read(None)).0, [1, 2, 3, 4, 5]);
        assert_eq!(ids(&mut feed.read(Some(900))).0, [1, 2, 3, 4, 5]);
    }
}
