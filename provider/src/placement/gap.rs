//! Warnings of a plan about slots that no function may protect for a moment: one resource leaves
//! them in one update of the distribution, and another one takes them in the next.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Diagnostic;

use super::site::Form;
use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::Handover;
use crate::roster::Roster;

pub(super) const LEFT_FIRST: &str = "In this apply, the resource that holds the slots releases \
                          them in one update of the distribution, and this resource takes them in \
                          a later one. If one of the two refers to the other, Terraform waits in \
                          between until the first update is deployed, which takes minutes, unless \
                          the resource that releases the slots has `wait_for_deployment = false`.";
pub(super) const TAKEN_LATER: &str = "In this apply, this resource releases the slots in one \
                           update of the distribution, and another resource takes them in a later \
                           one. If one of the two refers to the other, Terraform waits in between \
                           until the first update is deployed, which takes minutes, unless this \
                           resource has `wait_for_deployment = false`.";
pub(super) const TAKEN_OVER: &str = "The association of this function hands the slots over. If \
                          this apply destroys that association, the slots may be released before \
                          this resource takes them. To prevent that, remove the association from \
                          the state without a destroy:\n\nremoved {\n  from = \
                          netacea_cloudfront_association.NAME\n  lifecycle {\n    destroy = \
                          false\n  }\n}";
const HANDED_OVER: &str = "The slots are handed over, as `hand_over_from` says. If the resource \
                           that has them is updated or destroyed first, it releases them before \
                           this one takes them. Unless that resource has `wait_for_deployment = \
                           false`, this one takes them after the deployment of that update, which \
                           takes minutes.";

/// Slots that a placement wants, in the distribution as it is.
pub(super) struct Gaps<'a> {
    pub(super) form: Form,
    pub(super) distribution_id: &'a str,
    pub(super) document: &'a Document,
    pub(super) wanted: &'a BTreeSet<Slot>,
}

impl Gaps<'_> {
    /// Our function is not known yet, so it may be one that another resource removes from these
    /// slots.
    pub(super) fn of_departure(&self, roster: &Roster) -> Option<Diagnostic> {
        let leaves = |held: &Association| {
            let function = held.lambda_arn.parse::<FunctionArn>().ok();
            function.is_some_and(|function| {
                roster.leaves_pair(self.distribution_id, &function.name)
                    || roster.has_placed_only(self.distribution_id, &function.name)
            })
        };
        let mut slots = self.document.slots();
        slots.retain(|slot, held| self.wanted.contains(slot) && leaves(held));
        self.warning(&slots.into_keys().collect(), LEFT_FIRST)
    }

    /// The resource of the other function may give its slots up before this one takes them.
    pub(super) fn of_handover(&self, handover: &Handover) -> Option<Diagnostic> {
        let handed_over = |function: &FunctionArn| self.document.slots_of(function).into_keys();
        let slots = handover.functions.iter().flat_map(handed_over);
        let slots = slots.filter(|slot| self.wanted.contains(slot)).collect();
        self.warning(&slots, HANDED_OVER)
    }

    /// In a replacement, Terraform destroys first unless `create_before_destroy` is set, and it
    /// does not tell the provider which. `own` are the slots of the state.
    pub(super) fn of_replacement(&self, roster: &Roster, own: &BTreeSet<Slot>) -> Vec<Diagnostic> {
        let mut leaving: BTreeMap<FunctionArn, BTreeSet<Slot>> = BTreeMap::new();
        for (slot, held) in self.document.slots() {
            let is_left = roster.replaces(&held.lambda_arn);
            if is_left
                && self.wanted.contains(&slot)
                && !own.contains(&slot)
                && let Ok(function) = held.lambda_arn.parse::<FunctionArn>()
            {
                leaving.entry(function).or_default().insert(slot);
            }
        }
        let warning = |(function, slots): (FunctionArn, BTreeSet<Slot>)| {
            let name = function.name;
            let why = format!(
                "This plan replaces {name}, which releases the slots before this resource takes \
                 them, unless the replacement has `create_before_destroy`. To prevent that, set \
                 `create_before_destroy = true` in its `lifecycle` block, and `hand_over_from = \
                 [\"{name}\"]` here for this apply."
            );
            self.warning(&slots, &why)
        };
        leaving.into_iter().filter_map(warning).collect()
    }

    fn warning(&self, slots: &BTreeSet<Slot>, why: &str) -> Option<Diagnostic> {
        gap(self.distribution_id, slots, why).map(|warning| warning.at(self.form.id()))
    }
}

/// A warning that slots of the distribution may be empty between two updates.
pub(super) fn gap(distribution_id: &str, slots: &BTreeSet<Slot>, why: &str) -> Option<Diagnostic> {
    let listed: Vec<String> = slots.iter().map(|slot| format!("  - {slot}")).collect();
    (!listed.is_empty()).then(|| {
        Diagnostic::warning("Slots may be empty between two updates").detail(format!(
            "These slots may be without a function between two updates of distribution \
             {distribution_id}:\n{}\n\n{why}",
            listed.join("\n")
        ))
    })
}
