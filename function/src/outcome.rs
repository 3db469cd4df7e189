use crate::{Answer, Edit};

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
