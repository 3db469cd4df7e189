//! One visit of many.

use std::time::Duration;

use crate::edge::ViewerResponse;

/// The kind of visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Keeps their cookies: Protector is asked again when they are old.
    Regular,
    /// Has no cookies: Protector is asked every time.
    Newcomer,
    /// Has `scraper` in the user agent.
    Bot,
    /// Has a user agent of 8,000 characters, which go into their log entry.
    Verbose,
    /// Has an address that begins with `198.51.100.`: sees a captcha, solves it, passes, and
    /// forgets all about it.
    Suspect,
}

/// The result of one visit.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Its number, in the query of the request and so in the log entry: `visit=<number>`.
    pub number: u64,
    /// The visitor.
    pub who: Who,
    /// When it began, counted from the beginning of the load.
    pub began: Duration,
    /// The answer's status.
    pub status: u16,
    /// Whether the origin was asked.
    pub reached_origin: bool,
    /// The time of the function's handler in all events of the visit.
    pub added: Duration,
    /// The time of the whole visit, harness and origin included.
    pub took: Duration,
    /// Whether an instance had to be started for it.
    pub cold: bool,
    /// The process of the instance that ran the last event, and so wrote the log entry.
    pub instance: Option<u32>,
    /// Why the function gave no usable answer.
    pub failure: Option<String>,
}

impl Visit {
    pub(super) fn of(
        number: u64,
        who: Who,
        began: Duration,
        took: Duration,
        response: &ViewerResponse,
    ) -> Self {
        Self {
            number,
            who,
            began,
            status: response.status,
            reached_origin: response.reached_origin,
            added: response.invocations.iter().map(|call| call.handler).sum(),
            took,
            instance: response.invocations.last().map(|call| call.instance),
            cold: response.invocations.iter().any(|call| call.cold),
            failure: response.failures().first().map(|text| (*text).to_owned()),
        }
    }

    /// Whether the visitor got the page.
    pub fn passed(&self) -> bool {
        self.reached_origin && self.status == 200 && self.failure.is_none()
    }
}
