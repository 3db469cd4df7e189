//! Stops asking a Protector that does not answer, so that it costs an instance two deadlines and
//! then nothing.

use crate::settings;

/// Whether and how a check may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permit {
    /// Closed: as always.
    Granted,
    /// Half open: this check decides.
    Probe,
    /// Open: do not ask.
    Refused,
}

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// It answered, with whatever below 500.
    Alive,
    /// It refused the connection, let the deadline pass or answered 500 or above.
    Dead,
    /// The answer was unusable for a reason that says nothing about its health.
    Unclear,
}

/// BreakerState as it is shown in log entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BreakerState {
    Closed,
    Open,
    HalfOpen,
}

impl BreakerState {
    /// The word in log entries. Closed is not mentioned.
    pub(crate) fn label(self) -> Option<&'static str> {
        match self {
            Self::Closed => None,
            Self::Open => Some("open"),
            Self::HalfOpen => Some("half_open"),
        }
    }
}

/// One per instance. It hears only about reputation checks, so no visitor can open it with what
/// they send.
#[derive(Debug)]
pub(crate) struct Breaker {
    threshold: u32,
    open_ms: u64,
    failures: u32,
    /// Until when, in milliseconds on the steady clock, nobody asks. Set while open or half open.
    open_until: Option<u64>,
}

impl Breaker {
    pub(crate) fn new(settings: &settings::Breaker) -> Self {
        Self {
            threshold: settings.consecutive_failures,
            open_ms: u64::from(settings.open_seconds) * 1000,
            failures: 0,
            open_until: None,
        }
    }

    pub(crate) fn permit(&mut self, now: u64) -> Permit {
        match self.open_until {
            None => Permit::Granted,
            Some(until) if now < until => Permit::Refused,
            Some(_) => {
                // One probe; if its fate is never heard of, another one after the same time.
                self.open_until = Some(now.saturating_add(self.open_ms));
                Permit::Probe
            }
        }
    }

    pub(crate) fn observe(&mut self, health: Health, now: u64) {
        match health {
            Health::Alive => {
                self.failures = 0;
                self.open_until = None;
            }
            Health::Dead => {
                self.failures = self.failures.saturating_add(1);
                if self.failures >= self.threshold {
                    self.open_until = Some(now.saturating_add(self.open_ms));
                }
            }
            Health::Unclear => {
                if self.open_until.is_some() {
                    self.open_until = Some(now);
                }
            }
        }
    }

    /// Milliseconds until somebody asks again.
    pub(crate) fn wait_ms(&self, now: u64) -> u64 {
        self.open_until.unwrap_or_default().saturating_sub(now)
    }

    pub(crate) fn state(&self, now: u64) -> BreakerState {
        match self.open_until {
            None => BreakerState::Closed,
            Some(until) if now < until => BreakerState::Open,
            Some(_) => BreakerState::HalfOpen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Breaker, BreakerState, Health, Permit};
    use crate::settings;

    fn breaker() -> Breaker {
        Breaker::new(&settings::Breaker {
            consecutive_failures: 2,
            open_seconds: 10,
        })
    }

    #[test]
    fn opens_after_consecutive_failures_only() {
        let mut breaker = breaker();
        breaker.observe(Health::Dead, 0);
        breaker.observe(Health::Alive, 0);
        breaker.observe(Health::Dead, 0);
        assert_eq!(breaker.permit(1), Permit::Granted);
        breaker.observe(Health::Dead, 1);
        assert_eq!(breaker.permit(2), Permit::Refused);
        assert_eq!(breaker.state(2), BreakerState::Open);
    }

    #[test]
    fn lets_one_probe_through_and_closes_when_it_is_answered() {
        let mut breaker = breaker();
        breaker.observe(Health::Dead, 0);
        breaker.observe(Health::Dead, 0);
        assert_eq!(breaker.permit(9_999), Permit::Refused);
        assert_eq!(breaker.state(10_000), BreakerState::HalfOpen);
        assert_eq!(breaker.permit(10_000), Permit::Probe);
        assert_eq!(breaker.permit(10_001), Permit::Refused);
        breaker.observe(Health::Alive, 10_050);
        assert_eq!(breaker.permit(10_051), Permit::Granted);
    }

    #[test]
    fn opens_again_when_the_probe_fails() {
        let mut breaker = breaker();
        breaker.observe(Health::Dead, 0);
        breaker.observe(Health::Dead, 0);
        assert_eq!(breaker.permit(10_000), Permit::Probe);
        breaker.observe(Health::Dead, 13_000);
        assert_eq!(breaker.permit(22_999), Permit::Refused);
        assert_eq!(breaker.permit(23_000), Permit::Probe);
    }

    #[test]
    fn what_is_unclear_neither_opens_nor_closes() {
        let mut breaker = breaker();
        for _ in 0..10 {
            breaker.observe(Health::Unclear, 0);
        }
        assert_eq!(breaker.permit(0), Permit::Granted);
        breaker.observe(Health::Dead, 0);
        breaker.observe(Health::Dead, 0);
        assert_eq!(breaker.permit(10_000), Permit::Probe);
        breaker.observe(Health::Unclear, 10_100);
        assert_eq!(breaker.permit(10_100), Permit::Probe);
    }
}
