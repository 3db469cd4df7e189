//! Why the splice refuses a change, in words that a user can act on.

use crate::aws::document::Malformed;
use crate::aws::slot::Slot;

/// Why a wanted slot cannot be taken. Each says who caused it and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Conflict {
    /// The configuration names a behavior that is not there.
    #[error(
        "the distribution has no cache behavior \"{behavior}\". Path patterns are compared exactly, upper and lower case included; it has: {}. Correct behaviors",
        listed(known)
    )]
    UnknownBehavior {
        behavior: String,
        known: Vec<String>,
    },
    /// The distribution has two behaviors of one name.
    #[error(
        "more than one cache behavior of the distribution is called \"{behavior}\", so it is not clear which one is meant. Give them different path patterns"
    )]
    AmbiguousBehavior { behavior: String },
    /// Somebody else's Lambda function is there.
    #[error(
        "the slot \"{slot}\" is held by {holder}. Remove that association, leave the slot out, or set adopt_existing = true to replace it \
         (it is remembered and can be put back on destroy)"
    )]
    Held { slot: Slot, holder: String },
    /// Somebody's CloudFront Function excludes Lambda@Edge on viewer events.
    #[error(
        "the slot \"{slot}\" cannot be taken: the CloudFront Function {function} is on a viewer event of this behavior, and CloudFront allows \
         only one kind on viewer events. Remove the CloudFront Function, leave the behavior out of behaviors, or use only origin events here"
    )]
    CloudFrontFunction { slot: Slot, function: String },
    /// Smooth Streaming excludes edge functions.
    #[error(
        "the cache behavior \"{behavior}\" uses Microsoft Smooth Streaming, which excludes edge functions. Leave it out of behaviors"
    )]
    SmoothStreaming { behavior: String },
    /// A continuous-deployment staging distribution.
    #[error(
        "this is the staging distribution of a continuous deployment; its associations go live with the promotion. Use the id of the primary distribution"
    )]
    Staging,
    /// `include_body` on an event without a request body.
    #[error(
        "the slot \"{slot}\" asks for include_body, which exists on viewer-request and origin-request only. Remove include_body there"
    )]
    IncludeBody { slot: Slot },
    /// The element has no known place to be inserted at.
    #[error(
        "the cache behavior \"{behavior}\" has neither LambdaFunctionAssociations nor FunctionAssociations, so the place for a new association is not known. \
         Add and remove any association once in the CloudFront console, which writes both elements"
    )]
    NoPlace { behavior: String },
    /// Two resources of one configuration want the same slot.
    #[error(
        "the slot \"{slot}\" is also wanted by another resource of this configuration{}. Leave it out of one of the two",
        by.as_ref().map(|function| format!(", for the function {function}")).unwrap_or_default()
    )]
    Claimed { slot: Slot, by: Option<String> },
    /// AWS's document was not understood.
    #[error("the distribution's configuration cannot be changed safely: {0}")]
    Malformed(#[from] Malformed),
}

impl Conflict {
    /// The slot it is about.
    pub(crate) fn slot(&self) -> Option<&Slot> {
        match self {
            Conflict::Held { slot, .. }
            | Conflict::CloudFrontFunction { slot, .. }
            | Conflict::IncludeBody { slot }
            | Conflict::Claimed { slot, .. } => Some(slot),
            _ => None,
        }
    }

    /// The behavior it is about.
    pub(crate) fn behavior(&self) -> Option<&str> {
        match self {
            Conflict::UnknownBehavior { behavior, .. }
            | Conflict::AmbiguousBehavior { behavior }
            | Conflict::SmoothStreaming { behavior }
            | Conflict::NoPlace { behavior } => Some(behavior),
            other => other.slot().map(|slot| slot.behavior.as_str()),
        }
    }
}

fn listed(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("\"{name}\""))
        .collect::<Vec<_>>()
        .join(", ")
}
