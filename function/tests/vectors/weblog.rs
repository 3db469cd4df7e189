//! Log entries in both log versions.

use netacea_edge::ingest::{Entry, Optional};
use netacea_edge::settings::LogVersion;
use serde_json::{Value, json};

use crate::{cases, text, vectors};

#[test]
pub(crate) fn v1_entries_are_written_byte_for_byte() {
    compare("v1", LogVersion::V1);
}

#[test]
pub(crate) fn v2_entries_are_written_byte_for_byte() {
    compare("v2", LogVersion::V2);
}

fn compare(list: &str, version: LogVersion) {
    for case in cases(&vectors("weblog.json"), list) {
        let args = &case["args"];
        let plain = |key: &str| match &args[key] {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        let keys = [
            "ip",
            "userAgent",
            "status",
            "protocol",
            "requestTime",
            "bytesSent",
            "referer",
            "mitataCookie",
            "sessionStatus",
            "integrationType",
            "integrationVersion",
            "integrationMode",
            "requestHost",
            "xForwardedFor",
            "workerInstanceId",
            "headerFingerprint",
            "cookieFingerprint",
        ];
        let texts = keys.map(plain);
        let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let of = |key: &str| texts[keys.iter().position(|other| *other == key).unwrap()];
        let entry = Entry {
            now: case["now_ms"].as_u64().unwrap(),
            method: text(args, "method"),
            target: text(args, "path"),
            protocol: of("protocol"),
            ip: of("ip").unwrap_or_default(),
            user_agent: of("userAgent").unwrap_or_default(),
            status: of("status").unwrap_or_default(),
            request_time: of("requestTime"),
            bytes_sent: of("bytesSent").unwrap_or_default(),
            referer: of("referer").unwrap_or_default(),
            session_cookie: of("mitataCookie").unwrap_or_default(),
            session_status: of("sessionStatus").unwrap_or_default(),
            protector_latency: args["mitigationLatency"].as_u64(),
            protector_status: args["mitigationStatus"]
                .as_u64()
                .map(|status| u16::try_from(status).unwrap()),
            integration_type: of("integrationType"),
            integration_version: of("integrationVersion"),
            protection_mode: of("integrationMode"),
            host: of("requestHost"),
            forwarded_for: of("xForwardedFor"),
            instance_id: of("workerInstanceId"),
            cookie_status: args["netaceaCookieStatus"]
                .as_u64()
                .map(|status| u8::try_from(status).unwrap()),
            optional: Optional {
                header_fingerprint: of("headerFingerprint"),
                cookie_fingerprint: of("cookieFingerprint"),
                ..Optional::default()
            },
            header_hash: None,
            api_key: None,
        };
        assert_eq!(entry.to_json(version), text(case, "body"), "{case}");
        assert_eq!(case["url"], "https://ingest.netacea.net/", "{case}");
        let names: Vec<&Value> = cases(case, "headers").iter().map(|pair| &pair[0]).collect();
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
