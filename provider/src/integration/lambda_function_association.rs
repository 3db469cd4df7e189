//! `lambda_function_associations`: ready for the owner's own `aws_cloudfront_distribution`.

use std::collections::BTreeMap;

use tfplugin::{Attr, Model, Object};

use crate::aws::event_type::EventType;
use crate::placement::{DEFAULT_EVENTS, Site};

/// One element of `lambda_function_associations`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LambdaFunctionAssociation {
    /// CloudFront event type.
    pub(crate) event_type: Attr<String>,
    /// Qualified ARN of our function.
    pub(crate) lambda_arn: Attr<String>,
    /// Whether the function gets the request body.
    pub(crate) include_body: Attr<bool>,
}

/// `lambda_function_associations`: one element per event, in the order of the event types' names.
pub(crate) fn associations(
    site: &Attr<Site>,
    lambda_arn: &Attr<String>,
) -> Attr<Vec<LambdaFunctionAssociation>> {
    let events = match site {
        Attr::Unknown => return Attr::Unknown,
        Attr::Null => DEFAULT_EVENTS.to_vec(),
        Attr::Known(site) => match site.event_types() {
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
            lambda_arn: lambda_arn.clone(),
            include_body: event.carries_body().into(),
        })
        .collect();
    Attr::Known(associations)
}

impl Model for LambdaFunctionAssociation {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("event_type", |m| &mut m.event_type)
            .computed()
            .describe("CloudFront event type.");
        object
            .attribute("lambda_arn", |m| &mut m.lambda_arn)
            .computed()
            .describe("Qualified ARN of the published version.");
        object
            .attribute("include_body", |m| &mut m.include_body)
            .computed()
            .describe("Whether CloudFront passes the request body to the function.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emit_mode_offers_the_default_events() {
        let associations = associations(&Attr::Null, &"arn".into())
            .into_known()
            .expect("known");
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
