//! What CloudFront refuses in a function's answer; then the viewer gets 502.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::edge::{EventType, Headers, RequestRecord, ResponseRecord};

/// Hidden from functions, and never to be added (CloudFront guide, "Disallowed headers").
const DISALLOWED: [&str; 24] = [
    "client-cert",
    "client-cert-chain",
    "cloudfront-viewer-cert-pem",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "trailer",
    "upgrade",
    "x-amzn-auth",
    "x-amzn-cf-billing",
    "x-amzn-cf-id",
    "x-amzn-cf-xff",
    "x-amzn-errortype",
    "x-amzn-fle-profile",
    "x-amzn-header-count",
    "x-amzn-header-order",
    "x-amzn-lambda-integration-tag",
    "x-amzn-requestid",
    "x-cache",
    "x-forwarded-proto",
    "x-real-ip",
];
const DISALLOWED_PREFIXES: [&str; 3] = ["x-accel-", "x-amz-cf-", "x-edge-"];

/// The most bytes of a generated response, headers included.
const VIEWER_RESPONSE_LIMIT: usize = 40 * 1024;
const ORIGIN_RESPONSE_LIMIT: usize = 1024 * 1024;

/// The most bytes of URI and query string together.
const URI_LIMIT: usize = 8192;

/// Why an answer was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub String);

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whether functions never see this header, given in lower case.
pub(super) fn is_disallowed(name: &str) -> bool {
    DISALLOWED.contains(&name)
        || DISALLOWED_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// Checks a request that a function returned against the one it was given.
pub(super) fn check_request(
    event: EventType,
    before: &RequestRecord,
    after: &RequestRecord,
) -> Result<(), Violation> {
    check_headers(event, &before.headers, &after.headers)?;
    refuse(
        after.uri.len() + after.querystring.len() > URI_LIMIT,
        || "URI and query string are too long".into(),
    )?;
    refuse(!after.uri.starts_with('/'), || {
        "the URI does not begin with a slash".into()
    })?;
    refuse(after.method != before.method, || {
        "the method was changed".into()
    })?;
    refuse(after.client_ip != before.client_ip, || {
        "clientIp was changed".into()
    })
}

/// Checks a response that a function returned in a response event.
pub(super) fn check_response(
    event: EventType,
    before: &ResponseRecord,
    after: &ResponseRecord,
) -> Result<(), Violation> {
    check_headers(event, &before.headers, &after.headers)?;
    status(after)?;
    let changed = event == EventType::ViewerResponse
        && (after.status != before.status || after.body.is_some());
    refuse(changed, || {
        "viewer-response cannot change status or body".into()
    })
}

/// Checks a response that a function generated in a request event; returns its body.
pub(super) fn check_generated(
    event: EventType,
    response: &ResponseRecord,
) -> Result<Vec<u8>, Violation> {
    check_headers(event, &Headers::default(), &response.headers)?;
    status(response)?;
    let text = response.body.clone().unwrap_or_default();
    let body = match response.body_encoding.as_deref() {
        None | Some("text") => text.into_bytes(),
        Some("base64") => STANDARD
            .decode(text)
            .map_err(|_| Violation("the body is not base64".into()))?,
        Some(other) => return Err(Violation(format!("bodyEncoding {other}"))),
    };
    let headers: usize = response
        .headers
        .lines()
        .map(|(name, value)| name.len() + value.len() + 4)
        .sum();
    let limit = if event == EventType::ViewerRequest {
        VIEWER_RESPONSE_LIMIT
    } else {
        ORIGIN_RESPONSE_LIMIT
    };
    refuse(body.len() + headers > limit, || {
        format!("a generated response of more than {limit} bytes")
    })?;
    Ok(body)
}

fn check_headers(event: EventType, before: &Headers, after: &Headers) -> Result<(), Violation> {
    for (name, value) in after.lines() {
        let lower = name.to_ascii_lowercase();
        refuse(is_disallowed(&lower), || {
            format!("header {name} is disallowed")
        })?;
        refuse(value.contains(['\r', '\n', '\0']), || {
            format!("header {name} has a line break")
        })?;
        refuse(!name.bytes().all(is_token), || {
            format!("header name {name:?}")
        })?;
    }
    for (listed, key) in after.entries() {
        refuse(!key.eq_ignore_ascii_case(listed), || {
            format!("header {listed} has the key {key}")
        })?;
    }
    for name in read_only(event) {
        refuse(before.values(name) != after.values(name), || {
            format!("header {name} is read-only in {event}")
        })?;
    }
    let country = "cloudfront-viewer-country";
    let added =
        event == EventType::ViewerRequest && before.values(country) != after.values(country);
    refuse(added, || {
        format!("header {country} cannot be added in {event}")
    })
}

fn read_only(event: EventType) -> &'static [&'static str] {
    match event {
        EventType::ViewerRequest => &[
            "cdn-loop",
            "content-length",
            "host",
            "transfer-encoding",
            "via",
        ],
        EventType::OriginRequest => &[
            "accept-encoding",
            "cdn-loop",
            "content-length",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "transfer-encoding",
            "via",
        ],
        EventType::OriginResponse => &["transfer-encoding", "via"],
        EventType::ViewerResponse => &[
            "warning",
            "via",
            "content-length",
            "content-encoding",
            "transfer-encoding",
        ],
    }
}

