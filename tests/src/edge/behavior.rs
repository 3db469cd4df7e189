//! A cache behavior: which requests it covers, which functions it runs.

use anyhow::{Context, Result};
use roxmltree::Node;

use crate::aws::xml::{child, child_text, items};
use crate::edge::{Caching, EventType, Forwarding, path_pattern};

/// One cache behavior of a distribution.
#[derive(Clone, Debug)]
pub struct Behavior {
    /// `default`, or the path pattern.
    pub name: String,
    /// Whether it serves the paths that no path pattern covers.
    pub is_default: bool,
    /// The id of the origin that its requests go to.
    pub origin: String,
    /// The Lambda functions associated with it, in the order of the document.
    pub associations: Vec<Association>,
    /// Which parts of a request reach the origin.
    pub forwarding: Forwarding,
    /// Methods that CloudFront allows; others get a 403 before any function runs.
    pub allowed_methods: Vec<String>,
    /// How its answers are cached.
    pub caching: Caching,
    /// Ids of policies whose content is not known here: with such a cache policy nothing is cached,
    /// and with such an origin request policy nothing is forwarded.
    pub unknown_policies: Vec<String>,
}

/// One Lambda function association.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association {
    /// The event on which it runs.
    pub event: EventType,
    /// The qualified ARN of the function version.
    pub lambda_arn: String,
    /// Whether it gets the request body.
    pub include_body: bool,
}

impl Behavior {
    pub(super) fn parse(node: Node<'_, '_>) -> Result<Self> {
        let associations = child(node, "LambdaFunctionAssociations")
            .map(items)
            .unwrap_or_default();
        Ok(Self {
            name: child_text(node, "PathPattern")
                .unwrap_or("default")
                .to_owned(),
            is_default: child(node, "PathPattern").is_none(),
            origin: child_text(node, "TargetOriginId")
                .context("a behavior without TargetOriginId")?
                .to_owned(),
            associations: associations
                .into_iter()
                .map(Association::parse)
                .collect::<Result<_>>()?,
            forwarding: Forwarding::parse(node),
            allowed_methods: child(node, "AllowedMethods")
                .map(items)
                .unwrap_or_default()
                .into_iter()
                .filter_map(|method| method.text())
                .map(|method| method.trim().to_owned())
                .collect(),
            caching: Caching::parse(node),
            unknown_policies: [
                child_text(node, "CachePolicyId").filter(|id| !Caching::knows(id)),
                child_text(node, "OriginRequestPolicyId").filter(|id| !Forwarding::knows(id)),
            ]
            .into_iter()
            .flatten()
            .filter(|id| !id.is_empty())
            .map(str::to_owned)
            .collect(),
        })
    }

    /// The association for an event.
    pub fn association(&self, event: EventType) -> Option<&Association> {
        self.associations
            .iter()
            .find(|association| association.event == event)
    }

    pub(super) fn covers(&self, path: &str) -> bool {
        self.is_default || path_pattern::covers(&self.name, path)
    }
}

impl Association {
    fn parse(node: Node<'_, '_>) -> Result<Self> {
        let event = child_text(node, "EventType").context("an association without EventType")?;
        Ok(Self {
            event: serde_json::from_value(event.into())
                .with_context(|| format!("event type {event}"))?,
            lambda_arn: child_text(node, "LambdaFunctionARN")
                .context("an association without an ARN")?
                .to_owned(),
            include_body: child_text(node, "IncludeBody") == Some("true"),
        })
    }
}
