//! A viewer's request to the distribution, and the answer.

use std::fmt;

use crate::edge::{EventType, Invocation, Step};

/// A request as a viewer makes it.
#[derive(Clone, Debug)]
pub struct ViewerRequest {
    /// The method, such as `GET`.
    pub method: String,
    /// The path, with query if there is one.
    pub target: String,
    /// The headers in order, spelled as sent; `host` is among them.
    pub headers: Vec<(String, String)>,
    /// The body; may be empty.
    pub body: Vec<u8>,
    /// The address that CloudFront sees.
    pub client_ip: String,
}

impl ViewerRequest {
    /// A GET by a plain client from a documentation address.
    pub fn get(target: &str) -> Self {
        Self {
            method: "GET".into(),
            target: target.into(),
            headers: vec![
                ("Host".into(), "shop.example".into()),
                ("Accept".into(), "text/html,*/*;q=0.8".into()),
            ],
            body: Vec::new(),
            client_ip: "203.0.113.10".into(),
        }
    }

    /// The same as a POST of a form.
    pub fn post(target: &str, body: &str) -> Self {
        let request = Self {
            method: "POST".into(),
            body: body.into(),
            ..Self::get(target)
        };
        request
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Content-Length", &body.len().to_string())
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// From another address.
    #[must_use]
    pub fn from_ip(mut self, client_ip: &str) -> Self {
        self.client_ip = client_ip.into();
        self
    }
}

/// The answer that the viewer gets, and the steps to it.
#[derive(Clone, Debug)]
pub struct ViewerResponse {
    /// The status code.
    pub status: u16,
    /// The headers in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The name of the cache behavior that served it.
    pub behavior: String,
    /// The functions that ran, in order.
    pub invocations: Vec<Invocation>,
    /// All that happened, in order.
    pub steps: Vec<Step>,
    /// Whether the origin was asked.
    pub reached_origin: bool,
}

impl ViewerResponse {
    /// All values of a header.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let same = |found: &&(String, String)| found.0.eq_ignore_ascii_case(name);
        self.headers
            .iter()
            .filter(same)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The events in which a function ran.
    pub fn events(&self) -> Vec<EventType> {
        self.invocations
            .iter()
            .map(|invocation| invocation.event)
            .collect()
    }

    /// The reasons why functions failed; empty when all is well.
    pub fn failures(&self) -> Vec<&str> {
        self.invocations
            .iter()
            .filter_map(|invocation| invocation.failure.as_deref())
            .collect()
    }
}

/// The status line, as a client prints it.
impl fmt::Display for ViewerResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = hyper::StatusCode::from_u16(self.status)
            .ok()
            .and_then(|status| status.canonical_reason());
        write!(
            formatter,
            "HTTP/1.1 {} {}",
            self.status,
            reason.unwrap_or_default()
        )
    }
}