fn status(response: &ResponseRecord) -> Result<(), Violation> {
    let valid = response
        .status
        .parse::<u16>()
        .is_ok_and(|status| (200..600).contains(&status));
    refuse(!valid, || format!("status {:?}", response.status))
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn refuse(violated: bool, reason: impl FnOnce() -> String) -> Result<(), Violation> {
    if violated {
        Err(Violation(reason()))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::default();
        lines
            .iter()
            .for_each(|(name, value)| headers.append(name, value));
        headers
    }

    #[test]
    fn a_read_only_header_may_neither_change_nor_vanish() {
        let before = headers(&[("Host", "shop.example")]);
        for after in [headers(&[("Host", "evil.example")]), headers(&[])] {
            assert!(check_headers(EventType::ViewerRequest, &before, &after).is_err());
        }
        assert!(
            check_headers(
                EventType::OriginRequest,
                &before,
                &headers(&[("Host", "other.example")])
            )
            .is_ok()
        );
    }

    #[test]
    fn a_disallowed_header_cannot_be_added() {
        for name in ["X-Real-IP", "X-Edge-Anything", "Connection", "X-Amz-Cf-Id"] {
            assert!(
                check_headers(
                    EventType::ViewerResponse,
                    &headers(&[]),
                    &headers(&[(name, "1")])
                )
                .is_err(),
                "{name}"
            );
        }
    }

    #[test]
    fn a_generated_viewer_answer_ends_at_forty_kilobytes() {
        let response = |bytes: usize| ResponseRecord {
            headers: Headers::default(),
            status: "403".into(),
            status_description: String::new(),
            body: Some("x".repeat(bytes)),
            body_encoding: None,
        };
        assert!(check_generated(EventType::ViewerRequest, &response(40 * 1024)).is_ok());
        assert!(check_generated(EventType::ViewerRequest, &response(40 * 1024 + 1)).is_err());
        assert!(check_generated(EventType::OriginRequest, &response(40 * 1024 + 1)).is_ok());
    }

    #[test]
    fn viewer_response_cannot_change_the_status() {
        let response = |status: &str| ResponseRecord {
            headers: Headers::default(),
            status: status.into(),
            status_description: String::new(),
            body: None,
            body_encoding: None,
        };
        assert!(
            check_response(
                EventType::ViewerResponse,
                &response("200"),
                &response("403")
            )
            .is_err()
        );
        assert!(
            check_response(
                EventType::OriginResponse,
                &response("200"),
                &response("403")
            )
            .is_ok()
        );
    }
}
