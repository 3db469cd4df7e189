//! What a plan promises about slots. Calls nothing.
//!
//! Terraform makes every plan a second time while it applies, and calls it a bug of the provider
//! when something that was known differs. Between the two, others may change the distribution. So
//! what is known here follows from the configuration, the state and what the last read kept
//! ([`Sighting`]); everything else is left open until the apply, which decides by what it finds.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Attr;

use super::model::Placement;
use super::sighting::Sighting;
use super::site::Site;
use super::wanted;
use crate::aws::slot::Slot;

/// The slots that will hold the function. `None`: only the apply can tell. `prior` is the state, if
/// it is about the same distribution.
pub(super) fn wanted(
    site: &Site,
    prior: Option<&Placement>,
    sighting: &Sighting,
) -> Option<BTreeSet<Slot>> {
    if site.behaviors.is_known() {
        return wanted::slots_of(site, []);
    }
    let prior = prior.filter(|prior| wants_all(prior))?;
    match sighting.behaviors() {
        Some(seen) => wanted::slots_of(site, seen.iter().map(String::as_str)),
        // No read has followed the apply, or an older release made it and kept nothing.
        None => {
            let held = wanted::named(&prior.slots);
            let behaviors: BTreeSet<&str> = held.iter().map(|slot| &*slot.behavior).collect();
            wanted::slots_of(site, behaviors).filter(|slots| !slots.is_empty())
        }
    }
}

/// What the function will have displaced in its slots, in addition to what `prior` has: the state,
/// which is about the same distribution. `leaves` says whether a function leaves before ours
/// arrives.
pub(super) fn displaced(
    planned: &Placement,
    site: &Site,
    wanted: &BTreeSet<Slot>,
    prior: &Placement,
    sighting: &Sighting,
    leaves: impl Fn(&str) -> bool,
) -> Attr<BTreeMap<Slot, String>> {
    let mut all = prior.displaced_within(wanted);
    if matches!(site.adopt_existing, Attr::Null | Attr::Known(false)) {
        return Attr::Known(all);
    }
    let Some(strangers) = strangers(planned, wanted, prior, sighting) else {
        return Attr::Unknown;
    };
    if strangers.is_empty() {
        return Attr::Known(all);
    }
    let is_open = site.adopt_existing.is_unknown() || planned.function.is_none();
    if is_open || strangers.values().any(|holder| leaves(holder)) {
        return Attr::Unknown;
    }
    all.extend(strangers);
    Attr::Known(all)
}

/// The other holders of the wanted slots at the last read; `None` if it did not keep one of them.
fn strangers(
    planned: &Placement,
    wanted: &BTreeSet<Slot>,
    prior: &Placement,
    sighting: &Sighting,
) -> Option<BTreeMap<Slot, String>> {
    let seen = prior.site.known().and_then(|site| {
        let behaviors = sighting.behaviors().into_iter().flatten();
        wanted::slots_of(site, behaviors.map(String::as_str))
    });
    let seen = seen.unwrap_or_default();
    let is_ours = |holder: &str| {
        let functions = [&planned.function, &prior.function];
        functions
            .into_iter()
            .flatten()
            .any(|ours| ours.owns(holder))
    };
    let mut strangers = BTreeMap::new();
    for slot in wanted {
        let in_state = prior.slots.known().and_then(|slots| slots.get(slot));
        let holder = match in_state.and_then(|found| found.lambda_arn.known()) {
            Some(holder) => Some(holder.as_str()),
            None if seen.contains(slot) => None,
            None => sighting.holder(slot)?,
        };
        if let Some(holder) = holder.filter(|holder| !is_ours(holder)) {
            strangers.insert(slot.clone(), holder.to_owned());
        }
    }
    Some(strangers)
}

