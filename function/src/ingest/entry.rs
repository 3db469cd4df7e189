use core::time::Duration;
use std::time::UNIX_EPOCH;

use serde::Serialize;

/// One log entry of version V1, keys in the order of protocol section 9.1. What is absent is left out.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Entry<'a> {
    /// `METHOD PATH PROTOCOL`
    pub(crate) request: String,
    pub(crate) time_local: String,
    pub(crate) real_ip: &'a str,
    pub(crate) user_agent: &'a str,
    pub(crate) status: &'a str,
    pub(crate) request_time: &'a str,
    pub(crate) bytes_sent: &'a str,
    pub(crate) referer: &'a str,
    pub(crate) netacea_user_id_cookie: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) netacea_mitigation_applied: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) protector_latency_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) protector_status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) integration_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) integration_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) protection_mode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_host: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "XForwardedFor")]
    pub(crate) forwarded_for: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) worker_instance_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) netacea_user_id_cookie_status: Option<u8>,
    #[serde(rename = "optional")]
    pub(crate) optional: Optional<'a>,
    /// The header fingerprint once more, under the key of the F5 plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) header_hash: Option<&'a str>,
}

/// Facts that Netacea's service takes as they come.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Optional<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) header_fingerprint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cookie_fingerprint: Option<&'a str>,
    /// State of the circuit breaker, unless closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) breaker: Option<&'a str>,
    /// Entries that were lost before this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dropped: Option<u64>,
}

impl Entry<'_> {
    pub(crate) fn to_json(&self) -> String {
        // Proof: the entry holds texts and numbers only.
        #[allow(clippy::expect_used)]
        serde_json::to_string(self).expect("a plain record always serialises")
    }
}

/// RFC 1123 in GMT, from Unix milliseconds.
pub(crate) fn time_local(now: u64) -> String {
    // httpdate ends with the year 9999.
    const LAST_SECOND: u64 = 253_402_300_799;
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs((now / 1000).min(LAST_SECOND)))
}
