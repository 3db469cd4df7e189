//! What the simulator needs of a distribution's configuration.

use anyhow::{Context, Result};
use roxmltree::{Document, Node};

use crate::aws::xml::{child, child_text, items};
use crate::edge::Behavior;

/// A distribution's configuration, read from the raw document.
#[derive(Clone, Debug)]
pub struct DistributionConfiguration {
    /// The cache behaviors in the order in which they are tried; the default one is last.
    pub behaviors: Vec<Behavior>,
    pub(super) origins: Vec<ConfiguredOrigin>,
}

/// An `Origin` element.
#[derive(Clone, Debug)]
pub(super) struct ConfiguredOrigin {
    pub(super) id: String,
    pub(super) domain_name: String,
    pub(super) path: String,
    pub(super) custom_headers: Vec<(String, String)>,
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

impl ConfiguredOrigin {
    fn parse(node: Node<'_, '_>) -> Self {
        let headers = child(node, "CustomHeaders").map(items).unwrap_or_default();
        let text = |name| child_text(node, name).unwrap_or_default().to_owned();
        Self {
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