fn wants_all(prior: &Placement) -> bool {
    let site = prior.site.known();
    site.is_some_and(|site| site.behaviors.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::arn::FunctionArn;
    use crate::aws::event_type::EventType;

    const OURS: &str = "arn:aws:lambda:us-east-1:123456789012:function:shop:7";
    const STRANGER: &str = "arn:aws:lambda:us-east-1:123456789012:function:other:3";

    fn slot(behavior: &str) -> Slot {
        Slot::new(behavior, EventType::ViewerRequest)
    }

    fn site(behaviors: Option<&[&str]>, adopt_existing: Attr<bool>) -> Site {
        let named = behaviors.map(|names| names.iter().map(ToString::to_string).collect());
        Site {
            id: "E1".into(),
            behaviors: Attr::from_option(named),
            events: Attr::Known([EventType::ViewerRequest].into()),
            adopt_existing,
            ..Site::default()
        }
    }

    /// A state in which a read found these holders.
    fn found(site: Site, holders: &[(&str, &str)]) -> Placement {
        let slots = holders.iter().flat_map(|(behavior, holder)| {
            let lambda_arn = Attr::Known((*holder).to_owned());
            wanted::attribute(&site, &[slot(behavior)].into(), &lambda_arn)
        });
        Placement {
            hand_over_from: Attr::Null,
            slots: Attr::Known(slots.collect()),
            displaced: Attr::Known(BTreeMap::new()),
            function: function(),
            site: Attr::Known(site),
            lambda_arn: OURS.into(),
            ..Placement::default()
        }
    }

    fn function() -> Option<FunctionArn> {
        "arn:aws:lambda:us-east-1:123456789012:function:shop"
            .parse()
            .ok()
    }

    /// A sighting as private state has it.
    fn sighting(json: &str) -> Sighting {
        serde_json::from_str(json).expect("a sighting")
    }

    fn behaviors(slots: Option<BTreeSet<Slot>>) -> Option<Vec<String>> {
        slots.map(|slots| slots.into_iter().map(|slot| slot.behavior).collect())
    }

    #[test]
    fn behaviors_that_are_not_named_are_those_that_the_last_read_saw() {
        let all = || site(None, false.into());
        let seen = sighting(r#"{"distribution_id":"E1","behaviors":["/a","default"]}"#);
        let prior = found(all(), &[("default", OURS)]);
        let wanted_by = |site: &Site, prior: Option<&Placement>, seen: &Sighting| {
            behaviors(wanted(site, prior, seen))
        };
        let both = Some(vec!["/a".to_owned(), "default".to_owned()]);
        let default = Some(vec!["default".to_owned()]);
        let nothing = Sighting::default();
        assert_eq!(wanted_by(&all(), Some(&prior), &seen), both);
        assert_eq!(wanted_by(&all(), Some(&prior), &nothing), default);
        assert_eq!(wanted_by(&all(), None, &seen), None, "a create");
        assert_eq!(
            wanted_by(&all(), Some(&found(all(), &[])), &nothing),
            None,
            "a create that failed"
        );
        let named = found(site(Some(&["default"]), false.into()), &[("default", OURS)]);
        assert_eq!(wanted_by(&all(), Some(&named), &nothing), None, "it grows");
        let default_only = site(Some(&["default"]), false.into());
        assert_eq!(wanted_by(&default_only, None, &nothing), default);
    }

    fn displaced_by(
        adopt: Attr<bool>,
        prior: &Placement,
        seen: &Sighting,
        leaves: bool,
    ) -> Option<Vec<String>> {
        let site = site(Some(&["default", "/a"]), adopt);
        let planned = Placement {
            function: function(),
            ..Placement::default()
        };
        let wanted = [slot("default"), slot("/a")].into();
        displaced(&planned, &site, &wanted, prior, seen, |_| leaves)
            .known()
            .map(|all| all.keys().map(ToString::to_string).collect())
    }

    #[test]
    fn who_is_displaced_follows_from_what_the_last_read_saw() {
        let named = |names: &[&str]| site(Some(names), true.into());
        let both = found(
            named(&["default", "/a"]),
            &[("default", OURS), ("/a", STRANGER)],
        );
        let empty = found(named(&["default", "/a"]), &[("default", OURS)]);
        let one = found(named(&["default"]), &[("default", OURS)]);
        let nothing = Sighting::default();
        let seen = sighting(&format!(
            r#"{{"distribution_id":"E1","holders":{{"{STRANGER}":["/a viewer-request"]}}}}"#
        ));
        let a = Some(vec!["/a viewer-request".to_owned()]);
        let nobody = Some(Vec::new());
        let yes = || Attr::Known(true);
        assert_eq!(displaced_by(yes(), &both, &nothing, false), a);
        assert_eq!(displaced_by(yes(), &empty, &nothing, false), nobody);
        assert_eq!(displaced_by(yes(), &one, &seen, false), a, "a new slot");
        assert_eq!(displaced_by(yes(), &one, &nothing, false), None, "unseen");
        assert_eq!(
            displaced_by(yes(), &both, &nothing, true),
            None,
            "it leaves"
        );
        assert_eq!(displaced_by(false.into(), &one, &nothing, false), nobody);
        assert_eq!(displaced_by(Attr::Unknown, &both, &nothing, false), None);
        assert_eq!(displaced_by(Attr::Unknown, &empty, &nothing, false), nobody);
    }
}
