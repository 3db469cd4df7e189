//! A CloudFront distribution, read and written as raw bytes.

use anyhow::{Context, Result};
use ureq::http::{Request, Response};

use crate::aws::Client;

/// A distribution of the emulator.
#[derive(Clone, Debug)]
pub struct Distribution {
    client: Client,
    id: String,
}

/// What `GetDistributionConfig` returned.
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
        let document = roxmltree::Document::parse(&answer)?;
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

    /// Replaces the configuration, as a colleague with another tool would: `edit` maps the old document to the new one.
    pub fn edit(&self, edit: impl FnOnce(&str) -> String) -> Result<()> {
        let Snapshot { xml, etag } = self.configuration()?;
        let request = Request::put(self.client.url(&self.path()))
            .header("content-type", "application/xml")
            .header("if-match", etag)
            .body(edit(&xml).into_bytes())?;
        self.client.send("cloudfront", request)?;
        Ok(())
    }

    fn path(&self) -> String {
        format!("/2020-05-31/distribution/{}/config", self.id)
    }
}

fn text(response: Response<Vec<u8>>) -> Result<String> {
    String::from_utf8(response.into_body()).context("the answer is not UTF-8")
}
