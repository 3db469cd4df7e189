//! The four events of Lambda@Edge, named as CloudFront names them.

use std::fmt;
use std::str::FromStr;

use tfplugin::{NoChoice, StringValue, choose};

/// One of the four moments at which CloudFront runs a Lambda@Edge function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum EventType {
    ViewerRequest,
    ViewerResponse,
    OriginRequest,
    OriginResponse,
}

impl EventType {
    pub(crate) const ALL: [EventType; 4] = [
        EventType::ViewerRequest,
        EventType::ViewerResponse,
        EventType::OriginRequest,
        EventType::OriginResponse,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            EventType::ViewerRequest => "viewer-request",
            EventType::ViewerResponse => "viewer-response",
            EventType::OriginRequest => "origin-request",
            EventType::OriginResponse => "origin-response",
        }
    }

    /// Whether this event can have `IncludeBody`: CloudFront refuses it on response events.
    pub(crate) const fn carries_body(self) -> bool {
        matches!(self, EventType::ViewerRequest | EventType::OriginRequest)
    }

    /// Viewer events exclude CloudFront Functions on either viewer event of the same behavior.
    pub(crate) const fn is_viewer(self) -> bool {
        matches!(self, EventType::ViewerRequest | EventType::ViewerResponse)
    }
}

impl FromStr for EventType {
    type Err = NoChoice;

    fn from_str(text: &str) -> Result<Self, NoChoice> {
        choose(text, &EventType::ALL)
    }
}

impl StringValue for EventType {}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
