//! [`Placement`]: the part of a model that integration and association have in common, and the
//! questions that plan, read and apply ask it.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Attr;

use super::site::{Site, SlotAssociation};
use super::wanted;
use crate::aws::arn::FunctionArn;
use crate::aws::distribution::Mandate;
use crate::aws::document::Document;
use crate::aws::ownership::{Claimant, Displaced};
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::Handover;
use crate::hazards::Hazard;

/// The part of a resource's configuration, plan or state that says which slots its function has.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Placement {
    /// The distribution and the slots that are ours by configuration; null = none.
    pub(crate) site: Attr<Site>,
    /// The resources that give up slots or the pair for this one: function names, and ids of
    /// associations.
    pub(crate) hand_over_from: Attr<BTreeSet<String>>,
    /// The function, as far as it is known; any of its versions is ours.
    pub(crate) function: Option<FunctionArn>,
    /// Qualified ARN of the version in the slots.
    pub(crate) lambda_arn: Attr<String>,
    /// Slot → association, wanted slots only; read as found, planned as wanted.
    pub(crate) slots: Attr<BTreeMap<Slot, SlotAssociation>>,
    /// Slot → ARN of the function that held it before.
    pub(crate) displaced: Attr<BTreeMap<Slot, String>>,
    /// The owner changes the distribution in the same apply, before us.
    pub(crate) depends_on_distribution_changes: Attr<bool>,
    /// Hazards that the owner has understood.
    pub(crate) acknowledge_hazards: Attr<BTreeSet<Hazard>>,
}

impl Placement {
    /// The id of its distribution.
    pub(crate) fn distribution_id(&self) -> Option<&String> {
        self.site.known().and_then(|site| site.id.known())
    }

