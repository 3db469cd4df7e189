//! What a behavior does with requests in addition to calling functions.

use netacea_edge::STATE_HEADER;

use super::case::Case;
use super::finding::{Finding, Place};
use super::hazard::Hazard;
use crate::aws::document::Behavior;
use crate::aws::event_type::EventType;

/// What a plan says about a behavior with gRPC that the function stands in.
pub(crate) const GRPC_PASSES: &str = "gRPC requests are not protected";

pub(super) fn findings(case: &Case<'_>) -> Vec<Finding> {
    let behaviors = || case.document.behaviors().iter();
    let grpc = behaviors().filter(|behavior| behavior.grpc);
    let mut found: Vec<Finding> = grpc
        .filter_map(|behavior| grpc_passes(case, behavior))
        .collect();
    found.extend(behaviors().filter_map(|behavior| state_in_cache_key(case, behavior)));
    found
}

fn grpc_passes(case: &Case<'_>, behavior: &Behavior) -> Option<Finding> {
    if case.covers(behavior) {
        return Some(Finding::of_behavior(
            Hazard::Grpc,
            &behavior.name,
            None,
            GRPC_PASSES.to_owned(),
            "The behavior allows gRPC requests, but CloudFront does not call edge functions for \
             them and may refuse the association. Turn gRPC off there, or remove the behavior \
             from `behaviors`."
                .to_owned(),
        ));
    }
    case.wants_all.then(|| Finding {
        place: Place::Distribution,
        ..Finding::of_behavior(
            Hazard::Grpc,
            &behavior.name,
            None,
            "Behaviors with gRPC are left out".to_owned(),
            "The behavior allows gRPC requests, but CloudFront does not call edge functions for \
             them. If `behaviors` is not set, the provider leaves this behavior out, and no \
             request to it is protected. Turn gRPC off there. Or, to protect its other requests, \
             list all behaviors to protect in `behaviors`, including this one."
                .to_owned(),
        )
    })
}

/// Only a viewer-request function changes a request before CloudFront looks for it in the cache.
/// What a cache policy has in the key does not stand in the document.
fn state_in_cache_key(case: &Case<'_>, behavior: &Behavior) -> Option<Finding> {
    if behavior.keeps_nothing || !case.wants(&behavior.name, EventType::ViewerRequest) {
        return None;
    }
    let (key, what, way_out) = if behavior.key_headers.contains(STATE_HEADER) {
        (
            STATE_HEADER,
            format!("names `{STATE_HEADER}`"),
            "Remove that header from `ForwardedValues`.".to_owned(),
        )
    } else if behavior.key_headers.contains("*") {
        (
            "every header",
            format!("names all headers (`*`), including `{STATE_HEADER}`"),
            "Name only the headers that the origin's answers depend on.".to_owned(),
        )
    } else {
        return None;
    };
    Some(Finding::of_behavior(
        Hazard::StateInCacheKey,
        &behavior.name,
        Some(EventType::ViewerRequest),
        format!("No request is answered from the cache: {key} is in the cache key"),
        format!(
            "`ForwardedValues` of the behavior {what}, which adds the header to the cache key. \
             The function sets that header at viewer-request to a different value for each \
             request, so no request is answered from the cache, and all go to the origin. \
             {way_out} An origin request policy forwards headers without adding them to the key.",
        ),
    ))
}
