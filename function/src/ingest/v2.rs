//! Log version V2 (protocol section 9.2).

use crate::integer::leading_integer;
use crate::json::Object;
use crate::moment::Moment;
use crate::session::v1::V1;

use super::Entry;

/// Keys in the order of the protocol.
pub(super) fn write(entry: &Entry<'_>) -> String {
    let time = Moment::new(entry.now);
    let (path, query) = divided(entry.target);
    let protocol = entry.protocol.unwrap_or("null");
    let query = query.as_deref();
    let request = format!(
        "{} {path}{} {protocol}",
        entry.method,
        query.unwrap_or_default()
    );
    let mut json = Object::new();
    json.text("status", entry.status);
    json.text("method", entry.method);
    json.number("bytes_sent", integer(entry.bytes_sent));
    json.optional_text("referrer", unless_empty(entry.referer));
    json.text("request", &request);
    json.number(
        "request_time",
        integer(entry.request_time.unwrap_or_default()),
    );
    json.optional_text("integration_type", entry.integration_type);
    json.optional_text("integration_version", entry.integration_version);
    json.optional_text("protection_mode", entry.protection_mode);
    json.text("client", entry.ip);
    json.text("user_agent", entry.user_agent);
    json.optional_text("bc_type", unless_empty(entry.session_status));
    json.optional_number("hour", Some(time.hour));
    json.optional_number("minute", Some(time.minute));
    json.text("@timestamp", &time.iso8601());
    json.text("path", &path);
    json.optional_text("request_host", entry.host);
    json.optional_number("protector_latency_ms", entry.protector_latency);
    json.optional_number("protector_status", entry.protector_status);
    match entry.protocol {
        Some(protocol) => json.text("protocol", protocol),
        None => json.json("protocol", "null"),
    }
    json.optional_text("query", query);
    let user_id = V1::parse(entry.session_cookie).map(|cookie| cookie.user_id);
    json.optional_text("user_id", user_id);
    json.optional_text("x_forwarded_for", entry.forwarded_for);
    json.optional_text("worker_instance_id", entry.instance_id);
    json.json("optional", &entry.optional.to_json());
    json.optional_text("apiKey", entry.api_key);
    json.finish()
}

/// The path with its leading slash, and the query with its `?`, up to a second one.
fn divided(target: &str) -> (String, Option<String>) {
    let mut parts = target.split('?');
    let path = parts.next().unwrap_or_default();
    let slash = if path.starts_with('/') { "" } else { "/" };
    (
        format!("{slash}{path}"),
        parts.next().map(|query| format!("?{query}")),
    )
}

/// What is not a number counts as 0, fractions are cut.
fn integer(text: &str) -> i64 {
    leading_integer(text).unwrap_or_default()
}

fn unless_empty(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
