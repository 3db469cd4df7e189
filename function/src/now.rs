//! One moment on two clocks.

use core::ops::Add;

/// One moment on two clocks. The wall clock may be set, forward and back; what is waited for would
/// then never come, or come at once. So every wait is measured on the other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Unix time in milliseconds: for cookies, log entries and signatures.
    pub wall: u64,
    /// Milliseconds on a clock of this instance that only goes forward: for waits.
    pub steady: u64,
}

/// Both clocks show the same.
impl From<u64> for Now {
    fn from(milliseconds: u64) -> Self {
        Self {
            wall: milliseconds,
            steady: milliseconds,
        }
    }
}

/// So many milliseconds later.
impl Add<u64> for Now {
    type Output = Self;

    fn add(self, milliseconds: u64) -> Self {
        Self {
            wall: self.wall.saturating_add(milliseconds),
            steady: self.steady.saturating_add(milliseconds),
        }
    }
}
