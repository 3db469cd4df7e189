//! What may be a header name or value, and which names are not ours to touch.

use crate::wire;

/// CloudFront answers 502 when a function adds one of these (EDGE-LIMITS.md), or changes
/// one on some event.
const RESERVED: [&str; 33] = [
    "accept-encoding",
    "cdn-loop",
    "client-cert",
    "client-cert-chain",
    "cloudfront-viewer-cert-pem",
    "cloudfront-viewer-country",
    "connection",
    "content-encoding",
    "content-length",
    "expect",
    "host",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "warning",
    "x-amzn-auth",
    "x-amzn-errortype",
    "x-amzn-fle-profile",
    "x-amzn-header-count",
    "x-amzn-header-order",
    "x-amzn-lambda-integration-tag",
    "x-amzn-requestid",
    "x-forwarded-proto",
    "x-real-ip",
];
const RESERVED_PREFIXES: [&str; 5] = ["x-accel-", "x-amz-cf-", "x-amzn-cf-", "x-cache", "x-edge-"];

/// Headers of generated answers that the function writes itself.
const OURS: [&str; 3] = ["cache-control", "content-type", "set-cookie"];

/// RFC 9110 token, which is also what a cookie name is (RFC 6265).
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Printable ASCII and blanks: what every HTTP library between here and Netacea passes on
/// unchanged.
pub(crate) fn is_value(value: &str) -> bool {
    value.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Whether CloudFront, or the protocol, keeps this name from a customer's own use.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED
        .iter()
        .any(|reserved| name.eq_ignore_ascii_case(reserved))
        || RESERVED_PREFIXES
            .iter()
            .any(|prefix| has_prefix(name, prefix))
        || is_netaceas(name)
}

/// Whether an origin could take this header for Netacea's word. CGI, WSGI and Rack read `_` and
/// `-` as one, and some proxies `.` too. `original` in `host/event.mjs` has the same rule.
pub(crate) fn is_netaceas(name: &str) -> bool {
    let folded = |byte: &u8| match byte {
        b'_' | b'.' => b'-',
        byte => byte.to_ascii_lowercase(),
    };
    let prefix = wire::PREFIX.bytes();
    let start = name.as_bytes().get(..prefix.len());
    start.is_some_and(|start| start.iter().map(folded).eq(prefix))
}

/// Whether the function writes this header of a generated answer itself.
pub(crate) fn is_ours(name: &str) -> bool {
    OURS.iter().any(|ours| name.eq_ignore_ascii_case(ours))
}

/// Compares the beginning of a header name, in any case. `prefix` is ASCII.
pub(crate) fn has_prefix(name: &str, prefix: &str) -> bool {
    name.as_bytes()
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}
