//! The emulator behind the proxy: a call goes on unchanged, and the answer names the proxy.

use anyhow::{Context, Result};
use hyper::body::Bytes;
use hyper::{Request, Response};

use crate::{Client, Distribution};

/// The headers that belong to one connection, not to the message.
const HOP_BY_HOP: [&str; 3] = ["connection", "transfer-encoding", "keep-alive"];

/// The emulator, seen from the proxy.
#[derive(Debug)]
pub(super) struct Upstream {
    pub(super) client: Client,
    agent: ureq::Agent,
}

impl Upstream {
    pub(super) fn new(endpoint: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        Self {
            client: Client::new(endpoint.to_owned()),
            agent,
        }
    }

    /// The emulator's answer to a call of the provider; its addresses are the proxy's, so that
    /// later calls go there too.
    pub(super) fn forward(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().context("a path")?;
        parts.uri = self.client.url(path.as_str()).parse()?;
        let proxy = parts.headers.remove("host");
        for name in HOP_BY_HOP.into_iter().chain(["expect"]) {
            parts.headers.remove(name);
        }
        let (mut parts, mut body) = self
            .agent
            .run(Request::from_parts(parts, body.to_vec()))?
            .into_parts();
        for name in HOP_BY_HOP.into_iter().chain(["content-length"]) {
            parts.headers.remove(name);
        }
        let mut body = body.with_config().limit(u64::MAX).read_to_vec()?;
        if let (Some(proxy), Ok(text)) = (proxy, std::str::from_utf8(&body)) {
            let here = format!("http://{}", proxy.to_str()?);
            body = text.replace(self.client.endpoint(), &here).into_bytes();
        }
        Ok(Response::from_parts(parts, Bytes::from(body)))
    }

    /// The distribution that a path of CloudFront's API is about:
    /// `/2020-05-31/distribution/<id>/config`.
    pub(super) fn distribution(&self, path: &str) -> Option<Distribution> {
        let mut segments = path.trim_start_matches('/').split('/').skip(1);
        match (segments.next(), segments.next()) {
            (Some("distribution"), Some(id)) => {
                Some(Distribution::existing(self.client.clone(), id))
            }
            _ => None,
        }
    }
}
