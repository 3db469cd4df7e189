//! One cache behavior, as far as edge functions are concerned.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::Node;

use super::malformed::Malformed;
use super::{surroundings, xml};
use crate::aws::behavior_name;
use crate::aws::event_type::EventType;
use crate::aws::slot::Association;

/// What one cache behavior says about edge functions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Behavior {
    /// The name in slots, unique unless a path pattern is repeated.
    pub(crate) name: String,
    /// Lambda@Edge functions, no matter whose.
    pub(crate) associations: BTreeMap<EventType, Association>,
    /// CloudFront Functions: viewer event to ARN.
    pub(crate) functions: BTreeMap<EventType, String>,
    /// Microsoft Smooth Streaming excludes edge functions.
    pub(crate) smooth_streaming: bool,
    /// CloudFront does not call edge functions for gRPC requests.
    pub(crate) grpc: bool,
    /// Methods that CloudFront takes, in capitals; `None`: the document does not say.
    pub(crate) allowed_methods: Option<BTreeSet<String>>,
    /// Request headers in the cache key by `ForwardedValues`, in lower case; `*` for all.
    pub(crate) key_headers: BTreeSet<String>,
    /// Whether `MaxTTL` is 0: nothing that succeeds is kept.
    pub(crate) keeps_nothing: bool,
}

impl Behavior {
    pub(super) fn read(node: Node<'_, '_>) -> Result<Behavior, Malformed> {
        let name = behavior_name(node)?;
        let grpc = match xml::child(node, "GrpcConfig")? {
            Some(grpc) => xml::child_flag(grpc, "Enabled")?,
            None => false,
        };
        Ok(Behavior {
            associations: associations(node, &name)?,
            functions: functions(node)?,
            smooth_streaming: xml::child_flag(node, "SmoothStreaming")?,
            grpc,
            allowed_methods: surroundings::allowed_methods(node),
            key_headers: surroundings::key_headers(node),
            keeps_nothing: surroundings::keeps_nothing(node),
            name,
        })
    }
}

/// The name in slots of the behavior of this `DefaultCacheBehavior` or `CacheBehavior` element.
pub(in crate::aws) fn behavior_name(node: Node<'_, '_>) -> Result<String, Malformed> {
    if xml::is(node, "DefaultCacheBehavior") {
        Ok(behavior_name::DEFAULT.to_owned())
    } else {
        let pattern = xml::required(node, "PathPattern").map(xml::text)?;
        Ok(behavior_name::of_pattern(&pattern).to_owned())
    }
}

fn associations(
    node: Node<'_, '_>,
    behavior: &str,
) -> Result<BTreeMap<EventType, Association>, Malformed> {
    let mut associations = BTreeMap::new();
    let Some(list) = xml::child(node, "LambdaFunctionAssociations")? else {
        return Ok(associations);
    };
    for item in xml::items(list, "LambdaFunctionAssociation")? {
        let event = xml::text(xml::required(item, "EventType")?);
        let association = Association {
            lambda_arn: xml::text(xml::required(item, "LambdaFunctionARN")?),
            include_body: xml::child_flag(item, "IncludeBody")?,
        };
        // A newer event type than this release knows is left alone.
        let Ok(known) = event.parse() else { continue };
        if associations.insert(known, association).is_some() {
            return Err(Malformed::RepeatedEvent {
                behavior: behavior.to_owned(),
                event,
            });
        }
    }
    Ok(associations)
}

fn functions(node: Node<'_, '_>) -> Result<BTreeMap<EventType, String>, Malformed> {
    let Some(list) = xml::child(node, "FunctionAssociations")? else {
        return Ok(BTreeMap::new());
    };
    xml::items(list, "FunctionAssociation")?
        .into_iter()
        .filter_map(|item| {
            let event = xml::child_text(item, "EventType")
                .map(|event| event.parse().ok())
                .transpose()?;
            Some(event.and_then(|event| Ok((event, xml::child_text(item, "FunctionARN")?))))
        })
        .collect()
}
