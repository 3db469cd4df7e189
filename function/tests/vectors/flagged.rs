//! Visitors that the recorded packages block, and that Netacea's plugins of 2026 let pass flagged.

use serde_json::{Value, json};

use crate::playback::Context;
use crate::text;

/// What follows from mitigate 4 unless a captcha decides otherwise.
pub(crate) fn ours(theirs: &Value, context: &Context) -> Value {
    let mut ours = theirs.clone();
    for place in [
        "/session/cookie_session_status",
        "/session_status",
        "/ingest_requests/0/json/NetaceaMitigationApplied",
        "/ingest_requests/0/json/bc_type",
    ] {
        if let Some(status) = ours.pointer_mut(place)
            && let Some(prefix) = status
                .as_str()
                .and_then(|status| status.strip_suffix("block"))
        {
            *status = json!(format!("{prefix}flagged"));
        }
    }
    let is_stopped =
        theirs["action"] == "block" && ours["session_status"] != theirs["session_status"];
    if !is_stopped {
        return ours;
    }
    let answer = [&theirs["response"]["status"], &theirs["response"]["body"]];
    assert_eq!(answer, [&json!(403), &json!("Forbidden")]);
    let not_called = [
        &theirs["origin_called"],
        &theirs["origin_added_headers"],
        &theirs["response"]["headers"],
    ];
    assert_eq!(not_called, [&json!(false), &Value::Null, &json!([])]);
    let entry = &mut ours["ingest_requests"][0]["json"];
    assert_eq!(entry["Status"], "403");
    entry["Status"] = json!("200");
    let prefix = text(&ours, "session_status").strip_suffix("flagged");
    assert_eq!(prefix, Some("ip_"), "the only match that was recorded");
    ours["action"] = json!("pass");
    ours["origin_called"] = json!(true);
    ours["origin_added_headers"] = json!([
        ["x-netacea-captcha", "0"],
        ["x-netacea-match", "2"],
        ["x-netacea-mitigate", "4"]
    ]);
    assert_eq!(
        theirs["response"]["set_cookies"],
        theirs["mitigation_set_cookies"]
    );
    ours["response"] = json!({
        "status": 200, "headers": [], "body": "origin",
        "set_cookies": theirs["mitigation_set_cookies"],
    });
    assert!(context.answered_ms.is_none(), "they pass");
    ours
}
