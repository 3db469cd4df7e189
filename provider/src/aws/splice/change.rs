//! The input of the splice: which slots to hold, and which to leave.

use std::collections::{BTreeMap, BTreeSet};

use super::originals::Originals;
use crate::aws::arn::FunctionArn;
use crate::aws::ownership::Displaced;
use crate::aws::slot::{Association, Slot};

/// A change of one distribution for one function.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// The function whose associations, in any version, count as ours.
    pub(crate) function: FunctionArn,
    /// The function that held the slots for the same resource before; its associations count as
    /// ours too.
    pub(crate) predecessor: Option<Predecessor>,
    /// The functions that give up wanted slots for this one.
    pub(crate) handover: Handover,
    /// Whether it is meant for a staging distribution; `None`: for any distribution.
    pub(crate) staging: Option<bool>,
    /// Slots that are not mentioned stay as they are.
    pub(crate) slots: BTreeMap<Slot, Wish>,
    /// Slot to the ARN of the stranger that the plan displaces there, if the plan named them: then
    /// nobody else is displaced.
    pub(crate) foreseen: Option<BTreeMap<Slot, String>>,
    /// The originals of the last [`super::Spliced`].
    pub(crate) originals: Originals,
}

impl Change {
    /// Puts associations of the function back into slots that it has left.
    pub(crate) fn back(function: FunctionArn, left: &BTreeMap<Slot, Association>) -> Change {
        let hold = |(slot, association): (&Slot, &Association)| {
            let wish = Wish::Hold {
                association: association.clone(),
                adopt_existing: true,
            };
            (slot.clone(), wish)
        };
        Change {
            function,
            predecessor: None,
            handover: Handover::default(),
            staging: None,
            slots: left.iter().map(hold).collect(),
            foreseen: None,
            originals: Originals::default(),
        }
    }

    /// Whether `lambda_arn` is ours, in any version.
    pub(crate) fn owns(&self, lambda_arn: &str) -> bool {
        let before = self.predecessor.as_ref();
        self.function.owns(lambda_arn)
            || before.is_some_and(|before| before.function.owns(lambda_arn))
    }

    /// Whether this slot is wanted.
    pub(crate) fn takes(&self, slot: &Slot) -> bool {
        self.slots.get(slot).is_some_and(Wish::takes)
    }

    /// Whether any slot is wanted; if not, the function leaves.
    pub(crate) fn takes_any(&self) -> bool {
        self.slots.values().any(Wish::takes)
    }

    /// Whether the holder is ours, or hands its slots over: then a wanted slot is taken without
    /// `adopt_existing`, and the holder is not recorded.
    pub(in crate::aws) fn may_take(&self, lambda_arn: &str) -> bool {
        self.owns(lambda_arn) || self.handover.is_from(lambda_arn)
    }
}

/// Functions of other resources that give slots up: they are displaced without a record, and ours
/// inherits what they had displaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Handover {
    pub(crate) functions: BTreeSet<FunctionArn>,
    /// The strangers' associations that they displaced and that have to be put back later.
    pub(crate) displaced: Displaced,
}

impl Handover {
    /// Whether `lambda_arn` is of one of these functions.
    pub(crate) fn is_from(&self, lambda_arn: &str) -> bool {
        self.functions
            .iter()
            .any(|function| function.owns(lambda_arn))
    }
}

/// A function that makes room for another one of the same resource.
#[derive(Clone, Debug)]
pub(crate) struct Predecessor {
    pub(crate) function: FunctionArn,
    /// ARNs of strangers that it replaced and that have to be put back later.
    pub(crate) displaced: BTreeMap<Slot, String>,
}

/// The wish for one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The slot holds this association.
    Hold {
        association: Association,
        /// Replace a function that is not ours; otherwise that is a conflict.
        adopt_existing: bool,
    },
    /// The slot no longer holds our function. A slot that holds another one, or none, is left
    /// alone.
    Leave {
        /// What to put back in its place.
        restore: Option<Restore>,
    },
}

impl Wish {
    /// Whether the slot is wanted, rather than left.
    pub(crate) fn takes(&self) -> bool {
        matches!(self, Wish::Hold { .. })
    }
}

/// A stranger's association that comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Restore {
    pub(crate) lambda_arn: String,
    /// Whether the function gets the request body. `None`: not recorded. Then the original text
    /// decides; without one it does not.
    pub(crate) include_body: Option<bool>,
    /// Whether it comes back with the others of its behavior that say so, or not at all.
    pub(crate) together: bool,
}

impl From<Association> for Restore {
    fn from(association: Association) -> Self {
        Restore {
            lambda_arn: association.lambda_arn,
            include_body: Some(association.include_body),
            together: false,
        }
    }
}
