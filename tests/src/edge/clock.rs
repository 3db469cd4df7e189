//! The time at an edge location: the machine's, plus what a test lets pass.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A clock that never goes back.
#[derive(Debug)]
pub(super) struct Clock {
    opened: Instant,
    ahead_seconds: AtomicU64,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self {
            opened: Instant::now(),
            ahead_seconds: AtomicU64::new(0),
        }
    }

    pub(super) fn advance(&self, seconds: u64) {
        self.ahead_seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// How far it is ahead of the machine's clock.
    pub(super) fn ahead(&self) -> Duration {
        Duration::from_secs(self.ahead_seconds.load(Ordering::Relaxed))
    }

    /// The time since it was started.
    pub(super) fn now(&self) -> Duration {
        self.opened.elapsed() + self.ahead()
    }
}
