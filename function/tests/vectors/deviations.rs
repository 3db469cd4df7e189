//! Where the end-to-end cases show the sibling's behavior and the protocol specification decides
//! otherwise. Each entry names cases, field and rule, and turns the expected value into ours. An
//! entry that no case needs fails the test.

use serde_json::{Value, json};

use crate::captcha_path;
use crate::errors;
use crate::flagged;
use crate::log_entry;
use crate::playback::Context;
use crate::protectors_word;

/// One deliberate difference.
pub(crate) struct Deviation {
    /// Group of cases, or empty for all.
    pub(crate) group: &'static str,
    /// Part of the title, or empty for all.
    pub(crate) title: &'static str,
    /// JSON pointer into `expected`.
    pub(crate) field: &'static str,
    /// Where it is decided.
    pub(crate) rule: &'static str,
    /// Ours, from theirs.
    pub(crate) ours: fn(&Value, &Context) -> Value,
}

/// In this order, so that a later entry sees what an earlier one made.
pub(crate) const DEVIATIONS: &[Deviation] = &[
    Deviation {
        group: "",
        title: "",
        field: "/protector_requests",
        rule: "[R] 10.3: the header fingerprint is the HashGenerator's, over lower-case names",
        ours: |theirs, context| {
            let replace = |request: &Value| {
                let mut request = request.clone();
                let url = request["url"].as_str().unwrap().replacen(
                    &format!("headerFP={}", context.sibling_fingerprint),
                    &format!("headerFP={}", context.header_fingerprint),
                    1,
                );
                request["url"] = json!(url);
                request
            };
            theirs.as_array().unwrap().iter().map(replace).collect()
        },
    },
    Deviation {
        group: "",
        title: "",
        field: "/protector_requests",
        rule: "[R] 7.1: pages are asked for unpacked",
        ours: |theirs, _| {
            let unpacked = |request: &Value| {
                let mut request = request.clone();
                let headers = request["headers"].as_array_mut().unwrap();
                headers.push(json!(["accept-encoding", "identity"]));
                headers.sort_by_key(|header| text_at(header, 0));
                request
            };
            theirs.as_array().unwrap().iter().map(unpacked).collect()
        },
    },
    Deviation {
        group: "",
        title: "",
        field: "/protector_requests",
        rule: "[R] 8.4: a verification goes on with the visitor's own content type",
        ours: |theirs, context| {
            let mut ours = theirs.clone();
            for request in ours.as_array_mut().unwrap() {
                for header in request["headers"].as_array_mut().unwrap() {
                    if let Some(own) = &context.content_type
                        && header[0] == "content-type"
                    {
                        assert_eq!(
                            header[1],
                            "application/x-www-form-urlencoded; charset=UTF-8"
                        );
                        header[1] = json!(own);
                    }
                }
            }
            ours
        },
    },
    Deviation {
        group: "config",
        title: "trailing slash",
        field: "/protector_requests",
        rule: "[R] 3: a trailing slash of a service address is trimmed",
        ours: |theirs, _| {
            let mut ours = theirs.clone();
            ours[0]["url"] = json!(
                theirs[0]["url"]
                    .as_str()
                    .unwrap()
                    .replacen(".test//", ".test/", 1)
            );
            ours
        },
    },
    Deviation {
        group: "",
        title: "",
        field: "/ingest_requests/0",
        rule: log_entry::RULE,
        ours: log_entry::ours,
    },
    Deviation {
        group: "ingest-type",
        title: "ORIGIN",
        field: "/origin_added_headers",
        rule: "[R] 14: type and version of the integration are ours",
        ours: |theirs, _| {
            let mut ours = theirs.clone();
            for header in ours.as_array_mut().unwrap() {
                match header[0].as_str() {
                    Some("x-netacea-integration-type") => {
                        assert_eq!(header[1], "cloudflare");
                        header[1] = json!("cloudfront");
                    }
                    Some("x-netacea-integration-version") => {
                        assert_eq!(header[1], "6.0.13");
                        header[1] = json!(netacea_edge::VERSION);
                    }
                    _ => {}
                }
            }
            ours
        },
    },
    Deviation {
        group: "",
        title: "",
        field: "",
        rule: "[R] 8.3: mitigate 4 means flagged since 2026: they pass, and the origin is told",
        ours: flagged::ours,
    },
    Deviation {
        group: "origin",
        title: "",
        field: "",
        rule: errors::RULE,
        ours: errors::ours,
    },
    Deviation {
        group: "cookie-state",
        title: "expires-now",
        field: "/ingest_requests/0/json/NetaceaUserIdCookieStatus",
        rule: "[R] 4.1: the cookie's status is the one at the request, not a second later at the log",
        ours: |theirs, _| {
            assert_eq!(*theirs, 3);
            json!(2)
        },
    },
    Deviation {
        group: "captcha-post",
        title: "captcha POST, timeout",
        field: "",
        rule: "[R] 11: a captcha POST fails in the same way whatever failed, timeouts included",
        ours: |theirs, _| {
            let passed =
                json!({ "status": 200, "headers": [], "body": "origin", "set_cookies": [] });
            assert_eq!(theirs["response"], passed);
            assert_eq!(
                [
                    &theirs["action"],
                    &theirs["origin_called"],
                    &theirs["origin_added_headers"]
                ],
                [&json!("pass"), &json!(true), &json!([])]
            );
            assert_eq!(theirs["ingest_requests"][0]["json"]["Status"], "200");
            let mut ours = theirs.clone();
            ours["action"] = json!("error_500");
            ours["origin_called"] = json!(false);
            ours["origin_added_headers"] = Value::Null;
            ours["response"] =
                json!({ "status": 500, "headers": [], "body": "", "set_cookies": [] });
            ours["ingest_requests"][0]["json"]["Status"] = json!("500");
            ours
        },
    },
    Deviation {
        group: "captcha-post",
        title: "without expiry header",
        field: "",
        rule: "[R] 5.4: a captcha cookie without lifetime gets a day instead of `NaN`",
        ours: |theirs, _| {
            serde_json::from_str(&theirs.to_string().replace("Max-Age=NaN", "Max-Age=86400"))
                .unwrap()
        },
    },
    Deviation {
        group: "fail-open",
        title: "INJECT, timeout",
        field: "",
        rule: "[R] 8.2: after a timeout the origin is told three times 0, as after every failure",
        ours: |theirs, _| {
            assert_eq!(
                [&theirs["inject_headers"], &theirs["origin_added_headers"]],
                [&Value::Null, &json!([])]
            );
            let mut ours = theirs.clone();
            ours["inject_headers"] = json!({ "x-netacea-captcha": "0", "x-netacea-match": "0", "x-netacea-mitigate": "0" });
            ours["origin_added_headers"] = json!([
                ["x-netacea-captcha", "0"],
                ["x-netacea-match", "0"],
                ["x-netacea-mitigate", "0"]
            ]);
            ours
        },
    },
    Deviation {
        group: "captcha-get",
        title: "",
        field: "",
        rule: "[R] 11: the captcha page's path switches nothing off: without a page, and in INJECT, the visitor is judged too",
        ours: captcha_path::ours,
    },
    Deviation {
        group: "",
        title: "",
        field: "",
        rule: "[R] 8.6 (5): a captcha whose page is unusable is a block",
        ours: protectors_word::without_page,
    },
    Deviation {
        group: "",
        title: "",
        field: "",
        rule: "[R] 8.6 (22): a verdict that is not complete sets no cookie",
        ours: protectors_word::without_verdict,
    },
    Deviation {
        group: "",
        title: "",
        field: "",
        rule: "[R] 8.4: a JSON captcha is one whatever the parameters of its type",
        ours: protectors_word::json_with_parameters,
    },
    Deviation {
        group: "json-captcha",
        title: "JSON captcha",
        field: "/response/headers",
        rule: "[R] 7.2: a JSON captcha is labeled application/json",
        ours: |theirs, context| {
            let labeled = json!(["content-type", "text/html; charset=UTF-8"]);
            if context.protector_is_json && theirs[0] == labeled {
                json!([["content-type", "application/json"]])
            } else {
                theirs.clone()
            }
        },
    },
    Deviation {
        group: "origin",
        title: "a=_mitata",
        field: "",
        rule: "[R] 5.6: cookie names are compared whole, so another cookie that mentions ours does not suppress it",
        ours: |theirs, _| {
            let mut ours = theirs.clone();
            let decided = theirs["mitigation_set_cookies"][0].clone();
            assert_eq!(
                theirs["ingest_requests"][0]["json"]["NetaceaUserIdCookie"],
                ""
            );
            ours["ingest_requests"][0]["json"]["NetaceaUserIdCookie"] = decided["value"].clone();
            ours["response"]["set_cookies"]
                .as_array_mut()
                .unwrap()
                .push(decided);
            ours
        },
    },
];

