//! Functions to put back when ours leaves.
//!
//! CloudFront refuses a whole update because of one function that it cannot associate, so such
//! functions are left out of the change: a version that Lambda no longer has before the first
//! round, and one that a refusal names in the next round. The user learns which were left out, and
//! their slots stay empty. If a function works together with others of its behavior, those are left
//! out too.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::error::Error;
use crate::aws::lambda::Functions;
use crate::aws::retry::Deadline;
use crate::aws::slot::Slot;
use crate::aws::splice::{Change, Restore, Wish};

/// A function that could not be put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unrestored {
    pub(crate) lambda_arn: String,
    /// It works, but only together with another function of its behavior that does not.
    pub(crate) works: bool,
}

/// Leaves out the versions that were deleted meanwhile, and returns them.
pub(super) async fn drop_dead(
    change: &mut Change,
    functions: &Functions,
    deadline: &Deadline,
) -> BTreeMap<Slot, Unrestored> {
    let mut dead = BTreeSet::new();
    for (slot, restore) in restores(change) {
        if is_dead(restore, &change.function, functions, deadline).await {
            dead.insert(slot.clone());
        }
    }
    drop_from(change, &dead)
}

/// The slots whose functions a refusal names.
pub(super) fn refused(change: &Change, refusal: &Error) -> BTreeSet<Slot> {
    restores(change)
        .filter(|(_, restore)| refusal.names(&restore.lambda_arn))
        .map(|(slot, _)| slot.clone())
        .collect()
}

/// Leaves these slots empty, and those that come back only together with them. Returns the
/// functions that would have come back.
pub(super) fn drop_from(change: &mut Change, slots: &BTreeSet<Slot>) -> BTreeMap<Slot, Unrestored> {
    let companions = companions(change, slots);
    let mut dropped = BTreeMap::new();
    for (slot, wish) in &mut change.slots {
        if let Wish::Leave { restore } = wish
            && (slots.contains(slot) || companions.contains(slot))
            && let Some(restore) = restore.take()
        {
            let unrestored = Unrestored {
                lambda_arn: restore.lambda_arn,
                works: !slots.contains(slot),
            };
            dropped.insert(slot.clone(), unrestored);
        }
    }
    dropped
}

/// The slots whose functions come back only together with those of `slots`.
fn companions(change: &Change, slots: &BTreeSet<Slot>) -> BTreeSet<Slot> {
    let together = || restores(change).filter(|(_, restore)| restore.together);
    let left_out = together().filter(|(slot, _)| slots.contains(slot));
    let behaviors: BTreeSet<&str> = left_out.map(|(slot, _)| slot.behavior.as_str()).collect();
    together()
        .filter(|(slot, _)| behaviors.contains(slot.behavior.as_str()))
        .map(|(slot, _)| slot.clone())
        .collect()
}

async fn is_dead(
    restore: &Restore,
    ours: &FunctionArn,
    functions: &Functions,
    deadline: &Deadline,
) -> bool {
    match restore.lambda_arn.parse::<QualifiedArn>() {
        Ok(version) if version.function.account_id == ours.account_id => {
            let name = &version.function.name;
            let found = functions.read_version(name, version.version, deadline);
            // Without permission to look, CloudFront decides.
            matches!(found.await, Ok(None))
        }
        Ok(_) => false,
        Err(_) => true,
    }
}

fn restores(change: &Change) -> impl Iterator<Item = (&Slot, &Restore)> {
    change.slots.iter().filter_map(|(slot, wish)| match wish {
        Wish::Leave {
            restore: Some(restore),
        } => Some((slot, restore)),
        _ => None,
    })
}
