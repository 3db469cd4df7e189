use std::collections::{BTreeMap, BTreeSet};

use super::deployment::Deployment;
use crate::aws::error::Error;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::Originals;

/// A distribution after our change.
#[derive(Debug)]
pub(crate) struct Applied {
    /// Strangers' associations that this change replaced; they are in the function's tags already.
    pub(crate) displaced: BTreeMap<Slot, Association>,
    /// Slots that this change took from nobody: whatever is recorded of an earlier holder is not to
    /// be put back.
    pub(crate) vacant: BTreeSet<Slot>,
    /// To be kept for the next change.
    pub(crate) originals: Originals,
    /// ARNs that were to be put back and no longer work: their slots are empty now.
    pub(crate) unrestored: BTreeMap<Slot, String>,
    /// What to wait for. None: nothing had to be written.
    pub(crate) deployment: Option<Deployment>,
    /// What failed after the update was accepted.
    pub(crate) warnings: Vec<Error>,
}
