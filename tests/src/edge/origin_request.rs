//! Makes CloudFront's request to the origin from the viewer's request.

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::edge::configuration::ConfiguredOrigin;
use crate::edge::{Behavior, Headers, RequestRecord};

/// CloudFront's own entry in `via`.
const VIA: &str = "1.1 simulated.cloudfront.net (CloudFront)";

/// The request of an `origin-request` event: the forwarded parts of the viewer's, and what
/// CloudFront adds.
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
