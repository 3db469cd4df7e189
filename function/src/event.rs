//! A CloudFront event as the host hands it over: only the fields that are needed, borrowed from the
//! frame.

use core::str::FromStr;

use crate::frame::{FrameError, Reader};
use crate::headers;
use crate::wire;

/// Where in CloudFront the event comes from (protocol section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Before the cache.
    ViewerRequest,
    /// On a cache miss.
    OriginRequest,
    /// When the origin has answered.
    OriginResponse,
    /// Before the visitor gets the answer.
    ViewerResponse,
}

impl FromStr for Trigger {
    type Err = FrameError;

    fn from_str(text: &str) -> Result<Self, FrameError> {
        [
            ("viewer-request", Self::ViewerRequest),
            ("origin-request", Self::OriginRequest),
            ("origin-response", Self::OriginResponse),
            ("viewer-response", Self::ViewerResponse),
        ]
        .into_iter()
        .find(|(name, _)| text.eq_ignore_ascii_case(name))
        .map(|(_, trigger)| trigger)
        .ok_or(FrameError::Code("event type"))
    }
}

/// One event. Header lists hold only what [`Event::REQUEST_HEADERS`] and
/// [`Event::RESPONSE_HEADERS`] name.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// Where it comes from.
    pub trigger: Trigger,
    /// For example `EDFDVBD6EXAMPLE`.
    pub distribution_id: &'a str,
    /// For example `d111111abcdef8.cloudfront.net`.
    pub distribution_domain: &'a str,
    /// The same in all events of one request.
    pub request_id: &'a str,
    /// The visitor's request.
    pub request: Request<'a>,
    /// The origin's answer, in response events.
    pub response: Option<Response<'a>>,
}

/// The request of an event.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// IPv4 or IPv6 text, empty if unknown.
    pub client_ip: &'a str,
    /// As received.
    pub method: &'a str,
    /// Path as received, percent-encoded.
    pub uri: &'a str,
    /// Without `?`, as received; may be empty.
    pub querystring: &'a str,
    /// Names of all headers, in order. In response events only of those in `headers`: nobody asks
    /// for others.
    pub header_names: Vec<&'a str>,
    /// Name and value of needed headers; a repeated header appears repeatedly.
    pub headers: Vec<(&'a str, &'a str)>,
    /// Length of all header lines, ends included, in UTF-16 units.
    pub header_bytes: u32,
    /// Only where CloudFront includes it and it is needed.
    pub body: Option<Body<'a>>,
}

/// The body of a request.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a> {
    /// As in the event.
    pub data: &'a str,
    /// Whether `data` is base64.
    pub is_base64: bool,
    /// Whether CloudFront has cut it.
    pub is_truncated: bool,
}

/// The response of an event.
#[derive(Clone, Debug)]
pub struct Response<'a> {
    /// Status as text.
    pub status: &'a str,
    /// As in [`Request::headers`].
    pub headers: Vec<(&'a str, &'a str)>,
}

impl<'a> Event<'a> {
    /// Request headers whose values are needed, in addition to the one that a `clientIp` setting
    /// names.
    pub const REQUEST_HEADERS: [&'static str; 12] = [
        "accept",
        "access-control-request-method",
        "cloudfront-viewer-http-version",
        "content-type",
        "cookie",
        "host",
        "origin",
        "referer",
        "user-agent",
        "via",
        "x-forwarded-for",
        wire::STATE,
    ];
    /// Response headers whose values are needed.
    pub const RESPONSE_HEADERS: [&'static str; 7] = [
        "cache-control",
        "cdn-cache-control",
        "content-length",
        "expires",
        "set-cookie",
        "surrogate-control",
        wire::STATE,
    ];

    /// Reads the frame that `host/event.mjs` writes.
    ///
    /// # Errors
    /// [`FrameError`], also for an event type that does not exist.
    pub fn read(frame: &mut Reader<'a>) -> Result<Self, FrameError> {
        let trigger = frame.text()?.parse()?;
        let mut text = || frame.text();
        let [distribution_id, distribution_domain, request_id] = [text()?, text()?, text()?];
        let [client_ip, method, uri, querystring] = [text()?, text()?, text()?, text()?];
        let (header_names, headers) = read_headers(frame)?;
        Ok(Self {
            trigger,
            distribution_id,
            distribution_domain,
            request_id,
            request: Request {
                client_ip,
                method,
                uri,
                querystring,
                header_names,
                headers,
                header_bytes: frame.number()?,
                body: match frame.byte()? {
                    0 => None,
                    _ => Some(Body {
                        is_base64: frame.byte()? != 0,
                        is_truncated: frame.byte()? != 0,
                        data: frame.text()?,
                    }),
                },
            },
            response: match frame.byte()? {
                0 => None,
                _ => Some(Response {
                    status: frame.text()?,
                    headers: read_headers(frame)?.1,
                }),
            },
        })
    }
}

/// Names of headers, and a pair for each value that is handed over: of needed headers all, of
/// others none.
type Headers<'a> = (Vec<&'a str>, Vec<(&'a str, &'a str)>);

fn read_headers<'a>(frame: &mut Reader<'a>) -> Result<Headers<'a>, FrameError> {
    let mut headers = Vec::with_capacity(Event::REQUEST_HEADERS.len());
    let names = frame.list(|frame| {
        let name = frame.text()?;
        for _ in 0..frame.number()? {
            headers.push((name, frame.text()?));
        }
        Ok(name)
    })?;
    Ok((names, headers))
}

impl<'a> Request<'a> {
    /// Value of the first header of that name.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// Values of all headers of that name joined with `separator`; empty without one.
    pub(crate) fn joined(&self, name: &str, separator: &str) -> String {
        let mut text = String::new();
        for (index, value) in self.all(name).enumerate() {
            if index > 0 {
                text.push_str(separator);
            }
            text.push_str(value);
        }
        text
    }

    /// Names of headers that only Netacea's plugins may send.
    pub(crate) fn spoofed_names(&self) -> impl Iterator<Item = &'a str> {
        self.header_names
            .iter()
            .copied()
            .filter(|name| headers::is_netaceas(name))
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }
}

impl<'a> Response<'a> {
    /// The name as it stands in the event, if there is such a header.
    pub(crate) fn name(&self, name: &str) -> Option<&'a str> {
        let mut names = self.headers.iter().map(|(other, _)| *other);
        names.find(|other| other.eq_ignore_ascii_case(name))
    }

    /// Values of all headers of that name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }
}
