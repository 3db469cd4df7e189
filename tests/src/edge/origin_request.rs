//! From the viewer's request to the request that CloudFront makes to the origin, and its answer.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use ureq::http::Request;

use crate::edge::configuration::ConfiguredOrigin;
use crate::edge::{Behavior, Headers, RequestRecord, ResponseRecord};

/// What CloudFront says of itself in `via`.
const VIA: &str = "1.1 simulated.cloudfront.net (CloudFront)";

/// The request of an `origin-request` event: what is forwarded of the viewer's, and what CloudFront
/// adds.
pub(super) fn forward(
    viewer: &RequestRecord,
    behavior: &Behavior,
    origin: &ConfiguredOrigin,
) -> RequestRecord {
    let mut headers = viewer.headers.clone();
    headers.retain(|name| behavior.forwarding.includes(name) || name.starts_with("content-"));
    if headers.values("host").is_empty() {
        headers.set("Host", &origin.domain_name);
    }
    if headers.values("user-agent").is_empty() {
        headers.set("User-Agent", "Amazon CloudFront");
    }
    let chain = headers
        .values("x-forwarded-for")
        .into_iter()
        .chain([viewer.client_ip.as_str()])
        .collect::<Vec<_>>()
        .join(", ");
    headers.set("X-Forwarded-For", &chain);
    headers.set("Via", VIA);
    RequestRecord {
        headers,
        body: None,
        origin: Some(describe(origin)),
        ..viewer.clone()
    }
}

/// `request.origin` (CloudFront guide, "Request event", custom origin).
fn describe(origin: &ConfiguredOrigin) -> serde_json::Value {
    let mut headers = Headers::default();
    origin
        .custom_headers
        .iter()
        .for_each(|(name, value)| headers.append(name, value));
    json!({ "custom": {
        "customHeaders": headers,
        "domainName": origin.domain_name,
        "keepaliveTimeout": 5,
        "path": origin.path,
        "port": 443,
        "protocol": "https",
        "readTimeout": 30,
        "sslProtocols": ["TLSv1.2"],
    }})
}

/// Connections to the origin, kept open as CloudFront keeps them.
pub(super) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .allow_non_standard_methods(true)
        .max_idle_connections_per_host(16)
        .max_idle_connections(16)
        .build()
        .into()
}

/// Asks the origin, which stands at `address` whatever its domain name is.
pub(super) fn ask(
    agent: &ureq::Agent,
    request: &RequestRecord,
    body: &[u8],
    origin: &ConfiguredOrigin,
    address: SocketAddr,
) -> Result<(ResponseRecord, Vec<u8>)> {
    let query = if request.querystring.is_empty() {
        String::new()
    } else {
        format!("?{}", request.querystring)
    };
    let mut outgoing = Request::builder()
        .method(request.method.as_str())
        .uri(format!(
            "http://{address}{}{}{query}",
            origin.path, request.uri
        ));
    let custom = origin
        .custom_headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in request.headers.lines().chain(custom) {
        if !name.eq_ignore_ascii_case("content-length") {
            outgoing = outgoing.header(name, value);
        }
    }
    // An empty slice would be sent as `content-length: 0`, which a plain GET does not have.
    let response = if body.is_empty() {
        agent.run(outgoing.body(())?)
    } else {
        agent.run(outgoing.body(body)?)
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

/// The body that goes to the origin: the viewer's in full, unless a function replaced it.
pub(super) fn body<'a>(
    request: &RequestRecord,
    viewers: &'a [u8],
) -> Result<std::borrow::Cow<'a, [u8]>> {
    let Some(replaced) = request
        .body
        .as_ref()
        .filter(|body| body.action == "replace")
    else {
        return Ok(viewers.into());
    };
    match replaced.encoding.as_str() {
        "base64" => Ok(STANDARD
            .decode(&replaced.data)
            .context("a replaced body")?
            .into()),
        _ => Ok(replaced.data.clone().into_bytes().into()),
    }
}
