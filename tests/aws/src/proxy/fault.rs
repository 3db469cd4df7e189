use std::time::Duration;

use crate::{AwsError, Operation};

/// Something that goes wrong with calls of one operation.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Which calls may meet it.
    pub operation: Operation,
    /// What happens to them.
    pub play: Play,
    /// Which of them do.
    pub times: Times,
    /// Counts only from when a call of this operation has succeeded.
    pub after: Option<Operation>,
}

/// Which calls of an operation meet a fault, counted from when it was scripted. The SDK's
/// repetitions are calls of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// The first this many.
    First(usize),
    /// Only this one; the first is 1.
    Nth(usize),
    /// All of them.
    Every,
}

/// What happens to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Play {
    /// It takes longer.
    Delay(Duration),
    /// The network is gone: its connection is closed unanswered, and so are the next new ones.
    Unreachable {
        /// How many new ones.
        connections: usize,
    },
    /// The connection breaks before AWS has seen the call.
    ResetBefore,
    /// AWS has done it; the connection breaks in the middle of the answer.
    ResetDuring,
    /// AWS has done it; the connection breaks before the answer.
    ResetAfter,
    /// AWS refuses it.
    Refuse(AwsError),
    /// AWS has done it; half of the answer is missing, and nothing says so.
    Truncated,
    /// Somebody between answers in AWS's place, as a hotel's network does: 200 and a page.
    Corrupt,
    /// A colleague edits the distribution right before this call reaches it: see [`foreign_edit`].
    ForeignEdit,
    /// The distribution is still being deployed.
    InProgress,
    /// The function or version is still being prepared.
    Pending,
}

impl Fault {
    /// `play` on these calls of `operation`.
    pub fn on(operation: Operation, play: Play, times: Times) -> Self {
        Self {
            operation,
            play,
            times,
            after: None,
        }
    }
}

impl Times {
    /// Whether the `number`th call (from 1) is meant.
    pub(super) fn holds(self, number: usize) -> bool {
        match self {
            Times::First(count) => number <= count,
            Times::Nth(nth) => number == nth,
            Times::Every => true,
        }
    }
}

/// What a colleague does to a distribution: another price class, and the one before the next time.
pub fn foreign_edit(xml: &str) -> String {
    const CHEAP: &str = ">PriceClass_100<";
    const ALL: &str = ">PriceClass_All<";
    if xml.contains(CHEAP) {
        xml.replace(CHEAP, ALL)
    } else {
        xml.replace(ALL, CHEAP)
    }
}
