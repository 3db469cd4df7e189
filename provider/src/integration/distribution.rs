//! `distribution`: which slots of the owner's distribution are ours.

use std::collections::BTreeSet;

use tfplugin::{Model, Object};

use crate::aws::event_type::EventType;
use crate::placement::{self, DEFAULT_EVENTS, Site};

impl Model for Site {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("id", |m| &mut m.id)
            .required()
            .check(placement::distribution_id)
            .describe(
                "Id of the distribution, like `E2QWRUHAPOMQZL`. It may belong to somebody else: \
                 the provider changes only the associations in the chosen slots, and no other \
                 byte.",
            );
        object
            .attribute("behaviors", |m| &mut m.behaviors)
            .optional()
            .check(placement::behaviors)
            .describe(
                "Cache behaviors to protect: exact path patterns, and `default` for the default \
                 cache behavior; if the distribution has a path pattern `default`, write \
                 `(default)` or `(pattern) default` to tell the two apart. Default: all behaviors \
                 except those with gRPC; a behavior that is added later shows as drift.",
            );
        object
            .attribute("events", |m| &mut m.events)
            .default(DEFAULT_EVENTS)
            .check(events)
            .describe(
                "CloudFront events that call the function. Default `viewer-request`, \
                 `viewer-response` and `origin-response`. `origin-request` may replace \
                 `viewer-request`, but then objects from the cache are served without protection.",
            );
        object
            .attribute("adopt_existing", |m| &mut m.adopt_existing)
            .default(placement::DEFAULT_ADOPT_EXISTING)
            .describe(placement::ADOPT_EXISTING);
        object
            .attribute("restore_previous_on_destroy", |m| {
                &mut m.restore_previous_on_destroy
            })
            .default(placement::DEFAULT_RESTORE_PREVIOUS)
            .describe(placement::RESTORE_PREVIOUS_ON_DESTROY);
    }
}

fn events(chosen: &BTreeSet<EventType>) -> Result<(), String> {
    placement::event_types(chosen)?;
    match (
        chosen.contains(&EventType::ViewerRequest),
        chosen.contains(&EventType::OriginRequest),
    ) {
        (true, true) => Err(
            "With both request events, every visitor would be checked twice. Keep either \
             `viewer-request` or `origin-request`."
                .to_owned(),
        ),
        (false, false) => Err(
            "Without a request event, no visitor is checked. Add `viewer-request` (or \
             `origin-request`)."
                .to_owned(),
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_request_event_is_asked_for() {
        use EventType::{OriginRequest, OriginResponse, ViewerRequest, ViewerResponse};
        assert!(events(&[ViewerRequest, ViewerResponse, OriginResponse].into()).is_ok());
        assert!(events(&[OriginRequest].into()).is_ok());
        assert!(events(&[ViewerRequest, OriginRequest].into()).is_err());
        assert!(events(&[ViewerResponse].into()).is_err());
        let misspelt = "viewer-requests".parse::<EventType>().unwrap_err();
        assert!(
            misspelt
                .to_string()
                .contains("\"viewer-requests\" is not allowed")
        );
    }
}
