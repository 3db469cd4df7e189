//! What one run of the provider has read and planned, across resources.
//!
//! Terraform plans every resource by itself. Two that want one function, one pair of function and
//! distribution, or one slot would take it from each other at every apply, so each plan notes what
//! it wants and asks who else does. The second of two is told; which one that is, Terraform
//! decides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::aws::arn::FunctionArn;
use crate::aws::ownership::{Claim, Claimant};
use crate::aws::slot::Slot;
use crate::aws::splice::Conflict;

/// Notes of one run.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    notes: Mutex<Notes>,
}

#[derive(Debug, Default)]
struct Notes {
    /// Functions that are destroyed in favor of others.
    replaced: BTreeSet<FunctionArn>,
    /// Id of a resource in state to its claim, if it has one.
    read: BTreeMap<String, Option<Claim>>,
    /// Ids of resources that are destroyed, and not to be replaced.
    destroyed: BTreeSet<String>,
    /// Ids for which a create was taken for the replacement of what was read.
    assumed: BTreeSet<String>,
    /// Function name to the resource that wants it.
    functions: BTreeMap<String, Claim>,
    pairs: BTreeMap<Pair, PairWish>,
    /// Pairs of resources in state.
    placed: BTreeSet<Pair>,
    /// Pairs that a resource of this plan gives up.
    left: BTreeSet<Pair>,
    slots: BTreeMap<(String, Slot), SlotWish>,
}

impl Notes {
    /// Whether the resource with this claim is planned to keep its function, or its pair.
    fn keeps(&self, id: &str, claim: &Claim) -> bool {
        let pair = id.split_once(',');
        let pair = pair
            .map(|(distribution_id, function)| (distribution_id.to_owned(), function.to_owned()));
        let wish = pair.and_then(|pair| self.pairs.get(&pair));
        self.functions.get(id) == Some(claim) || wish.is_some_and(|wish| wish.claim == *claim)
    }
}

/// Distribution id and function name.
type Pair = (String, String);

#[derive(Debug)]
struct PairWish {
    claim: Claim,
    /// Whether it was applied before and stays as it is.
    is_unchanged: bool,
}

#[derive(Debug)]
struct SlotWish {
    claim: Claim,
    function: Option<String>,
}

/// Who else wants a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sharing {
    Alone,
    /// Another resource, and neither of the two changes.
    Unchanged,
    /// Another resource, and one of the two is new or changes its slots.
    Changing,
}

impl Roster {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        // Maps are whole after any panic elsewhere.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that this plan destroys `function` in favor of another one. Terraform plans a
    /// replacement as a create of its own, and without this note that create would meet its
    /// predecessor as another resource's.
    pub(crate) fn note_replaced(&self, function: FunctionArn) {
        self.notes().replaced.insert(function);
    }

    /// Whether `lambda_arn` belongs to a function that this plan destroys in favor of another one.
    pub(crate) fn replaces(&self, lambda_arn: &str) -> bool {
        let notes = self.notes();
        notes
            .replaced
            .iter()
            .any(|function| function.owns(lambda_arn))
    }

    /// Notes that a resource in state was read: the name of an integration's function, or the id of
    /// an association.
    pub(crate) fn note_read(&self, id: &str, claim: Option<Claim>) {
        self.notes().read.insert(id.to_owned(), claim);
    }

    /// Whether a resource in state is called so.
    pub(crate) fn has_read(&self, id: &str) -> bool {
        self.notes().read.contains_key(id)
    }

    /// The claims of all resources in state that were read.
    pub(crate) fn claims_read(&self) -> BTreeMap<String, Claim> {
        let notes = self.notes();
        let read = notes.read.iter();
        read.filter_map(|(id, claim)| Some((id.clone(), claim.clone()?)))
            .collect()
    }

    /// The claim of the resource in state that a create of this id replaces, as far as anybody can
    /// tell: Terraform hides the state of a tainted resource from its plan, but it was read. None:
    /// there is no such resource, or it is destroyed or kept by itself.
    pub(crate) fn take_for_replacement(&self, id: &str) -> Option<Option<Claim>> {
        let mut notes = self.notes();
        if notes.destroyed.contains(id) {
            return None;
        }
        let claim = notes.read.get(id).cloned()?;
        if claim.as_ref().is_some_and(|claim| notes.keeps(id, claim)) {
            return None;
        }
        notes.assumed.insert(id.to_owned());
        Some(claim)
    }

