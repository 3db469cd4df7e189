//! Answers of Protector that are incomplete: [R] 8.6, headers decide.

use netacea_edge::settings::Policy;
use netacea_edge::verdict::Verdict;
use serde_json::{Value, json};

use crate::captcha_path::born_expired;
use crate::playback::Context;
use crate::text;

const NAMES: [&str; 3] = ["x-netacea-match", "x-netacea-mitigate", "x-netacea-captcha"];

/// 5: a captcha whose page cannot be used is a block; the sibling lets the visitor pass.
pub(crate) fn without_page(theirs: &Value, context: &Context) -> Value {
    let is_mitigate = context.configuration["mitigationType"] == "MITIGATE";
    let code: String = NAMES
        .iter()
        .filter_map(|name| header(context, name))
        .collect();
    let is_open = theirs["session_status"] == "error_open";
    if !is_mitigate || !context.protector_is_json || !is_open || code.len() != 3 {
        return theirs.clone();
    }
    let verdict = Verdict::from_code(&code);
    assert!(verdict.expires_at_once(), "a captcha is due");
    let response = json!({ "status": 200, "headers": [], "body": "origin", "set_cookies": [] });
    let passed = [
        &theirs["action"],
        &theirs["origin_called"],
        &theirs["response"],
        &theirs["origin_added_headers"],
        &theirs["mitigation_set_cookies"],
        &theirs["protector_status"],
        &theirs["protector_latency_ms"],
    ];
    let expected = json!(["pass", true, response, [], [], null, null]);
    assert_eq!(json!(passed), expected);
    let mut ours = theirs.clone();
    let set = born_expired(theirs, &verdict, context);
    ours["action"] = json!("block");
    ours["origin_called"] = json!(false);
    ours["origin_added_headers"] = Value::Null;
    ours["mitigation_set_cookies"] = set.clone();
    ours["response"] =
        json!({ "status": 403, "headers": [], "body": "Forbidden", "set_cookies": set });
    let status = json!(verdict.status(Policy::default(), false));
    let latency = json!(context.judged_ms - context.asked_ms);
    ours["session_status"] = status.clone();
    ours["protector_status"] = json!(200);
    ours["protector_latency_ms"] = latency.clone();
    let entry = &mut ours["ingest_requests"][0]["json"];
    let logged = [
        &entry["Status"],
        &entry["NetaceaMitigationApplied"],
        &entry["NetaceaUserIdCookie"],
    ];
    assert_eq!(json!(logged), json!(["200", "error_open", ""]));
    entry["Status"] = json!("403");
    entry["NetaceaMitigationApplied"] = status;
    entry["NetaceaUserIdCookie"] = set[0]["value"].clone();
    entry["ProtectorStatus"] = json!(200);
    entry["ProtectorLatencyMs"] = latency;
    ours
}

/// 22: what no cookie can carry sets none.
pub(crate) fn without_verdict(theirs: &Value, context: &Context) -> Value {
    let is_called = theirs["protector_status"] == 200;
    let is_complete = NAMES.iter().all(|name| header(context, name).is_some());
    let set = &theirs["mitigation_set_cookies"];
    if !is_called || is_complete || *set == json!([]) {
        return theirs.clone();
    }
    assert_eq!(set[0]["session"]["parses"], false);
    assert_eq!(theirs["response"]["set_cookies"], *set);
    let mut ours = theirs.clone();
    ours["mitigation_set_cookies"] = json!([]);
    ours["response"]["set_cookies"] = json!([]);
    let entry = &mut ours["ingest_requests"][0]["json"];
    assert_eq!(entry["NetaceaUserIdCookie"], set[0]["value"]);
    entry["NetaceaUserIdCookie"] = json!("");
    ours
}

/// 8.4: JSON is JSON, whatever the parameters of its type.
pub(crate) fn json_with_parameters(theirs: &Value, context: &Context) -> Value {
    let content_type = header(context, "content-type").unwrap_or_default();
    if !content_type.starts_with("application/json;") || theirs["action"] != "captcha" {
        return theirs.clone();
    }
    let labeled = json!([["content-type", "text/html; charset=UTF-8"]]);
    assert_eq!(theirs["response"]["headers"], labeled);
    let page: Value = serde_json::from_str(text(&theirs["response"], "body")).unwrap();
    let path = text(&context.configuration, "netaceaCaptchaPath");
    let relative = format!("{path}?trackingId={}", text(&page, "trackingId"));
    let host = text(&theirs["ingest_requests"][0]["json"], "RequestHost");
    let mut ours = theirs.clone();
    ours["response"]["headers"] = json!([["content-type", "application/json"]]);
    ours["response"]["body"] = json!(format!(
        r#"{{"captchaRelativeURL":"{relative}","captchaAbsoluteURL":"https://{host}{relative}"}}"#
    ));
    ours
}

fn header<'a>(context: &'a Context, name: &str) -> Option<&'a str> {
    let found = context
        .protector_headers
        .iter()
        .find(|(key, _)| key == name);
    found.map(|(_, value)| value.as_str())
}
