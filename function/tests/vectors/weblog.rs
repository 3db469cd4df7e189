use netacea_edge::ingest::{Entry, Optional, time_local};
use serde_json::{Value, json};

use crate::{cases, text, vectors};

#[test]
fn v1_entries_are_written_byte_for_byte() {
    for case in cases(&vectors("weblog.json"), "v1") {
        let args = &case["args"];
        let plain = |key: &str| match &args[key] {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        let number = |key: &str| args[key].as_u64();
        let or_empty = |key: &str| plain(key).unwrap_or_default();
        let unless_empty = |key: &str, instead: &str| {
            plain(key)
                .filter(|text| !text.is_empty())
                .unwrap_or(instead.to_owned())
        };
        let (ip, user_agent, status) = (or_empty("ip"), or_empty("userAgent"), or_empty("status"));
        let (bytes_sent, referer) = (unless_empty("bytesSent", "0"), unless_empty("referer", "-"));
        let cookie = or_empty("mitataCookie");
        let (session_status, forwarded_for) = (or_empty("sessionStatus"), plain("xForwardedFor"));
        let (kind, version) = (or_empty("integrationType"), or_empty("integrationVersion"));
        let (request_time, mode, host) = (
            plain("requestTime"),
            or_empty("integrationMode"),
            plain("requestHost"),
        );
        let (instance, header, cookies) = (
            plain("workerInstanceId"),
            plain("headerFingerprint"),
            plain("cookieFingerprint"),
        );
        let protocol = plain("protocol").unwrap_or_else(|| "null".to_owned());
        let entry = Entry {
            request: format!("{} {} {protocol}", text(args, "method"), text(args, "path")),
            time_local: time_local(case["now_ms"].as_u64().unwrap()),
            real_ip: &ip,
            user_agent: &user_agent,
            status: &status,
            request_time: request_time.as_deref(),
            bytes_sent: &bytes_sent,
            referer: &referer,
            netacea_user_id_cookie: &cookie,
            netacea_mitigation_applied: &session_status,
            protector_latency_ms: number("mitigationLatency"),
            protector_status: number("mitigationStatus")
                .map(|status| u16::try_from(status).unwrap()),
            integration_type: &kind,
            integration_version: &version,
            protection_mode: &mode,
            request_host: host.as_deref(),
            forwarded_for: forwarded_for.as_deref(),
            worker_instance_id: instance.as_deref(),
            netacea_user_id_cookie_status: number("netaceaCookieStatus")
                .map(|status| u8::try_from(status).unwrap()),
            optional: Optional {
                header_fingerprint: header.as_deref(),
                cookie_fingerprint: cookies.as_deref(),
                breaker: None,
                dropped: None,
            },
            header_hash: None,
        };
        assert_eq!(entry.to_json(), text(case, "body"), "{case}");
        assert_eq!(case["url"], "https://ingest.netacea.net/", "{case}");
        let names: Vec<&Value> = case["headers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| &pair[0])
            .collect();
        assert_eq!(
            json!(names),
            json!(["content-type", "x-netacea-api-key"]),
            "{case}"
        );
        let key = case["headers"][1][1].as_str().unwrap();
        assert!(
            key.strip_prefix("api-").is_some_and(|key| key.len() == 6),
            "{case}"
        );
        assert_eq!(case["headers"][0][1], "application/json", "{case}");
    }
}
