//! Which slots are wanted, and with which association. Calls nothing.
//!
//! A configuration names behaviors and events, or leaves them out for all behaviors and the default
//! events. Together with the existing behaviors this gives the slots, and the slots give the
//! attribute.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Attr;

use super::site::{Site, SlotAssociation};
use crate::aws::arn::FunctionArn;
use crate::aws::behavior_name;
use crate::aws::document::{Behavior, Document};
use crate::aws::event_type::EventType;
use crate::aws::slot::Slot;

/// Every combination of behavior and event.
fn slots<'a>(behaviors: impl IntoIterator<Item = &'a str>, events: &[EventType]) -> BTreeSet<Slot> {
    behaviors
        .into_iter()
        .flat_map(|behavior| {
            events.iter().map(move |event| Slot {
                behavior: behavior.to_owned(),
                event: *event,
            })
        })
        .collect()
}

/// The behaviors that are meant when a configuration names none: all except those with gRPC, where
/// CloudFront calls no edge function and may refuse one. A gRPC behavior that already has
/// `function` is included.
pub(super) fn all<'a>(
    document: &'a Document,
    function: Option<&FunctionArn>,
) -> impl Iterator<Item = &'a str> {
    let holds = move |behavior: &Behavior| {
        let mut held = behavior.associations.values();
        function.is_some_and(|function| held.any(|held| function.owns(&held.lambda_arn)))
    };
    let behaviors = document.behaviors().iter();
    let meant = behaviors.filter(move |behavior| !behavior.grpc || holds(behavior));
    meant.map(|behavior| behavior.name.as_str())
}

/// The slots of `site` by its configuration. `existing` are the names of [`all`] behaviors,
/// for a configuration that names none. `None` while behaviors or events are unknown.
pub(super) fn slots_of<'a>(
    site: &'a Site,
    existing: impl IntoIterator<Item = &'a str>,
) -> Option<BTreeSet<Slot>> {
    let events = site.event_types()?;
    match &site.behaviors {
        Attr::Unknown => None,
        Attr::Null => Some(slots(existing, &events)),
        Attr::Known(names) => {
            let meant = names.iter().map(|name| behavior_name::meant(name));
            Some(slots(meant, &events))
        }
    }
}

/// The slots as the attribute `slots` holds them when all is well.
pub(super) fn attribute(
    site: &Site,
    slots: &BTreeSet<Slot>,
    lambda_arn: &Attr<String>,
) -> BTreeMap<Slot, SlotAssociation> {
    slots
        .iter()
        .map(|slot| {
            let association = SlotAssociation {
                lambda_arn: lambda_arn.clone(),
                include_body: site.include_body(slot.event),
            };
            (slot.clone(), association)
        })
        .collect()
}

/// The slots that a `slots` attribute names.
pub(super) fn named(attribute: &Attr<BTreeMap<Slot, SlotAssociation>>) -> BTreeSet<Slot> {
    attribute
        .known()
        .into_iter()
        .flat_map(BTreeMap::keys)
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(behaviors: &[&str]) -> Site {
        Site {
            behaviors: Attr::Known(behaviors.iter().map(ToString::to_string).collect()),
            events: Attr::Known([EventType::ViewerRequest, EventType::OriginResponse].into()),
            ..Site::default()
        }
    }

    fn names(slots: &BTreeSet<Slot>) -> Vec<String> {
        slots.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn named_behaviors_are_wanted_whether_they_exist_or_not() {
        let slots = slots_of(&site(&["default", "/checkout/*"]), ["default"]).expect("known");
        assert_eq!(slots.len(), 4);
        assert!(names(&slots).contains(&"/checkout/* viewer-request".to_owned()));
    }

    #[test]
    fn without_names_every_existing_behavior_is_wanted() {
        let all = Site {
            behaviors: Attr::Null,
            ..site(&[])
        };
        let slots = slots_of(&all, ["default", "/a", "/b"]).expect("known");
        assert_eq!(slots.len(), 6);
    }

    #[test]
    fn unknown_behaviors_or_events_leave_the_slots_unknown() {
        let behaviors = Site {
            behaviors: Attr::Unknown,
            ..site(&[])
        };
        let events = Site {
            events: Attr::Unknown,
            ..site(&["default"])
        };
        assert_eq!(slots_of(&behaviors, ["default"]), None);
        assert_eq!(slots_of(&events, ["default"]), None);
    }
}
