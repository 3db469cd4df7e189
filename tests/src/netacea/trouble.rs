//! What goes wrong on the way of log entries, by a seeded script.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use hyper::body::Bytes;
use hyper::{Response, StatusCode};

use crate::server::Reply;

/// One call's misfortune.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// This status and body; nothing is taken.
    Answers(u16, &'static str),
    /// Kinesis only: some of the records are refused, the answer says which.
    Partly,
    /// The connection is cut and nothing taken.
    CutBefore,
    /// Everything is taken, then the connection is cut without an answer.
    CutAfter,
    /// Nothing is taken, and no answer comes.
    HangsBefore,
    /// Everything is taken, and no answer comes.
    HangsAfter,
}

impl Trouble {
    /// What Kinesis is known for.
    pub const KINESIS: &[Self] = &[
        Self::Answers(500, r#"{"__type":"InternalFailureException"}"#),
        Self::Answers(503, "<html>Service Unavailable</html>"),
        Self::Answers(
            400,
            r#"{"__type":"ProvisionedThroughputExceededException"}"#,
        ),
        Self::Partly,
        Self::Partly,
        Self::CutBefore,
        Self::CutAfter,
        Self::HangsBefore,
        Self::HangsAfter,
    ];

    /// What an HTTP service is known for.
    pub const HTTP: &[Self] = &[
        Self::Answers(500, ""),
        Self::Answers(503, "<html>Service Unavailable</html>"),
        Self::Answers(429, ""),
        Self::Answers(400, r#"{"error":"bad request"}"#),
        Self::CutBefore,
        Self::CutAfter,
        Self::HangsBefore,
        Self::HangsAfter,
    ];

    /// Whether entries are taken.
    pub(super) fn takes(self) -> bool {
        matches!(self, Self::Partly | Self::CutAfter | Self::HangsAfter)
    }

    /// Whether entries are taken and the sender does not hear of it.
    pub(super) fn is_ambiguous(self) -> bool {
        matches!(self, Self::CutAfter | Self::HangsAfter)
    }

    /// What the sender gets. `Partly` has an answer of its own.
    pub(super) fn reply(self) -> Reply {
        match self {
            Self::Answers(status, body) => {
                let mut response = Response::new(Bytes::from_static(body.as_bytes()));
                *response.status_mut() =
                    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                Reply::Response(response)
            }
            Self::HangsBefore | Self::HangsAfter => {
                thread::sleep(Troubles::HANGS);
                Reply::HangUp
            }
            Self::CutBefore | Self::CutAfter | Self::Partly => Reply::HangUp,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Answers(status, _) => status.to_string(),
            other => format!("{other:?}"),
        }
    }
}

/// Strikes a share of all calls.
#[derive(Debug)]
pub struct Troubles {
    share: f64,
    kinds: &'static [Trouble],
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    random: fastrand::Rng,
    over: bool,
    calls: u64,
    struck: BTreeMap<String, u64>,
}

impl Troubles {
    /// For how long a call hangs before it is cut; longer than any deadline of these tests.
    pub const HANGS: Duration = Duration::from_secs(6);

    /// Strikes `share` (0 to 1) of the calls with one of `kinds` each.
    pub fn new(seed: u64, share: f64, kinds: &'static [Trouble]) -> Self {
        let state = State {
            random: fastrand::Rng::with_seed(seed),
            over: false,
            calls: 0,
            struck: BTreeMap::new(),
        };
        Self {
            share,
            kinds,
            state: Mutex::new(state),
        }
    }

    /// From now on nothing goes wrong any more, or again.
    pub fn set_over(&self, over: bool) {
        self.state().over = over;
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.state().calls
    }

    /// How many calls each kind struck, by the kind's name.
    pub fn struck(&self) -> BTreeMap<String, u64> {
        self.state().struck.clone()
    }

    /// What the next call suffers.
    pub(super) fn next(&self) -> Option<Trouble> {
        let mut state = self.state();
        state.calls += 1;
        if state.over || state.random.f64() >= self.share {
            return None;
        }
        let trouble = *state.random.choice(self.kinds)?;
        *state.struck.entry(trouble.name()).or_default() += 1;
        Some(trouble)
    }

    /// A coin for each of so many records; at least one is refused.
    pub(super) fn refused(&self, records: usize) -> Vec<bool> {
        let mut state = self.state();
        let mut refused: Vec<bool> = (0..records).map(|_| state.random.bool()).collect();
        if let Some(any) = refused.first_mut() {
            *any = true;
        }
        refused
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