    /// Its slots by state and by configuration. `existing` are the names of all behaviors. After a
    /// create that was cut short, the state has no slots yet, although CloudFront may have accepted
    /// them.
    pub(super) fn slots_within<'a>(
        &'a self,
        existing: impl IntoIterator<Item = &'a str>,
    ) -> BTreeSet<Slot> {
        let mut slots = wanted::named(&self.slots);
        if let Some(site) = self.site.known() {
            slots.extend(wanted::slots_of(site, existing).into_iter().flatten());
        }
        slots
    }

    /// Those of its slots that `function` holds in the document.
    pub(super) fn held_in(&self, document: &Document, function: &FunctionArn) -> BTreeSet<Slot> {
        let slots = self.slots_within(document.behavior_names());
        let held = document.slots_of(function).into_keys();
        held.filter(|slot| slots.contains(slot)).collect()
    }

    /// The functions that the slots hold.
    pub(super) fn holders(&self) -> BTreeSet<FunctionArn> {
        let slots = self.slots.known().into_iter().flat_map(BTreeMap::values);
        let held = slots.filter_map(|slot| slot.lambda_arn.known());
        held.filter_map(|lambda_arn| lambda_arn.parse().ok())
            .collect()
    }

    /// `before`, if this placement's function replaces it.
    pub(super) fn succeeds<'a>(&self, before: Option<&'a FunctionArn>) -> Option<&'a FunctionArn> {
        before.filter(|before| self.function.as_ref() != Some(before))
    }

    /// Whether the distribution may be changed in the same apply, before this resource: what is in
    /// the way now may be gone by then.
    pub(super) fn awaits_changes(&self) -> bool {
        !matches!(
            self.depends_on_distribution_changes,
            Attr::Null | Attr::Known(false)
        )
    }

    /// The distribution's id and the function that is placed there.
    pub(crate) fn pair(&self) -> Option<(&String, &FunctionArn)> {
        Some((self.distribution_id()?, self.function.as_ref()?))
    }

    /// What the resource may do with slots and pairs of other resources. `self` is what is planned,
    /// `prior` the state. A release without claims let two resources place one function in a
    /// distribution; that goes on until one of them changes.
    pub(crate) fn mandate(
        &self,
        claimant: Claimant,
        prior: Option<&Placement>,
        function: &FunctionArn,
    ) -> Mandate {
        let id = self.distribution_id().map(|id| pair_id(id, function));
        let handed_over = |all: &BTreeSet<String>| id.is_some_and(|id| all.contains(&id));
        Mandate {
            claimant,
            takes_pair: self.hand_over_from.known().is_some_and(handed_over),
            shares: prior.is_some_and(|prior| prior.chooses_alike(self)),
        }
    }

    /// The functions that give slots up for `function`.
    pub(super) fn handover(&self, function: &FunctionArn) -> Handover {
        let names = self.hand_over_from.known().into_iter().flatten();
        let functions = names
            .filter(|name| !name.contains(',') && **name != function.name)
            .map(|name| FunctionArn::in_us_east_1(&function.account_id, name));
        Handover {
            functions: functions.collect(),
            ..Handover::default()
        }
    }

    /// Whether it chooses the same slots of the same distribution as `other`.
    pub(super) fn chooses_alike(&self, other: &Placement) -> bool {
        let chosen = |placement: &Placement| {
            let site = placement.site.known()?;
            Some((site.id.clone(), site.behaviors.clone(), site.events.clone()))
        };
        chosen(self) == chosen(other)
    }

    /// Leaves the slots open: they are not known yet.
    pub(crate) fn leave_open(&mut self) {
        self.slots = Attr::Unknown;
        self.displaced = Attr::Unknown;
    }

    /// No slot holds the function.
    pub(super) fn clear(&mut self) {
        self.slots = Attr::Known(BTreeMap::new());
        self.displaced = Attr::Known(BTreeMap::new());
    }

    /// ARN of the function that ours replaced there.
    pub(super) fn displaced_in(&self, slot: &Slot) -> Option<&String> {
        self.displaced.known()?.get(slot)
    }

    /// The slots that hold the displaced association again. It was displaced with permission and is
    /// still recorded, so the slot may be taken once more. This happens after
    /// `netacea_cloudfront_detach`, and when somebody else has put the association back.
    pub(super) fn given_back(&self, held: &BTreeMap<Slot, Association>) -> BTreeSet<Slot> {
        let displaced = self.displaced.known().into_iter().flatten();
        let back = displaced.filter(|(slot, lambda_arn)| {
            let held = held.get(*slot);
            held.is_some_and(|held| held.lambda_arn == **lambda_arn)
        });
        back.map(|(slot, _)| slot.clone()).collect()
    }

    /// What it displaced in slots that are still wanted.
    pub(super) fn displaced_within(&self, wanted: &BTreeSet<Slot>) -> BTreeMap<Slot, String> {
        let all = self.displaced.known().into_iter().flatten();
        all.filter(|(slot, _)| wanted.contains(slot))
            .map(|(slot, lambda_arn)| (slot.clone(), lambda_arn.clone()))
            .collect()
    }
}

/// A pair of distribution and function, as an association's id and `hand_over_from` have it.
pub(crate) fn pair_id(distribution_id: &str, function: &FunctionArn) -> String {
    format!("{distribution_id},{}", function.name)
}

/// What was displaced, as the attribute `displaced` has it.
pub(super) fn arns(
    associations: BTreeMap<Slot, Association>,
) -> impl Iterator<Item = (Slot, String)> {
    associations
        .into_iter()
        .map(|(slot, association)| (slot, association.lambda_arn))
}

/// The number of tags that record what a function displaced in a distribution.
pub(crate) fn displaced_tag_count(
    distribution_id: &str,
    displaced: &BTreeMap<Slot, String>,
) -> usize {
    let associations = displaced.iter().map(|(slot, lambda_arn)| {
        let association = Association {
            lambda_arn: lambda_arn.clone(),
            include_body: false,
        };
        (slot.clone(), association)
    });
    let displaced = Displaced {
        associations: associations.collect(),
        ..Displaced::default()
    };
    displaced.tag_count(distribution_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;

    #[test]
    fn displaced_slots_are_kept_as_long_as_they_are_wanted() {
        let slot = |behavior: &str| Slot::new(behavior, EventType::ViewerRequest);
        let entry = |behavior: &str| (slot(behavior), "arn".to_owned());
        let placement = Placement {
            displaced: Attr::Known([entry("default"), entry("/a")].into()),
            ..Placement::default()
        };
        let kept = placement.displaced_within(&[slot("/a")].into());
        assert_eq!(kept.into_keys().collect::<Vec<_>>(), [slot("/a")]);
    }
}
