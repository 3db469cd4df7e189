//! A viewer's request as functions see it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::edge::event::BodyRecord;
use crate::edge::{EventType, Headers, RequestRecord, ViewerRequest, restrictions};

/// The most bytes of a body that a function gets.
const VIEWER_BODY_LIMIT: usize = 40 * 1024;
const ORIGIN_BODY_LIMIT: usize = 1024 * 1024;

impl ViewerRequest {
    /// The request without what CloudFront removes before any function runs.
    pub(super) fn record(&self) -> RequestRecord {
        let (uri, querystring) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let mut headers = Headers::default();
        self.headers
            .iter()
            .for_each(|(name, value)| headers.append(name, value));
        headers.retain(|name| !restrictions::is_disallowed(name));
        RequestRecord {
            client_ip: self.client_ip.clone(),
            headers,
            method: self.method.clone(),
            querystring: querystring.to_owned(),
            uri: uri.to_owned(),
            body: None,
            origin: None,
        }
    }
}

/// The body as the function sees it: base64, cut at the limit, read-only unless the function says
/// otherwise.
pub(super) fn shown(body: &[u8], event: EventType) -> BodyRecord {
    let limit = if event == EventType::ViewerRequest {
        VIEWER_BODY_LIMIT
    } else {
        ORIGIN_BODY_LIMIT
    };
    BodyRecord {
        input_truncated: body.len() > limit,
        action: "read-only".into(),
        encoding: "base64".into(),
        data: STANDARD.encode(&body[..body.len().min(limit)]),
    }
}
