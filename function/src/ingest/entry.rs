//! A log entry's content, before it is laid out in a log version (protocol section 9).

use crate::json::Object;

/// What is known about one request when it ends, in whatever layout it is logged. `None` is left
/// out.
#[derive(Clone, Debug, Default)]
pub struct Entry<'a> {
    /// Unix time in milliseconds.
    pub now: u64,
    /// HTTP method.
    pub method: &'a str,
    /// Path, with `?` and the query if there is one.
    pub target: &'a str,
    /// For example `HTTP/1.1`.
    pub protocol: Option<&'a str>,
    /// The visitor's address.
    pub ip: &'a str,
    /// `-` if absent.
    pub user_agent: &'a str,
    /// HTTP status.
    pub status: &'a str,
    /// The vendor always says `0`.
    pub request_time: Option<&'a str>,
    /// Length of the answer, empty if unknown.
    pub bytes_sent: &'a str,
    /// Empty if absent.
    pub referer: &'a str,
    /// Decrypted session cookie: set, else received, else empty.
    pub session_cookie: &'a str,
    /// Status text of the verdict.
    pub session_status: &'a str,
    /// Milliseconds, if Protector answered.
    pub protector_latency: Option<u64>,
    /// HTTP status, if Protector answered.
    pub protector_status: Option<u16>,
    /// Kind of plugin.
    pub integration_type: Option<&'a str>,
    /// Version of the plugin.
    pub integration_version: Option<&'a str>,
    /// INGEST, MITIGATE or INJECT.
    pub protection_mode: Option<&'a str>,
    /// Without port.
    pub host: Option<&'a str>,
    /// Header value or empty.
    pub forwarded_for: Option<&'a str>,
    /// UUID of the instance.
    pub instance_id: Option<&'a str>,
    /// 1 new, 2 existing, 3 renewed.
    pub cookie_status: Option<u8>,
    /// Whatever else is known.
    pub optional: Optional<'a>,
    /// The header fingerprint once more, under the key of the F5 plugin.
    pub header_hash: Option<&'a str>,
    /// Names the customer where the transport does not.
    pub api_key: Option<&'a str>,
}

/// Facts that Netacea's service takes as they come.
#[derive(Clone, Debug, Default)]
pub struct Optional<'a> {
    /// Protocol section 10.1.
    pub header_fingerprint: Option<&'a str>,
    /// Protocol section 10.2.
    pub cookie_fingerprint: Option<&'a str>,
    /// State of the circuit breaker, unless closed.
    pub breaker: Option<&'a str>,
    /// Entries that were lost before this one.
    pub dropped: Option<u64>,
    /// Entries that were sent again before this one although they may have arrived: possible
    /// duplicates.
    pub resent: Option<u64>,
    /// Request id of an entry that was written when an origin failed: if another member of its
    /// group answers, there may be a second entry of the request.
    pub written_at_origin: Option<&'a str>,
    /// The visitor is of the share that is not acted upon.
    pub is_held_back: bool,
}

impl Optional<'_> {
    /// One JSON object, the same in both log versions.
    pub(super) fn to_json(&self) -> String {
        let mut json = Object::new();
        json.optional_text("headerFingerprint", self.header_fingerprint);
        json.optional_text("cookieFingerprint", self.cookie_fingerprint);
        json.optional_text("breaker", self.breaker);
        json.optional_number("dropped", self.dropped);
        json.optional_number("resent", self.resent);
        if self.written_at_origin.is_some() {
            json.json("origin", "true");
        }
        json.optional_text("requestId", self.written_at_origin);
        if self.is_held_back {
            json.json("heldBack", "true");
        }
        json.finish()
    }
}
