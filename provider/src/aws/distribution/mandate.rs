//! On whose behalf a distribution is changed (docs/design/OWNERSHIP.md).

use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::ownership::{Claim, Claimant, Placer, placer};
use crate::aws::tags::Tags;

/// Who changes a distribution, and what they may do with slots and pairs of other resources.
#[derive(Clone, Debug)]
pub(crate) struct Mandate {
    pub(crate) claimant: Claimant,
    /// The pair may be taken from the resource that has it.
    pub(crate) takes_pair: bool,
    /// The function may also be in another resource's slots: a release without claims let two
    /// resources share a pair, and this one only keeps what it had.
    pub(crate) shares: bool,
}

impl Mandate {
    /// The mandate of a claimant without other resources.
    pub(crate) fn of(claimant: Claimant) -> Mandate {
        Mandate {
            claimant,
            takes_pair: false,
            shares: false,
        }
    }

    /// Refuses a pair that belongs to another resource, by the tags.
    ///
    /// # Errors
    /// [`Error::PlacedByAnother`].
    pub(crate) fn check(&self, tags: &Tags, function: &FunctionArn, id: &str) -> Result<(), Error> {
        match placer(tags, id) {
            Some(Placer { claim, lease: None }) if !self.may_take(&claim) => {
                Err(placed_by_another(function, id))
            }
            _ => Ok(()),
        }
    }

    fn may_take(&self, claim: &Claim) -> bool {
        self.takes_pair || self.claimant.holds(claim)
    }
}

pub(super) fn placed_by_another(function: &FunctionArn, id: &str) -> Error {
    Error::PlacedByAnother {
        id: id.to_owned(),
        function: function.name.clone(),
    }
}
