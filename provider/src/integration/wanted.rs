//! Which slots an integration wants, and with what in them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Attr;

use super::distribution::{DEFAULT_EVENTS, Distribution};
use super::model::IntegrationModel;
use super::slots::{LambdaFunctionAssociation, SlotAssociation};
use crate::aws::event_type::EventType;
use crate::aws::slot::Slot;

/// Every combination of behaviour and event.
pub(crate) fn slots<'a>(
    behaviors: impl IntoIterator<Item = &'a str>,
    events: &[EventType],
) -> BTreeSet<Slot> {
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

/// The slots of `distribution` by its configuration. `existing` are the names of all behaviours,
/// for a configuration that names none. `None` while behaviours or events are unknown.
pub(crate) fn slots_of<'a>(
    distribution: &'a Distribution,
    existing: impl IntoIterator<Item = &'a str>,
) -> Option<BTreeSet<Slot>> {
    let events = distribution.event_types()?;
    match &distribution.behaviors {
        Attr::Unknown => None,
        Attr::Null => Some(slots(existing, &events)),
        Attr::Known(names) => Some(slots(names.iter().map(String::as_str), &events)),
    }
}

/// The slots as the attribute `slots` holds them when all is well.
pub(crate) fn attribute(
    slots: &BTreeSet<Slot>,
    lambda_arn: &Attr<String>,
) -> BTreeMap<String, SlotAssociation> {
    slots
        .iter()
        .map(|slot| {
            let association = SlotAssociation {
                lambda_arn: lambda_arn.clone(),
                include_body: slot.event.carries_body().into(),
            };
            (slot.to_string(), association)
        })
        .collect()
}

/// The slots that a `slots` attribute names.
pub(crate) fn named(attribute: &Attr<BTreeMap<String, SlotAssociation>>) -> BTreeSet<Slot> {
    attribute
        .known()
        .into_iter()
        .flat_map(BTreeMap::keys)
        .filter_map(|name| name.parse().ok())
        .collect()
}

/// `lambda_function_associations`: one element per event, in the order of the event types' names.
pub(crate) fn associations(model: &IntegrationModel) -> Attr<Vec<LambdaFunctionAssociation>> {
    let events = match &model.distribution {
        Attr::Unknown => return Attr::Unknown,
        Attr::Null => DEFAULT_EVENTS.to_vec(),
        Attr::Known(distribution) => match distribution.event_types() {
            Some(events) => events,
            None => return Attr::Unknown,
        },
    };
    let by_name: BTreeMap<String, EventType> = events
        .into_iter()
        .map(|event| (event.to_string(), event))
        .collect();
    let associations = by_name
        .into_iter()
        .map(|(event_type, event)| LambdaFunctionAssociation {
            event_type: event_type.into(),
            lambda_arn: model.qualified_arn.clone(),
            include_body: event.carries_body().into(),
        })
        .collect();
    Attr::Known(associations)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distribution(behaviors: &[&str]) -> Distribution {
        Distribution {
            behaviors: Attr::Known(behaviors.iter().map(ToString::to_string).collect()),
            events: Attr::Known(["viewer-request".to_owned(), "origin-response".to_owned()].into()),
            ..Distribution::default()
        }
    }

    fn names(slots: &BTreeSet<Slot>) -> Vec<String> {
        slots.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn named_behaviors_are_wanted_whether_they_exist_or_not() {
        let slots =
            slots_of(&distribution(&["default", "/checkout/*"]), ["default"]).expect("known");
        assert_eq!(slots.len(), 4);
        assert!(names(&slots).contains(&"/checkout/* viewer-request".to_owned()));
    }

    #[test]
    fn without_names_every_existing_behavior_is_wanted() {
        let all = Distribution {
            behaviors: Attr::Null,
            ..distribution(&[])
        };
        let slots = slots_of(&all, ["default", "/a", "/b"]).expect("known");
        assert_eq!(slots.len(), 6);
    }

    #[test]
    fn unknown_behaviors_or_events_leave_the_slots_unknown() {
        let behaviors = Distribution {
            behaviors: Attr::Unknown,
            ..distribution(&[])
        };
        let events = Distribution {
            events: Attr::Unknown,
            ..distribution(&["default"])
        };
        assert_eq!(slots_of(&behaviors, ["default"]), None);
        assert_eq!(slots_of(&events, ["default"]), None);
    }

    #[test]
    fn only_request_events_carry_the_body() {
        let slots = slots_of(&distribution(&["default"]), []).expect("known");
        let attribute = attribute(&slots, &Attr::Unknown);
        assert_eq!(
            attribute["default viewer-request"].include_body,
            Attr::Known(true)
        );
        assert_eq!(
            attribute["default origin-response"].include_body,
            Attr::Known(false)
        );
    }

    #[test]
    fn emit_mode_offers_the_default_events() {
        let model = IntegrationModel {
            qualified_arn: "arn".to_owned().into(),
            ..IntegrationModel::default()
        };
        let associations = associations(&model).into_known().expect("known");
        let events: Vec<_> = associations
            .iter()
            .filter_map(|a| a.event_type.known().map(String::as_str))
            .collect();
        assert_eq!(
            events,
            ["origin-response", "viewer-request", "viewer-response"]
        );
    }
}
