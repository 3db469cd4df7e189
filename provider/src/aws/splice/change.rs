use std::collections::BTreeMap;

use super::originals::Originals;
use crate::aws::arn::FunctionArn;
use crate::aws::slot::{Association, Slot};

/// What is wanted of a distribution on behalf of one function.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// The function whose associations, in any version, count as ours.
    pub(crate) function: FunctionArn,
    /// Slots that are not mentioned stay as they are.
    pub(crate) slots: BTreeMap<Slot, Wish>,
    /// What the last [`super::Spliced`] remembered.
    pub(crate) originals: Originals,
}

/// What is wanted of one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// This association stands in the slot.
    Hold {
        association: Association,
        /// Replace a function that is not ours; otherwise that is a conflict.
        adopt_existing: bool,
    },
    /// The slot no longer holds our function. A slot that holds another one, or none, is left alone.
    Release {
        /// The ARN to put back in its place.
        restore: Option<String>,
    },
}
