//! The event that a Lambda@Edge function gets, and what it returns (CloudFront guide, "Event
//! structure").

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::edge::Headers;

/// The four events of a cache behavior.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventType {
    /// Before the cache is looked up.
    ViewerRequest,
    /// Before the origin is asked.
    OriginRequest,
    /// When the origin has answered.
    OriginResponse,
    /// Before the viewer gets the answer.
    ViewerResponse,
}

impl EventType {
    /// All of them, in the order in which they happen.
    pub const ALL: [Self; 4] = [
        Self::ViewerRequest,
        Self::OriginRequest,
        Self::OriginResponse,
        Self::ViewerResponse,
    ];

    /// The name in configuration and events.
    pub fn name(self) -> &'static str {
        match self {
            Self::ViewerRequest => "viewer-request",
            Self::OriginRequest => "origin-request",
            Self::OriginResponse => "origin-response",
            Self::ViewerResponse => "viewer-response",
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// `cf.request`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names are the guide's own")]
pub struct RequestRecord {
    pub client_ip: String,
    pub headers: Headers,
    pub method: String,
    pub querystring: String,
    pub uri: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Value>,
}

/// `cf.request.body`, present if the association includes the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names are the guide's own")]
pub struct BodyRecord {
    #[serde(default)]
    pub input_truncated: bool,
    pub action: String,
    pub encoding: String,
    pub data: String,
}

/// `cf.response`, or a response that a function generates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names are the guide's own")]
pub struct ResponseRecord {
    #[serde(default)]
    pub headers: Headers,
    pub status: String,
    #[serde(default)]
    pub status_description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_encoding: Option<String>,
}

/// The data that is the same in all events of one request.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) distribution_id: String,
    pub(super) distribution_domain: String,
    pub(super) request_id: String,
}

impl Exchange {
    /// The whole event, as JSON text: a value tree would sort the headers.
    pub(super) fn event(
        &self,
        event_type: EventType,
        request: &RequestRecord,
        response: Option<&ResponseRecord>,
    ) -> serde_json::Result<String> {
        let config = json!({
            "distributionDomainName": self.distribution_domain,
            "distributionId": self.distribution_id,
            "eventType": event_type,
            "requestId": self.request_id,
        });
        serde_json::to_string(&Event {
            records: [Record {
                cf: Cf {
                    config,
                    request,
                    response,
                },
            }],
        })
    }
}

#[derive(Serialize)]
struct Event<'a> {
    #[serde(rename = "Records")]
    records: [Record<'a>; 1],
}

#[derive(Serialize)]
struct Record<'a> {
    cf: Cf<'a>,
}

#[derive(Serialize)]
struct Cf<'a> {
    config: Value,
    request: &'a RequestRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<&'a ResponseRecord>,
}
