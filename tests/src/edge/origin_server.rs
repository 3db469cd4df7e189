//! The origins of a distribution, which answer what its functions and its cache do not.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustls::crypto::aws_lc_rs;
use ureq::http::{Request, header};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use crate::edge::{ConfiguredOrigin, Headers, RequestRecord, ResponseRecord};

/// CloudFront's usual timeouts (CloudFront guide, "Origin settings").
const CONNECTS_WITHIN: Duration = Duration::from_secs(10);
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);

/// Simulates every origin of a distribution.
pub trait OriginServer: fmt::Debug + Send + Sync {
    /// The answer and its body.
    ///
    /// # Errors
    /// If no answer comes.
    fn ask(
        &self,
        request: &RequestRecord,
        body: &[u8],
        origin: &ConfiguredOrigin,
    ) -> Result<(ResponseRecord, Vec<u8>)>;
}

/// A web server in place of every origin, whatever its domain name is.
#[derive(Debug)]
pub struct WebServer {
    agent: ureq::Agent,
    /// Scheme and authority.
    url: String,
    /// Whether the document's path and headers of the origin are used.
    uses_document: bool,
    /// The `host` that is sent in place of CloudFront's.
    host: Option<String>,
}

impl WebServer {
    /// One on loopback, which gets what CloudFront would send to the origin itself.
    pub fn at(address: SocketAddr) -> Self {
        Self {
            agent: agent(TlsConfig::default()),
            url: format!("http://{address}"),
            uses_document: true,
            host: None,
        }
    }

    /// Somebody's site. `url` is scheme and authority, such as `https://shop.example`; its
    /// certificate is verified against `roots`. An origin's path and custom headers are used
    /// where the document names this very host.
    pub fn of_site(url: &str, roots: Vec<Certificate<'static>>) -> Self {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
            .root_certs(RootCerts::from(roots))
            .build();
        let authority = url
            .split_once("://")
            .map_or(url, |(_, authority)| authority);
        Self {
            agent: agent(tls),
            url: url.to_owned(),
            uses_document: false,
            host: Some(authority.to_owned()),
        }
    }

    fn is_meant_by(&self, origin: &ConfiguredOrigin) -> bool {
        let host = self.host.as_deref().unwrap_or_default();
        self.uses_document || host.split(':').next() == Some(origin.domain_name.as_str())
    }
}

impl OriginServer for WebServer {
    fn ask(
        &self,
        request: &RequestRecord,
        body: &[u8],
        origin: &ConfiguredOrigin,
    ) -> Result<(ResponseRecord, Vec<u8>)> {
        // Otherwise it would become a part of the host's name.
        ensure!(
            request.uri.starts_with('/'),
            "{} is not a path",
            request.uri
        );
        let query = if request.querystring.is_empty() {
            String::new()
        } else {
            format!("?{}", request.querystring)
        };
        let (path, custom) = if self.is_meant_by(origin) {
            (origin.path.as_str(), origin.custom_headers.as_slice())
        } else {
            ("", [].as_slice())
        };
        let url = format!("{}{path}{}{query}", self.url, request.uri);
        let mut outgoing = Request::builder().method(request.method.as_str()).uri(url);
        let custom = custom
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let is_replaced = |name: &str| {
            name.eq_ignore_ascii_case("content-length")
                || self.host.is_some() && name.eq_ignore_ascii_case("host")
        };
        for (name, value) in request.headers.lines().chain(custom) {
            if !is_replaced(name) {
                outgoing = outgoing.header(name, value);
            }
        }
        if let Some(host) = &self.host {
            outgoing = outgoing.header(header::HOST, host);
        }
        // An empty slice would be sent as `content-length: 0`, which a plain GET does not have.
        let response = if body.is_empty() {
            self.agent.run(outgoing.body(())?)
        } else {
            self.agent.run(outgoing.body(body)?)
        };
        let response = response.context("ask the origin")?;
        let (parts, mut body) = response.into_parts();
        let mut headers = Headers::default();
        for (name, value) in &parts.headers {
            headers.append(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
        }
        headers.retain(|name| !matches!(name, "connection" | "keep-alive" | "transfer-encoding"));
        let record = ResponseRecord {
            headers,
            status: parts.status.as_str().to_owned(),
            status_description: parts
                .status
                .canonical_reason()
                .unwrap_or_default()
                .to_owned(),
            body: None,
            body_encoding: None,
        };
        Ok((record, body.with_config().limit(u64::MAX).read_to_vec()?))
    }
}

/// Connections to the origin, kept open as CloudFront keeps them.
fn agent(tls: TlsConfig) -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_connect(Some(CONNECTS_WITHIN))
        .timeout_recv_response(Some(ANSWERS_WITHIN))
        .http_status_as_error(false)
        .max_redirects(0)
        .allow_non_standard_methods(true)
        .max_idle_connections_per_host(16)
        .max_idle_connections(16)
        .tls_config(tls)
        .build()
        .into()
}
