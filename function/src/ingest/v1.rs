//! Log version V1 (protocol section 9.1).

use crate::json::Object;
use crate::moment::Moment;

use super::Entry;

/// Keys in the order of the protocol.
pub(super) fn write(entry: &Entry<'_>) -> String {
    let mut json = Object::new();
    let protocol = entry.protocol.unwrap_or("null");
    json.text("Request", &[entry.method, entry.target, protocol].join(" "));
    json.text("TimeLocal", &time_local(entry.now));
    json.text("RealIp", entry.ip);
    json.text("UserAgent", entry.user_agent);
    json.text("Status", entry.status);
    json.optional_text("RequestTime", entry.request_time);
    json.text("BytesSent", or(entry.bytes_sent, "0"));
    json.text("Referer", or(entry.referer, "-"));
    json.text("NetaceaUserIdCookie", entry.session_cookie);
    json.text("NetaceaMitigationApplied", entry.session_status);
    json.optional_number("ProtectorLatencyMs", entry.protector_latency);
    json.optional_number("ProtectorStatus", entry.protector_status);
    json.text(
        "IntegrationType",
        entry.integration_type.unwrap_or_default(),
    );
    json.text(
        "IntegrationVersion",
        entry.integration_version.unwrap_or_default(),
    );
    json.text("ProtectionMode", entry.protection_mode.unwrap_or_default());
    json.optional_text("RequestHost", entry.host);
    json.optional_text("XForwardedFor", entry.forwarded_for);
    json.optional_text("WorkerInstanceId", entry.instance_id);
    json.optional_number("NetaceaUserIdCookieStatus", entry.cookie_status);
    json.json("optional", &entry.optional.to_json());
    json.optional_text("HeaderHash", entry.header_hash);
    json.optional_text("apiKey", entry.api_key);
    json.finish()
}

/// `Sat, 01 Jun 2024 12:00:01 GMT`, from Unix milliseconds.
pub fn time_local(now: u64) -> String {
    Moment::new(now).rfc1123()
}

fn or<'a>(text: &'a str, instead: &'a str) -> &'a str {
    if text.is_empty() { instead } else { text }
}
