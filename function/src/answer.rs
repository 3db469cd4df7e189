//! An answer that the function gives in place of the origin (protocol section 8.2).

use crate::event::Trigger;
use crate::headers;
use crate::settings::CaptchaHeader;

/// Nothing generated for one visitor may be kept for another; the vendor's nginx plugin sends the
/// same text.
const CACHE_CONTROL: &str = "max-age=0, no-cache, no-store, must-revalidate";
const HTML: &str = "text/html; charset=UTF-8";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=UTF-8";

/// Bytes that CloudFront puts around each header of a generated answer.
const HEADER_OVERHEAD: usize = 4;

/// A generated answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Name as it appears on the wire, and value; several of one name are allowed.
    pub headers: Vec<(String, String)>,
    /// Body text.
    pub body: String,
}

impl Answer {
    pub(crate) fn forbidden() -> Self {
        Self::new(403, TEXT, "Forbidden".to_owned())
    }

    pub(crate) fn failed() -> Self {
        Self::new(500, TEXT, String::new())
    }

    pub(crate) fn captcha_passed(body: String) -> Self {
        Self::new(200, HTML, body)
    }

    pub(crate) fn captcha(body: String, is_json: bool, header: Option<&CaptchaHeader>) -> Self {
        let mut answer = Self::new(403, if is_json { JSON } else { HTML }, body);
        answer
            .headers
            .extend(header.map(|header| (header.name.clone(), header.value.clone())));
        answer
    }

    /// To the host that Protector names, or without one a refusal.
    pub(crate) fn monetise(host: Option<&str>, target: &str) -> Self {
        let Some(host) = host else {
            return Self::new(402, TEXT, String::new());
        };
        let mut answer = Self::new(303, TEXT, String::new());
        let target = if headers::is_value(target) {
            target
        } else {
            "/"
        };
        let location = ("Location".to_owned(), format!("https://{host}{target}"));
        answer.headers.push(location);
        answer
    }

    fn new(status: u16, content_type: &str, body: String) -> Self {
        let headers = vec![
            ("Content-Type".to_owned(), content_type.to_owned()),
            ("Cache-Control".to_owned(), CACHE_CONTROL.to_owned()),
        ];
        Self {
            status,
            headers,
            body,
        }
    }

    pub(crate) fn with_cookies(mut self, lines: Vec<String>) -> Self {
        self.headers.extend(
            lines
                .into_iter()
                .map(|line| ("Set-Cookie".to_owned(), line)),
        );
        self
    }

    /// The reason phrase.
    #[must_use]
    pub fn status_description(&self) -> &'static str {
        match self.status {
            200 => "OK",
            303 => "See Other",
            402 => "Payment Required",
            403 => "Forbidden",
            _ => "Internal Server Error",
        }
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
        headers + self.body.len() + self.status_description().len() <= limit
    }
}
