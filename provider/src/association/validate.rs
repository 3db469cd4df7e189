//! Rules that concern several attributes. Values may be unknown.

use tfplugin::{Attr, Diagnostic, Diagnostics, Path};

use crate::placement;

use super::model::AssociationModel;

/// CloudFront offers the request body on request events only, and only a function on
/// viewer-response sees most answers.
pub(super) fn validate(config: &AssociationModel, diagnostics: &mut Diagnostics) {
    let Attr::Known(events) = &config.events else {
        return;
    };
    diagnostics.extend(placement::unseen_answers(events, Path::root("events")));
    let on_requests = events.iter().any(|event| event.carries_body());
    if config.include_body == Attr::Known(true) && !on_requests {
        diagnostics.push(
            Diagnostic::error("Response events have no request body")
                .detail(
                    "`include_body` has an effect only on `viewer-request` and `origin-request`, \
                     and `events` has neither. Remove `include_body`.",
                )
                .at(Path::root("include_body")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;

    fn complaints(events: Attr<&[EventType]>, include_body: Attr<bool>) -> usize {
        let config = AssociationModel {
            events: events.map(|events| events.iter().copied().collect()),
            include_body,
            ..AssociationModel::default()
        };
        let mut diagnostics = Diagnostics::new();
        validate(&config, &mut diagnostics);
        diagnostics.iter().count()
    }

    #[test]
    fn a_body_is_asked_for_on_request_events_only() {
        let responses: &[EventType] = &[EventType::ViewerResponse, EventType::OriginResponse];
        let requests: &[EventType] = &[EventType::OriginRequest, EventType::ViewerResponse];
        assert_eq!(complaints(responses.into(), true.into()), 1);
        assert_eq!(complaints(responses.into(), Attr::Null), 0);
        assert_eq!(complaints(responses.into(), Attr::Unknown), 0);
        assert_eq!(complaints(requests.into(), true.into()), 0);
        assert_eq!(complaints(Attr::Null, true.into()), 0);
        assert_eq!(complaints(Attr::Unknown, true.into()), 0);
    }
}
