//! The parts of a distribution's configuration that the simulator needs.

use anyhow::{Context, Result};
use roxmltree::{Document, Node};

use crate::aws::xml::{child, child_text, items};
use crate::edge::{Behavior, ErrorResponse};

/// A distribution's configuration, read from the raw document.
#[derive(Clone, Debug)]
pub struct DistributionConfiguration {
    /// The cache behaviors in the order in which they are tried; the default one is last.
    pub behaviors: Vec<Behavior>,
    pub(super) origins: Vec<ConfiguredOrigin>,
    pub(super) origin_groups: Vec<OriginGroup>,
    /// The path that `/` means; empty if there is none.
    pub(super) default_root_object: String,
    /// The custom error responses.
    pub error_responses: Vec<ErrorResponse>,
}

/// An `OriginGroup` element: after which statuses the next origin is asked.
#[derive(Clone, Debug)]
pub(super) struct OriginGroup {
    pub(super) id: String,
    pub(super) statuses: Vec<u16>,
    pub(super) members: Vec<String>,
}

/// An `Origin` element.
#[derive(Clone, Debug)]
pub struct ConfiguredOrigin {
    pub(super) id: String,
    /// Its domain name.
    pub domain_name: String,
    pub(super) path: String,
    pub(super) custom_headers: Vec<(String, String)>,
    /// Seconds within which an answer has to begin.
    pub(super) response_timeout: u64,
    /// How often it is asked if no answer comes.
    pub(super) attempts: u64,
}

impl DistributionConfiguration {
    /// Reads a `DistributionConfig` document.
    pub fn parse(xml: &str) -> Result<Self> {
        let document = Document::parse(xml)?;
        let root = document.root_element();
        let ordered = child(root, "CacheBehaviors").map(items).unwrap_or_default();
        let default = child(root, "DefaultCacheBehavior").context("no DefaultCacheBehavior")?;
        Ok(Self {
            behaviors: ordered
                .into_iter()
                .chain([default])
                .map(Behavior::parse)
                .collect::<Result<_>>()?,
            origins: child(root, "Origins")
                .map(items)
                .unwrap_or_default()
                .into_iter()
                .map(ConfiguredOrigin::parse)
                .collect(),
            origin_groups: child(root, "OriginGroups")
                .map(items)
                .unwrap_or_default()
                .into_iter()
                .map(OriginGroup::parse)
                .collect(),
            default_root_object: child_text(root, "DefaultRootObject")
                .unwrap_or_default()
                .to_owned(),
            error_responses: child(root, "CustomErrorResponses")
                .map(items)
                .unwrap_or_default()
                .into_iter()
                .filter_map(ErrorResponse::parse)
                .collect(),
        })
    }

    /// The behavior with this name: `default` or a path pattern.
    pub fn behavior(&self, name: &str) -> Result<&Behavior> {
        self.behaviors
            .iter()
            .find(|behavior| behavior.name == name)
            .with_context(|| format!("no behavior {name}"))
    }

    /// The behavior that serves `path`: the first that covers it.
    pub(super) fn behavior_for(&self, path: &str) -> Result<&Behavior> {
        self.behaviors
            .iter()
            .find(|behavior| behavior.covers(path))
            .context("no default behavior")
    }
}

impl DistributionConfiguration {
    /// The origins to try, one after the other, and the statuses after which the next one is tried.
    pub(super) fn origins_of(&self, id: &str) -> Result<(Vec<&ConfiguredOrigin>, &[u16])> {
        let origin = |id: &str| {
            let mut origins = self.origins.iter();
            let found = origins.find(|origin| origin.id == id);
            found.with_context(|| format!("no origin {id}"))
        };
        match self.origin_groups.iter().find(|group| group.id == id) {
            Some(group) => {
                let members = group.members.iter().map(|id| origin(id));
                Ok((members.collect::<Result<_>>()?, &group.statuses))
            }
            None => Ok((vec![origin(id)?], &[])),
        }
    }
}

impl OriginGroup {
    fn parse(node: Node<'_, '_>) -> Self {
        let codes = child(node, "FailoverCriteria").and_then(|it| child(it, "StatusCodes"));
        let members = child(node, "Members").map(items).unwrap_or_default();
        Self {
            id: child_text(node, "Id").unwrap_or_default().to_owned(),
            statuses: codes
                .map(items)
                .unwrap_or_default()
                .into_iter()
                .filter_map(|code| code.text()?.trim().parse().ok())
                .collect(),
            members: members
                .into_iter()
                .filter_map(|member| child_text(member, "OriginId"))
                .map(str::to_owned)
                .collect(),
        }
    }
}

impl ConfiguredOrigin {
    fn parse(node: Node<'_, '_>) -> Self {
        let headers = child(node, "CustomHeaders").map(items).unwrap_or_default();
        let text = |name| child_text(node, name).unwrap_or_default().to_owned();
        let timeout = child(node, "CustomOriginConfig")
            .and_then(|custom| child_text(custom, "OriginReadTimeout"));
        let number = |text: Option<&str>| text.and_then(|text| text.parse().ok());
        Self {
            response_timeout: number(timeout).unwrap_or(30),
            attempts: number(child_text(node, "ConnectionAttempts")).unwrap_or(3),
            id: text("Id"),
            domain_name: text("DomainName"),
            path: text("OriginPath"),
            custom_headers: headers
                .into_iter()
                .filter_map(|header| {
                    Some((
                        child_text(header, "HeaderName")?,
                        child_text(header, "HeaderValue")?,
                    ))
                })
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        }
    }
}
