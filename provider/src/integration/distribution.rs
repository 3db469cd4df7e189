//! `distribution`: which slots of somebody else's distribution are ours.

use std::collections::BTreeSet;

use tfplugin::{Attr, Model, Object};

use crate::aws::event_type::EventType;

/// The distribution to protect, and where.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Distribution {
    /// Distribution id.
    pub(crate) id: Attr<String>,
    /// Names of cache behaviours; null = all.
    pub(crate) behaviors: Attr<BTreeSet<String>>,
    /// CloudFront event types.
    pub(crate) events: Attr<BTreeSet<String>>,
    /// Take slots that another function holds.
    pub(crate) adopt_existing: Attr<bool>,
    /// Put displaced associations back on destroy.
    pub(crate) restore_previous_on_destroy: Attr<bool>,
}

/// The three triggers of the edge function, as `events` has them by default.
pub(crate) const DEFAULT_EVENTS: [EventType; 3] = [
    EventType::ViewerRequest,
    EventType::ViewerResponse,
    EventType::OriginResponse,
];

impl Distribution {
    /// The chosen event types; `None` while they are unknown.
    pub(crate) fn event_types(&self) -> Option<Vec<EventType>> {
        match &self.events {
            Attr::Unknown => None,
            Attr::Null => Some(DEFAULT_EVENTS.to_vec()),
            Attr::Known(names) => Some(names.iter().filter_map(|name| name.parse().ok()).collect()),
        }
    }
}

impl Model for Distribution {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("id", |m| &mut m.id)
            .required()
            .check(distribution_id)
            .describe(
                "Id of the distribution, like `E2QWRUHAPOMQZL`. It may belong to somebody else: \
                 apart from the associations in the chosen slots no byte of it is changed.",
            );
        object
            .attribute("behaviors", |m| &mut m.behaviors)
            .optional()
            .check(|names: &BTreeSet<String>| {
                if names.is_empty() {
                    Err(
                        "An empty set protects nothing. Leave `behaviors` out for all cache \
                         behaviours, or leave `distribution` out for emit mode."
                            .to_owned(),
                    )
                } else {
                    Ok(())
                }
            })
            .describe(
                "Cache behaviours to protect: exact path patterns, and `default` for the default \
                 cache behaviour. Absent = all of them, and one that is added later shows as \
                 drift.",
            );
        object
            .attribute("events", |m| &mut m.events)
            .default(
                DEFAULT_EVENTS
                    .iter()
                    .map(ToString::to_string)
                    .collect::<BTreeSet<_>>(),
            )
            .check(events)
            .describe(
                "CloudFront events that call the function. Default `viewer-request`, \
                 `viewer-response` and `origin-response`. `origin-request` may replace \
                 `viewer-request`; cached objects are served unprotected then.",
            );
        object.attribute("adopt_existing", |m| &mut m.adopt_existing).default(false).describe(
            "Take a slot that another function holds. What was there is recorded in `displaced`. \
             Default `false`: a held slot is an error at plan.",
        );
        object
            .attribute("restore_previous_on_destroy", |m| {
                &mut m.restore_previous_on_destroy
            })
            .default(true)
            .describe("Put displaced associations back when the slot is given up. Default `true`.");
    }
}

fn distribution_id(id: &String) -> Result<(), String> {
    if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Ok(())
    } else {
        Err(format!(
            "`{id}` is not a distribution id. Use the id, like \"E2QWRUHAPOMQZL\", neither the \
             ARN nor the domain name."
        ))
    }
}

fn events(names: &BTreeSet<String>) -> Result<(), String> {
    if let Some(name) = names.iter().find(|name| name.parse::<EventType>().is_err()) {
        return Err(format!(
            "`{name}` is not a CloudFront event type. Choose among viewer-request, \
             viewer-response, origin-request and origin-response."
        ));
    }
    match (
        names.contains("viewer-request"),
        names.contains("origin-request"),
    ) {
        (true, true) => Err(
            "Both request events would check every visitor twice. Keep either viewer-request or \
             origin-request."
                .to_owned(),
        ),
        (false, false) => Err(
            "Without a request event no visitor is checked. Add viewer-request (or \
             origin-request)."
                .to_owned(),
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn exactly_one_request_event_is_asked_for() {
        assert!(
            events(&set(&[
                "viewer-request",
                "viewer-response",
                "origin-response"
            ]))
            .is_ok()
        );
        assert!(events(&set(&["origin-request"])).is_ok());
        assert!(events(&set(&["viewer-request", "origin-request"])).is_err());
        assert!(events(&set(&["viewer-response"])).is_err());
        assert!(
            events(&set(&["viewer-requests"]))
                .unwrap_err()
                .contains("`viewer-requests`")
        );
    }

    #[test]
    fn an_arn_is_not_taken_for_a_distribution_id() {
        assert!(distribution_id(&"E2QWRUHAPOMQZL".to_owned()).is_ok());
        assert!(
            distribution_id(
                &"arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL".to_owned()
            )
            .is_err()
        );
    }
}
