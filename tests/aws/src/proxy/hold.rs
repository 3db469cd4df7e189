//! [`Hold`]: a call that the proxy stops until a test lets it go on.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::passage::State;
use crate::interrupt;

/// A call that is, or will be, held; it goes on when this is dropped, unless it is
/// [cut](Hold::cut).
#[derive(Debug)]
pub struct Hold<'a> {
    pub(super) state: &'a State,
}

impl Hold<'_> {
    /// Waits until the call has arrived and is held.
    pub fn reached(&self, limit: Duration) -> Result<()> {
        let started = Instant::now();
        while !self.is_reached() {
            interrupt::check()?;
            if started.elapsed() > limit {
                bail!(
                    "the awaited call did not come within {} s; calls so far: {:?}",
                    limit.as_secs(),
                    self.state.script().recording.operations()
                );
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Whether the call has arrived and is held.
    pub fn is_reached(&self) -> bool {
        self.state.script().reached
    }

    /// Ends the held call: it goes neither on to the emulator nor back to the provider.
    pub fn cut(self) {
        let mut script = self.state.script();
        script.cut = script.hold.map(|awaited| awaited.id);
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.state.script().hold = None;
        self.state.changed.notify_all();
    }
}