fn text_at(list: &Value, index: usize) -> String {
    list[index].as_str().unwrap().to_owned()
}

/// Configurations that the sibling accepts and fails on with every request. Ours refuses them when
/// they are loaded, so that every request passes as well, and Terraform never lets it come to that.
/// Title, part of the refusal, rule, and what the visitor or the origin then gets in another way
/// than from the sibling.
pub(crate) const REFUSED: &[(&str, &str, &str, &[&str])] = &[
    (
        "INJECT, missing secret key",
        "secrets.secret_key",
        "5.2, 11: no session can be signed; without a configuration the mode is unknown, so nothing is said to the origin",
        &["origin_added_headers"],
    ),
    (
        "missing secret key",
        "secrets.secret_key",
        "5.2, 11: no session can be signed",
        &[],
    ),
    (
        "INGEST without secret key",
        "secrets.secret_key",
        "2: INGEST needs it too",
        &[],
    ),
    (
        "unknown mode",
        "mitigationType",
        "[R] 2: reject it when the configuration is loaded",
        &[],
    ),
    (
        "key of the wrong length",
        "secrets.cookie_encryption_key",
        "[R] 6: reject at start-up",
        &[],
    ),
    (
        "apiKey missing",
        "secrets.api_key",
        "3: a constructor error",
        &[],
    ),
    (
        "without kinesis settings",
        "settings.ingest.kinesis",
        "2: KINESIS needs a stream; the sibling judges and loses the log entries",
        &["mitigation_set_cookies", "response"],
    ),
];