    /// Whether a claimant is the resource of this id that was read, or takes its place.
    pub(crate) fn has_read_from(&self, id: &str, claimant: &Claimant) -> bool {
        let notes = self.notes();
        let claim = notes.read.get(id).and_then(Option::as_ref);
        claim.is_some_and(|claim| claimant.holds(claim))
    }

    /// Notes that a resource is destroyed. Says whether another one wants the same: a create that
    /// was taken for its replacement, which it is not, as Terraform does not plan the destroy of a
    /// replacement by itself, or one that has the function in its state too.
    pub(crate) fn note_destroyed(&self, id: &str) -> bool {
        let mut notes = self.notes();
        notes.destroyed.insert(id.to_owned());
        notes.assumed.contains(id) || notes.functions.contains_key(id)
    }

    /// Whether a resource of this id is destroyed by itself.
    pub(crate) fn destroys(&self, id: &str) -> bool {
        self.notes().destroyed.contains(id)
    }

    /// Notes that a resource wants the function of this name. False: another one does.
    pub(crate) fn want_function(&self, name: &str, claimant: &Claimant) -> bool {
        let mut notes = self.notes();
        let known = notes.functions.get(name);
        if known.is_some_and(|claim| !claimant.holds(claim)) {
            return false;
        }
        notes
            .functions
            .insert(name.to_owned(), claimant.own.clone());
        true
    }

    /// Notes that a resource wants to place the function in the distribution.
    pub(crate) fn want_pair(
        &self,
        distribution_id: &str,
        function: &str,
        claimant: &Claimant,
        is_unchanged: bool,
    ) -> Sharing {
        let pair = (distribution_id.to_owned(), function.to_owned());
        let mut notes = self.notes();
        match notes.pairs.get(&pair) {
            Some(known) if !claimant.holds(&known.claim) => {
                if known.is_unchanged && is_unchanged {
                    Sharing::Unchanged
                } else {
                    Sharing::Changing
                }
            }
            _ => {
                let claim = claimant.own.clone();
                notes.pairs.insert(
                    pair,
                    PairWish {
                        claim,
                        is_unchanged,
                    },
                );
                Sharing::Alone
            }
        }
    }

    /// Notes that a resource in state places the function in the distribution.
    pub(crate) fn note_placed(&self, distribution_id: &str, function: &str) {
        let pair = (distribution_id.to_owned(), function.to_owned());
        self.notes().placed.insert(pair);
    }

    /// Notes that a resource in this plan no longer places the function in the distribution.
    pub(crate) fn note_left(&self, distribution_id: &str, function: &str) {
        let pair = (distribution_id.to_owned(), function.to_owned());
        self.notes().left.insert(pair);
    }

    /// Whether a resource in this plan no longer places the function in the distribution.
    pub(crate) fn leaves_pair(&self, distribution_id: &str, function: &str) -> bool {
        let pair = (distribution_id.to_owned(), function.to_owned());
        self.notes().left.contains(&pair)
    }

    /// Whether a resource in state places the function in the distribution, and none that has been
    /// planned so far is going to: of a tainted one Terraform tells only the read.
    pub(crate) fn has_placed_only(&self, distribution_id: &str, function: &str) -> bool {
        let pair = (distribution_id.to_owned(), function.to_owned());
        let notes = self.notes();
        notes.placed.contains(&pair) && !notes.pairs.contains_key(&pair)
    }

