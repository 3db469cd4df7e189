use core::time::Duration;
use std::time::UNIX_EPOCH;

use serde::Serialize;

/// One log entry of version V1, keys in the order of protocol section 9.1. What is absent is left out.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Entry<'a> {
    /// `METHOD PATH PROTOCOL`
    pub request: String,
    /// RFC 1123, GMT.
    pub time_local: String,
    /// The visitor's address.
    pub real_ip: &'a str,
    /// `-` if absent.
    pub user_agent: &'a str,
    /// HTTP status.
    pub status: &'a str,
    /// The vendor always says `0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_time: Option<&'a str>,
    /// Length of the answer, `0` if unknown.
    pub bytes_sent: &'a str,
    /// `-` if absent.
    pub referer: &'a str,
    /// Decrypted session cookie: set, else received, else empty.
    pub netacea_user_id_cookie: &'a str,
    /// Status text of the verdict.
    pub netacea_mitigation_applied: &'a str,
    /// Milliseconds, if Protector answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protector_latency_ms: Option<u64>,
    /// HTTP status, if Protector answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protector_status: Option<u16>,
    /// Kind of plugin.
    pub integration_type: &'a str,
    /// Version of the plugin.
    pub integration_version: &'a str,
    /// INGEST, MITIGATE or INJECT.
    pub protection_mode: &'a str,
    /// Without port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_host: Option<&'a str>,
    /// Header value or empty.
    #[serde(rename = "XForwardedFor", skip_serializing_if = "Option::is_none")]
    pub forwarded_for: Option<&'a str>,
    /// UUID of the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_instance_id: Option<&'a str>,
    /// 1 new, 2 existing, 3 renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub netacea_user_id_cookie_status: Option<u8>,
    /// Whatever else is known.
    #[serde(rename = "optional")]
    pub optional: Optional<'a>,
    /// The header fingerprint once more, under the key of the F5 plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_hash: Option<&'a str>,
}

/// Facts that Netacea's service takes as they come.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Optional<'a> {
    /// Protocol section 10.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_fingerprint: Option<&'a str>,
    /// Protocol section 10.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cookie_fingerprint: Option<&'a str>,
    /// State of the circuit breaker, unless closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breaker: Option<&'a str>,
    /// Entries that were lost before this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<u64>,
}

impl Entry<'_> {
    /// One JSON object.
    pub fn to_json(&self) -> String {
        // Proof: the entry holds texts and numbers only.
        #[allow(clippy::expect_used)]
        serde_json::to_string(self).expect("a plain record always serialises")
    }
}

/// RFC 1123 in GMT, from Unix milliseconds.
pub fn time_local(now: u64) -> String {
    // httpdate ends with the year 9999.
    const LAST_SECOND: u64 = 253_402_300_799;
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs((now / 1000).min(LAST_SECOND)))
}
