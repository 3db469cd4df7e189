//! How an event ends.

use crate::answer::Answer;

/// How an event ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The request or response goes on, with these edits.
    Pass(Vec<Edit>),
    /// The function answers.
    Answer(Answer),
}

impl Outcome {
    /// Goes on exactly as it came.
    pub(crate) const UNCHANGED: Self = Self::Pass(Vec::new());
}

/// A change to the headers of the event's request or response. Everything else stays as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Removes all headers of this name.
    Remove {
        /// Name exactly as in the event.
        name: String,
    },
    /// Replaces all headers of this name.
    Set {
        /// Name in lower case.
        name: &'static str,
        /// Value.
        value: String,
    },
    /// Adds one more header of this name.
    Append {
        /// Name in lower case.
        name: &'static str,
        /// Value.
        value: String,
    },
}