    /// Those of the slots that another resource of this plan wants.
    pub(crate) fn wanted_by_others<'a>(
        &self,
        distribution_id: &str,
        claimant: &Claimant,
        slots: impl IntoIterator<Item = &'a Slot>,
    ) -> BTreeSet<Slot> {
        let notes = self.notes();
        let is_wanted = |slot: &&Slot| {
            let place = (distribution_id.to_owned(), (*slot).clone());
            notes
                .slots
                .get(&place)
                .is_some_and(|known| !claimant.holds(&known.claim))
        };
        slots.into_iter().filter(is_wanted).cloned().collect()
    }

    /// Notes that a resource wants these slots for a function, and reports those that another
    /// resource of this run wants too.
    pub(crate) fn want_slots<'a>(
        &self,
        distribution_id: &str,
        claimant: &Claimant,
        function: Option<&FunctionArn>,
        slots: impl IntoIterator<Item = &'a Slot>,
    ) -> Vec<Conflict> {
        let mut notes = self.notes();
        let mut conflicts = Vec::new();
        for slot in slots {
            let place = (distribution_id.to_owned(), slot.clone());
            match notes.slots.get(&place) {
                Some(known) if !claimant.holds(&known.claim) => {
                    conflicts.push(Conflict::WantedTwice {
                        slot: slot.clone(),
                        by: known.function.clone(),
                    });
                }
                _ => {
                    let wish = SlotWish {
                        claim: claimant.own.clone(),
                        function: function.map(|function| function.name.clone()),
                    };
                    notes.slots.insert(place, wish);
                }
            }
        }
        conflicts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimant() -> Claimant {
        Claimant::new(Claim::any())
    }

    #[test]
    fn the_second_who_wants_a_function_is_told() {
        let roster = Roster::default();
        let first = claimant();
        assert!(roster.want_function("shop", &first));
        assert!(roster.want_function("shop", &first), "planned again");
        assert!(!roster.want_function("shop", &claimant()));
        let successor = Claimant {
            own: Claim::any(),
            before: vec![first.own],
        };
        assert!(roster.want_function("shop", &successor), "its replacement");
    }

    #[test]
    fn a_pair_is_shared_only_by_two_that_stay_as_they_are() {
        let roster = Roster::default();
        let want = |is_unchanged| roster.want_pair("E1", "shop", &claimant(), is_unchanged);
        assert_eq!(want(true), Sharing::Alone);
        assert_eq!(want(true), Sharing::Unchanged);
        assert_eq!(want(false), Sharing::Changing);
        let roster = Roster::default();
        let want = |is_unchanged| roster.want_pair("E1", "shop", &claimant(), is_unchanged);
        assert_eq!(want(false), Sharing::Alone);
        assert_eq!(want(true), Sharing::Changing, "the other one changes");
    }

    #[test]
    fn a_create_replaces_what_was_read_unless_that_is_destroyed_by_itself() {
        let (roster, claim) = (Roster::default(), Claim::any());
        assert_eq!(roster.take_for_replacement("shop"), None);
        roster.note_read("shop", Some(claim.clone()));
        assert_eq!(
            roster.take_for_replacement("shop"),
            Some(Some(claim.clone()))
        );
        assert!(
            roster.note_destroyed("shop"),
            "whichever Terraform plans first"
        );

        let roster = Roster::default();
        roster.note_read("shop", Some(claim));
        assert!(!roster.note_destroyed("shop"));
        assert_eq!(roster.take_for_replacement("shop"), None);
        assert!(roster.destroys("shop") && !roster.destroys("store"));
    }

    #[test]
    fn a_create_does_not_replace_what_keeps_its_function_or_pair() {
        let (roster, shop, pair) = (Roster::default(), claimant(), claimant());
        roster.note_read("shop", Some(shop.own.clone()));
        roster.note_read("E1,shop", Some(pair.own.clone()));
        assert!(roster.want_function("shop", &shop));
        roster.want_pair("E1", "shop", &pair, true);
        assert_eq!(roster.take_for_replacement("shop"), None);
        assert_eq!(roster.take_for_replacement("E1,shop"), None);
        assert!(!roster.want_function("shop", &claimant()));
        assert!(roster.has_read_from("shop", &shop) && !roster.has_read_from("shop", &pair));
    }

    #[test]
    fn what_one_destroys_no_other_keeps() {
        let roster = Roster::default();
        assert!(roster.want_function("shop", &claimant()));
        assert!(!roster.note_destroyed("store"));
        assert!(roster.note_destroyed("shop"));
    }
}
