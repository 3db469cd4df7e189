//! Checks every update of ours that CloudFront accepts: what it replaced is what it was spliced
//! from, so any change beyond its own slots is a lost edit of somebody else.

use std::collections::BTreeMap;

use super::view::{Held, Place, View};
use crate::aws::event_type::EventType;
use crate::aws::ownership::Displaced;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Restore, Wish};
use crate::aws::tags::Tags;

/// One of our writers: what it wants, and what it has displaced so far.
#[derive(Debug)]
pub(super) struct Judge {
    change: Option<Change>,
    pub(super) displaced: BTreeMap<Slot, Association>,
    /// Updates of the current operation that were accepted.
    pub(super) accepted: usize,
}

impl Judge {
    pub(super) fn new() -> Judge {
        Judge {
            change: None,
            displaced: BTreeMap::new(),
            accepted: 0,
        }
    }

    pub(super) fn begin(&mut self, change: &Change) {
        self.change = Some(change.clone());
        self.accepted = 0;
    }

    /// The faults of an accepted update.
    pub(super) fn accept(
        &mut self,
        id: &str,
        before: &str,
        after: &str,
        tags: &Tags,
    ) -> Result<(), String> {
        self.accepted += 1;
        let change = self.change.clone().ok_or("an update that nobody wants")?;
        let (from, to) = (View::of(before), View::of(after));
        let is_ours = |name: &str| change.slots.keys().any(|slot| slot.behavior == name);
        if from.outside(before, is_ours) != to.outside(after, is_ours) {
            return Err(format!(
                "an edit outside our slots got lost:\n{before}\n{after}"
            ));
        }
        for (was, is) in from.behaviors.iter().zip(&to.behaviors) {
            // Their order means nothing: whoever rewrites the element may change it, and the
            // original text changes it back.
            let others = |held: &[Held]| -> Vec<Held> {
                let others = held
                    .iter()
                    .filter(|held| !wants(&change, &was.name, &held.event));
                let mut others: Vec<Held> = others.cloned().collect();
                others.sort_by(|one, other| one.event.cmp(&other.event));
                others
            };
            if others(&was.held) != others(&is.held) {
                return Err(format!(
                    "another slot of {} changed: {:?} -> {:?}",
                    was.name, was.held, is.held
                ));
            }
        }
        let (from, to) = (from.slots(), to.slots());
        for (slot, wish) in &change.slots {
            let place = place(slot);
            let (was, is) = (from.get(&place), to.get(&place));
            self.slot(&change, slot, wish, was, is)
                .map_err(|wrong| format!("{slot}: {wrong}; it held {was:?} and holds {is:?}"))?;
        }
        self.recorded(id, &change, &from, tags)
    }

    fn slot(
        &mut self,
        change: &Change,
        slot: &Slot,
        wish: &Wish,
        was: Option<&Held>,
        is: Option<&Held>,
    ) -> Result<(), &'static str> {
        let stranger = was.filter(|held| !change.owns(&held.arn));
        match wish {
            Wish::Hold {
                association,
                adopt_existing,
            } => {
                let fits = is.is_some_and(|held| {
                    held.arn == association.lambda_arn
                        && held.include_body == association.include_body
                });
                if !fits {
                    return Err("not taken");
                }
                if let Some(stranger) = stranger {
                    if !adopt_existing {
                        return Err("a stranger was displaced without permission");
                    }
                    self.displaced
                        .insert(slot.clone(), as_association(stranger));
                }
            }
            Wish::Leave { .. } if stranger.is_some() || was.is_none() => {
                if was != is {
                    return Err("a slot that was not ours was changed");
                }
            }
            Wish::Leave { restore } => {
                self.displaced.remove(slot);
                let put_in = is.map(as_association);
                let meant = restore.as_ref();
                let is_meant = put_in.is_none_or(|put_in| {
                    let put_in = Restore::from(put_in);
                    meant.is_some_and(|meant| {
                        (&meant.lambda_arn, meant.include_body)
                            == (&put_in.lambda_arn, put_in.include_body)
                    })
                });
                if !is_meant {
                    return Err("something else than the displaced function was put in");
                }
            }
        }
        Ok(())
    }

    /// Before the update, the tags must name every function that it displaces, and none for a slot
    /// that nobody held: they are what a killed apply leaves. What an earlier apply displaced in a
    /// slot that was ours already is in the state.
    fn recorded(
        &self,
        id: &str,
        change: &Change,
        before: &BTreeMap<Place, Held>,
        tags: &Tags,
    ) -> Result<(), String> {
        for (slot, wish) in &change.slots {
            let held = before.get(&place(slot));
            let was_ours = held.is_some_and(|held| change.owns(&held.arn));
            if was_ours || !matches!(wish, Wish::Hold { .. }) {
                continue;
            }
            let mut recalled = Displaced::recall(tags, id, [slot]).associations;
            let recorded = recalled.remove(slot);
            let displaced = held.map(as_association);
            if recorded != displaced {
                return Err(format!(
                    "{slot}: the tags say that {recorded:?} is displaced, it is {displaced:?}"
                ));
            }
        }
        Ok(())
    }

    /// Whether exactly these were displaced by the current operation, as far as its result says so.
    pub(super) fn has_displaced(&self, said: &BTreeMap<Slot, Association>) -> bool {
        said.iter()
            .all(|(slot, held)| self.displaced.get(slot) == Some(held))
    }
}

/// The slots of `change` that are not as wanted in this configuration.
pub(super) fn unfulfilled(change: &Change, text: &str) -> Vec<Slot> {
    let slots = View::of(text).slots();
    let is_unfulfilled = |(slot, wish): &(&Slot, &Wish)| match (wish, slots.get(&place(slot))) {
        (Wish::Hold { association, .. }, held) => held.is_none_or(|held| {
            held.arn != association.lambda_arn || held.include_body != association.include_body
        }),
        (Wish::Leave { .. }, held) => held.is_some_and(|held| change.owns(&held.arn)),
    };
    let unfulfilled = change.slots.iter().filter(is_unfulfilled);
    unfulfilled.map(|(slot, _)| slot.clone()).collect()
}

fn as_association(held: &Held) -> Association {
    Association {
        lambda_arn: held.arn.clone(),
        include_body: held.include_body,
    }
}

pub(super) fn place(slot: &Slot) -> Place {
    (slot.behavior.clone(), slot.event.to_string())
}

fn wants(change: &Change, behavior: &str, event: &str) -> bool {
    let event: Result<EventType, _> = event.parse();
    event.is_ok_and(|event| change.slots.contains_key(&Slot::new(behavior, event)))
}
