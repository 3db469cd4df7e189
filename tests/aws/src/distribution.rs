//! A CloudFront distribution, read and written as raw bytes.

use std::ops::Range;

use anyhow::{Context, Result};
use roxmltree::{Document, Node};
use ureq::http::{Request, Response};

use crate::Client;

/// A distribution of the emulator.
#[derive(Clone, Debug)]
pub struct Distribution {
    client: Client,
    id: String,
}

/// The answer of `GetDistributionConfig`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The `DistributionConfig` document, byte for byte.
    pub xml: String,
    /// The `ETag` that goes with it.
    pub etag: String,
}

impl Distribution {
    pub(super) fn existing(client: Client, id: &str) -> Self {
        Self {
            client,
            id: id.to_owned(),
        }
    }

    pub(super) fn create(client: Client, configuration: &str) -> Result<Self> {
        let request = Request::post(client.url("/2020-05-31/distribution"))
            .header("content-type", "application/xml")
            .body(configuration.as_bytes().to_vec())?;
        let answer = text(client.send("cloudfront", request)?)?;
        let document = Document::parse(&answer)?;
        let id = document
            .descendants()
            .find(|node| node.tag_name().name() == "Id")
            .and_then(|node| node.text())
            .context("CreateDistribution answered without an Id")?;
        Ok(Self {
            id: id.to_owned(),
            client,
        })
    }

    /// Its id, such as `E2QWRUHAPOMQZL`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its domain name, such as `d111111abcdef8.cloudfront.net`.
    pub fn domain_name(&self) -> Result<String> {
        let path = format!("/2020-05-31/distribution/{}", self.id);
        let answer = text(self.client.get("cloudfront", &path)?)?;
        let document = Document::parse(&answer)?;
        let name = crate::xml::child_text(document.root_element(), "DomainName");
        Ok(name.context("a domain name")?.to_owned())
    }

    /// The configuration as it is now.
    pub fn configuration(&self) -> Result<Snapshot> {
        let response = self.client.get("cloudfront", &self.path())?;
        let etag = response
            .headers()
            .get("etag")
            .context("GetDistributionConfig answered without an ETag")?;
        Ok(Snapshot {
            etag: etag.to_str()?.to_owned(),
            xml: text(response)?,
        })
    }

    /// Replaces the configuration, as a colleague with another tool would: `edit` makes the new
    /// document.
    pub fn edit(&self, edit: impl FnOnce(&Snapshot) -> Result<String>) -> Result<()> {
        let before = self.configuration()?;
        let request = Request::put(self.client.url(&self.path()))
            .header("content-type", "application/xml")
            .header("if-match", &before.etag)
            .body(edit(&before)?.into_bytes())?;
        self.client.send("cloudfront", request)?;
        Ok(())
    }

    /// Disables and deletes it.
    pub fn delete(&self) -> Result<()> {
        self.edit(|now| {
            Ok(now
                .xml
                .replace(
                    "<Enabled>true</Enabled><View",
                    "<Enabled>false</Enabled><View",
                )
                .replace("<Enabled>true</Enabled>\n", "<Enabled>false</Enabled>\n"))
        })?;
        let path = format!("/2020-05-31/distribution/{}", self.id);
        let request = Request::delete(self.client.url(&path))
            .header("if-match", &self.configuration()?.etag)
            .body(Vec::new())?;
        self.client.send("cloudfront", request)?;
        Ok(())
    }

    fn path(&self) -> String {
        format!("/2020-05-31/distribution/{}/config", self.id)
    }
}

impl Snapshot {
    /// The document without the `LambdaFunctionAssociations` elements of these behaviors:
    /// everything that must stay the same.
    pub fn without_associations(&self, behaviors: &[&str]) -> Result<String> {
        let mut xml = self.xml.clone();
        for behavior in behaviors {
            if let Some(range) = associations(&xml, behavior)? {
                xml.replace_range(range, "");
            }
        }
        Ok(xml)
    }

    /// The `CacheBehavior` element of a path pattern.
    pub fn behavior(&self, path_pattern: &str) -> Result<String> {
        Ok(self.xml[behavior(&self.xml, path_pattern)?].to_owned())
    }

    /// The document without the cache behavior of this path pattern.
    pub fn without_behavior(&self, path_pattern: &str) -> Result<String> {
        let mut xml = self.xml.clone();
        xml.replace_range(behavior(&xml, path_pattern)?, "");
        count_behaviors(&xml)
    }

    /// The document with more cache behaviors, before the others.
    pub fn with_behaviors(&self, elements: &str) -> Result<String> {
        const LIST: &str = "<CacheBehaviors>";
        const ITEMS: &str = "<Items>";
        let mut xml = self.xml.clone();
        let list = xml.find(LIST).context("no behaviors")?;
        let items = xml[list..].find(ITEMS).context("no list of behaviors")?;
        xml.insert_str(list + items + ITEMS.len(), elements);
        count_behaviors(&xml)
    }

    /// The document with `element` for the associations of a behavior that has such an element.
    pub fn with_associations(&self, behavior: &str, element: &str) -> Result<String> {
        let mut xml = self.xml.clone();
        let range = associations(&xml, behavior)?
            .with_context(|| format!("{behavior} has no associations"))?;
        xml.replace_range(range, element);
        Ok(xml)
    }
}

/// The range of the element of a path pattern.
fn behavior(xml: &str, path_pattern: &str) -> Result<Range<usize>> {
    let document = Document::parse(xml)?;
    let pattern = document
        .descendants()
        .filter(|node| node.tag_name().name() == "PathPattern")
        .find(|node| node.text() == Some(path_pattern))
        .with_context(|| format!("no behavior {path_pattern}"))?;
    let element = pattern.parent().context("a behavior around the pattern")?;
    Ok(element.range())
}

/// The document with the right number of cache behaviors.
fn count_behaviors(xml: &str) -> Result<String> {
    let document = Document::parse(xml)?;
    let list = document
        .descendants()
        .find(|node| node.tag_name().name() == "CacheBehaviors");
    let quantity = list
        .and_then(|list| {
            list.children()
                .find(|node| node.tag_name().name() == "Quantity")
        })
        .context("no Quantity")?;
    let count = xml.matches("<CacheBehavior>").count();
    let mut counted = xml.to_owned();
    counted.replace_range(quantity.range(), &format!("<Quantity>{count}</Quantity>"));
    Ok(counted)
}

/// The range of the `LambdaFunctionAssociations` element of a behavior (`default`, or a path
/// pattern).
fn associations(xml: &str, behavior: &str) -> Result<Option<Range<usize>>> {
    let document = Document::parse(xml)?;
    let named = |node: &Node<'_, '_>| match node.tag_name().name() {
        "DefaultCacheBehavior" => behavior == "default",
        "CacheBehavior" => node.children().any(|child| {
            child.tag_name().name() == "PathPattern" && child.text() == Some(behavior)
        }),
        _ => false,
    };
    let found = document
        .descendants()
        .find(named)
        .with_context(|| format!("no behavior {behavior}"))?;
    let element = found
        .children()
        .find(|child| child.tag_name().name() == "LambdaFunctionAssociations");
    Ok(element.map(|element| element.range()))
}

fn text(response: Response<Vec<u8>>) -> Result<String> {
    String::from_utf8(response.into_body()).context("the answer is not UTF-8")
}
