//! Read: the content of the slots.
//!
//! `slots` shows what the distribution holds now, for the slots that are ours by configuration, so
//! that the plan shows a difference wherever an apply has something to fix. All differences are
//! also in one warning, and what ours displaced is read from the function's tags.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Diagnostic, Diagnostics, Private};

use super::drift::{self, Comparison};
use super::model::Placement;
use super::sighting::Sighting;
use super::site::{Form, Site, SlotAssociation};
use super::wanted;
use crate::aws::behavior_name;
use crate::aws::document::Document;
use crate::aws::ownership::Displaced;
use crate::aws::slot::{Association, Slot};
use crate::aws::tags::Tags;

impl Placement {
    /// Sets `slots` to what `document` holds (`None`: the distribution is gone), and warns of what
    /// differs from the apply. `private` keeps what else a plan needs.
    pub(crate) fn observe(
        &mut self,
        private: &mut Private,
        document: Option<&Document>,
        form: Form,
    ) -> Diagnostics {
        let mut warnings = Diagnostics::new();
        let mut slots = BTreeMap::new();
        if let (Some(site), Some(id)) = (self.site.known(), self.distribution_id()) {
            match document {
                Some(document) => {
                    let (found, drift) = self.compare(site, id, document);
                    slots = found;
                    Sighting::keep(private, id, site, document, self.function.as_ref());
                    warnings.extend(drift);
                    if site.leaves_default_open(document) {
                        warnings.push(two_meanings(id, form));
                    }
                }
                None => warnings.push(distribution_gone(id, form)),
            }
        }
        self.slots = Attr::Known(slots);
        warnings
    }

    /// Takes from the function's tags what it displaced in the slots it holds. Tags are written
    /// before the distribution, so they have what a killed apply could not write into the state.
    pub(crate) fn recall_displaced(&mut self, document: &Document, tags: &Tags) {
        let (Some(id), Some(function)) = (self.distribution_id(), &self.function) else {
            return;
        };
        let held = self.held_in(document, function);
        let recalled = Displaced::recall(tags, id, &held).associations;
        let mut displaced = self.displaced.known().cloned().unwrap_or_default();
        for (slot, association) in recalled {
            displaced.entry(slot).or_insert(association.lambda_arn);
        }
        self.displaced = Attr::Known(displaced);
    }

    fn compare(
        &self,
        site: &Site,
        id: &str,
        document: &Document,
    ) -> (BTreeMap<Slot, SlotAssociation>, Option<Diagnostic>) {
        let behaviors: BTreeSet<&str> = document.behavior_names().collect();
        let all = wanted::all(document, self.function.as_ref());
        let Some(wanted) = wanted::slots_of(site, all) else {
            return (BTreeMap::new(), None);
        };
        let found = document.slots();
        // Without a version there was nothing to apply, so nothing can have drifted.
        let drift = match (self.lambda_arn.known(), &self.function) {
            (Some(lambda_arn), Some(function)) => {
                let recorded = wanted::named(&self.slots);
                let comparison = Comparison {
                    site,
                    wanted: &wanted,
                    recorded: &recorded,
                    lambda_arn,
                    function,
                    behaviors: &behaviors,
                    found: &found,
                };
                drift::warning(id, &comparison.drifts(), !recorded.is_empty())
            }
            _ => None,
        };
        (as_found(&wanted, &found), drift)
    }
}

fn as_found(
    wanted: &BTreeSet<Slot>,
    found: &BTreeMap<Slot, Association>,
) -> BTreeMap<Slot, SlotAssociation> {
    wanted
        .iter()
        .filter_map(|slot| {
            let association = found.get(slot)?;
            let lambda_arn = association.lambda_arn.clone().into();
            Some((
                slot.clone(),
                SlotAssociation {
                    lambda_arn,
                    include_body: association.include_body.into(),
                },
            ))
        })
        .collect()
}

/// When it was applied, no path pattern had this name.
fn two_meanings(id: &str, form: Form) -> Diagnostic {
    Diagnostic::warning(format!(
        "\"{}\" has two meanings in distribution {id}",
        behavior_name::DEFAULT
    ))
    .detail(format!(
        "The distribution now has a behavior with the path pattern \"{default}\". As long as the \
         behaviors of this resource do not change, \"{default}\" still means the default cache \
         behavior. Write \"{}\" instead, which means only the default cache behavior and changes \
         nothing in the distribution. The behavior with that path pattern is \"{}\".",
        behavior_name::SURELY_DEFAULT,
        behavior_name::PATTERN_DEFAULT,
        default = behavior_name::DEFAULT
    ))
    .at(form.part("behaviors"))
}

fn distribution_gone(id: &str, form: Form) -> Diagnostic {
    Diagnostic::warning(format!("Distribution {id} no longer exists"))
        .detail(format!(
            "Nothing is protected there any more, and an apply will fail. {} `terraform destroy` \
             still works.",
            form.without_distribution()
        ))
        .at(form.id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;

    #[test]
    fn slots_show_what_stands_in_them_and_nothing_for_empty_or_unwanted_ones() {
        let slot = |behavior: &str| Slot::new(behavior, EventType::ViewerRequest);
        let held = |arn: &str| Association {
            lambda_arn: arn.to_owned(),
            include_body: true,
        };
        let found = BTreeMap::from([
            (slot("default"), held("arn:stranger:3")),
            (slot("/unwanted"), held("arn:other:1")),
        ]);
        let slots = as_found(&[slot("default"), slot("/empty")].into(), &found);
        assert_eq!(slots.keys().collect::<Vec<_>>(), [&slot("default")]);
        let lambda_arn = &slots[&slot("default")].lambda_arn;
        assert_eq!(lambda_arn, &Attr::Known("arn:stranger:3".to_owned()));
    }
}
