//! Counts of decisions and calls, in total and by the second.

use std::collections::VecDeque;

use serde::Serialize;

use crate::exchange::Decision;

/// The most seconds that are kept.
const SECONDS: usize = 300;

/// The counts, as the console shows them.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Counters {
    #[serde(flatten)]
    pub(crate) total: Tally,
    /// The last five minutes in which something happened, a point for each second.
    pub(crate) series: VecDeque<Point>,
    #[serde(skip)]
    told: Tally,
}

/// The counts of one period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    pub(crate) requests: u64,
    /// To the origin or the cache.
    pub(crate) passed: u64,
    pub(crate) blocked: u64,
    /// Captcha pages that were served.
    pub(crate) captcha: u64,
    /// Checkpoint pages that were served.
    pub(crate) checkpoint: u64,
    /// Passed because Netacea could not be asked.
    pub(crate) failed_open: u64,
    pub(crate) protector_calls: u64,
    pub(crate) log_entries: u64,
}

/// The counts of one second.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Point {
    /// Unix seconds.
    at: i64,
    #[serde(flatten)]
    tally: Tally,
}

impl Counters {
    /// Counts a request.
    pub(crate) fn count(&mut self, decision: Decision, protector_calls: usize) {
        let total = &mut self.total;
        total.requests += 1;
        total.protector_calls += protector_calls as u64;
        match decision {
            Decision::Passed | Decision::Flagged => total.passed += 1,
            Decision::FailedOpen => {
                total.passed += 1;
                total.failed_open += 1;
            }
            Decision::Blocked | Decision::Monetised => total.blocked += 1,
            Decision::Captcha | Decision::CaptchaFailed => total.captcha += 1,
            Decision::Checkpoint => total.checkpoint += 1,
            Decision::CaptchaSolved
            | Decision::CheckpointStep
            | Decision::CheckpointPassed
            | Decision::Unverified
            | Decision::Refused => {}
        }
    }

    /// Ends a second; returns the counters for the console if anything happened in it.
    pub(crate) fn tick(&mut self, at: i64) -> Option<Self> {
        if self.total == self.told {
            return None;
        }
        let (now, before) = (&self.total, &self.told);
        let point = Point {
            at,
            tally: Tally {
                requests: now.requests - before.requests,
                passed: now.passed - before.passed,
                blocked: now.blocked - before.blocked,
                captcha: now.captcha - before.captcha,
                checkpoint: now.checkpoint - before.checkpoint,
                failed_open: now.failed_open - before.failed_open,
                protector_calls: now.protector_calls - before.protector_calls,
                log_entries: now.log_entries - before.log_entries,
            },
        };
        self.told = self.total;
        self.series.push_back(point);
        if self.series.len() > SECONDS {
            self.series.pop_front();
        }
        Some(Self {
            total: self.total,
            series: [point].into(),
            told: self.told,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_in_which_nothing_happened_is_not_told() {
        let mut counters = Counters::default();
        assert!(counters.tick(1).is_none());
        counters.count(Decision::FailedOpen, 1);
        counters.count(Decision::Captcha, 1);
        let told = counters.tick(2).expect("something happened");
        assert_eq!(told.series.len(), 1);
        assert_eq!((told.total.passed, told.total.failed_open), (1, 1));
        assert_eq!((told.total.captcha, told.total.protector_calls), (1, 2));
        assert!(counters.tick(3).is_none());
        for second in 4..400 {
            counters.count(Decision::Passed, 0);
            counters.tick(second);
        }
        assert_eq!(counters.series.len(), SECONDS);
    }
}
