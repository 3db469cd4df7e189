//! An answer that the function gives in place of the origin (protocol section 8.2).

use core::fmt::Write;

use crate::event::Trigger;
use crate::settings::Block;
use crate::visitor::Visitor;

/// Nothing generated for one visitor may be kept for another; the vendor's nginx plugin sends the
/// same text.
const CACHE_CONTROL: &str = "max-age=0, no-cache, no-store, must-revalidate";
const TEXT: &str = "text/plain; charset=UTF-8";

/// Bytes that CloudFront puts around each header of a generated answer.
const HEADER_OVERHEAD: usize = 4;

/// A page that Protector gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// A generated answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Name as it appears on the wire, and value; several of one name are allowed.
    pub headers: Vec<(String, String)>,
    /// Body, in whatever charset the headers say.
    pub body: Vec<u8>,
}

impl Answer {
    /// The customer's answer to those who are blocked.
    pub(crate) fn block(block: &Block) -> Self {
        // Proof: the rules allow three digits only.
        let status = u16::try_from(block.status).unwrap_or(403);
        let body = block.body.as_deref().unwrap_or(description(status));
        let content_type = block.content_type.as_deref().unwrap_or(TEXT);
        Self::new(status, content_type, body.as_bytes().to_vec())
    }

    pub(crate) fn page(status: u16, page: Page) -> Self {
        Self::new(status, &page.content_type, page.body)
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self::new(status, TEXT, Vec::new())
    }

    /// To the host that Protector names, or without one a refusal.
    pub(crate) fn monetise(host: Option<&str>, target: &str) -> Self {
        match host {
            Some(host) => {
                let location = format!("https://{host}{}", encoded(target));
                Self::empty(303).with("Location", location)
            }
            None => Self::empty(402),
        }
    }

    /// Without body if they asked for none, and readable for their page if it is of one of these
    /// origins.
    pub(crate) fn for_visitor(mut self, visitor: &Visitor, cors_origins: &[String]) -> Self {
        if visitor.method.eq_ignore_ascii_case("HEAD") {
            self.body.clear();
        }
        let origin = visitor.origin.as_ref();
        match origin.filter(|origin| cors_origins.contains(origin)) {
            Some(origin) => self
                .with("Access-Control-Allow-Origin", origin.clone())
                .with("Access-Control-Allow-Credentials", "true".to_owned())
                .with("Vary", "Origin".to_owned()),
            None => self,
        }
    }

    fn new(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        let answer = Self {
            status,
            headers: Vec::new(),
            body,
        };
        answer
            .with("Content-Type", content_type.to_owned())
            .with("Cache-Control", CACHE_CONTROL.to_owned())
    }

    /// With one more header.
    pub(crate) fn with(mut self, name: &str, value: String) -> Self {
        self.headers.push((name.to_owned(), value));
        self
    }

    /// The reason phrase.
    #[must_use]
    pub fn status_description(&self) -> &'static str {
        description(self.status)
    }

    /// Whether the body goes to CloudFront as it is; otherwise in base64.
    pub(crate) fn is_text(&self) -> bool {
        core::str::from_utf8(&self.body).is_ok()
    }

    /// Whether CloudFront takes it: a longer one would be a 502 to the visitor
    /// (EDGE-LIMITS.md).
    pub(crate) fn fits(&self, trigger: Trigger) -> bool {
        let limit = if trigger == Trigger::OriginRequest {
            1_048_576
        } else {
            40_960
        };
        let headers: usize = self
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.len() + HEADER_OVERHEAD)
            .sum();
        let body = if self.is_text() {
            self.body.len()
        } else {
            self.body.len().div_ceil(3) * 4
        };
        headers + body + self.status_description().len() <= limit
    }
}

fn description(status: u16) -> &'static str {
    match status {
        200 => "OK",
        303 => "See Other",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        410 => "Gone",
        418 => "I'm a teapot",
        429 => "Too Many Requests",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Refused",
    }
}

/// A path and query that every browser reads in one way: what no URL may hold is percent-encoded,
/// and what is encoded already stays so.
fn encoded(target: &str) -> String {
    let mut text = String::with_capacity(target.len());
    if !target.starts_with('/') {
        text.push('/');
    }
    for byte in target.bytes() {
        if byte.is_ascii_graphic() && !b"\\\"<>^`{|}#".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Proof: writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
