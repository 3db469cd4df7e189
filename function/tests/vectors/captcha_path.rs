//! Requests for the captcha page that leave the visitor to be judged all the same.

use netacea_edge::session::{Signer, v1};
use netacea_edge::settings::Policy;
use netacea_edge::verdict::Verdict;
use serde_json::{Value, json};

use crate::playback::Context;
use crate::text;

/// What follows when the check comes after the page.
pub(crate) fn ours(theirs: &Value, context: &Context) -> Value {
    let is_page = theirs["protector_requests"][0]["url"]
        .as_str()
        .is_some_and(|url| url.contains("/captcha?"));
    let is_inject = context.configuration["mitigationType"] == "INJECT";
    if !is_page || !(is_inject || theirs["protector_status"] != 200) {
        return theirs.clone();
    }
    let mut ours = theirs.clone();
    let mut check = theirs["protector_requests"][0].clone();
    let url = text(&check, "url").replacen("/captcha?", "/?", 1);
    check["url"] = json!(url.split('&').next().unwrap());
    ours["protector_requests"]
        .as_array_mut()
        .unwrap()
        .push(check);
    let latency = json!(2 * theirs["protector_latency_ms"].as_u64().unwrap());
    assert_eq!(
        theirs["ingest_requests"][0]["json"]["ProtectorLatencyMs"],
        theirs["protector_latency_ms"]
    );
    ours["protector_latency_ms"] = latency.clone();
    ours["ingest_requests"][0]["json"]["ProtectorLatencyMs"] = latency;
    if theirs["protector_status"] == 200 {
        judged(&mut ours, context);
    }
    ours
}

/// The session cookie that a verdict gets which is to be asked for again.
pub(crate) fn born_expired(case: &Value, verdict: &Verdict, context: &Context) -> Value {
    let expiry = (context.judged_ms / 1000) as i64 - 60;
    let signer = Signer::new(text(&context.configuration, "secretKey"));
    let user_id = text(&case["session"], "user_id");
    let ip = &context.client_ip;
    let cookie = v1::issue(&signer, ip, user_id, &verdict.code(), expiry);
    let fields = v1::V1::parse(&cookie).unwrap();
    json!([{
        "name": "_mitata", "encrypted": false, "value": cookie, "attributes": "Max-Age=86400; Path=/",
        "session": {
            "signature": fields.signature, "expiry": expiry, "userId": user_id, "ipHash": fields.ip_hash,
            "code": fields.code, "parses": true,
        },
    }])
}

fn judged(ours: &mut Value, context: &Context) {
    // The sibling let them pass, and that was all.
    let logged = &ours["ingest_requests"][0]["json"];
    let theirs = json!([
        ours["response"],
        ours["origin_added_headers"],
        ours["mitigation_set_cookies"],
        ours["inject_headers"],
        ours["session_status"],
        logged["NetaceaUserIdCookie"],
        logged["NetaceaMitigationApplied"],
    ]);
    let response = json!({ "status": 200, "headers": [], "body": "origin", "set_cookies": [] });
    assert_eq!(theirs, json!([response, [], [], null, "", "", ""]));
    let header = |name: &str| {
        let found = context
            .protector_headers
            .iter()
            .find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap()
    };
    let [matched, mitigate, captcha] =
        ["x-netacea-match", "x-netacea-mitigate", "x-netacea-captcha"].map(header);
    let told = json!({
        "x-netacea-captcha": captcha, "x-netacea-match": matched, "x-netacea-mitigate": mitigate,
    });
    ours["origin_added_headers"] = told
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| json!([name, value]))
        .collect();
    ours["inject_headers"] = told;
    let verdict = Verdict {
        matched: matched.as_str().into(),
        mitigate: mitigate.as_str().into(),
        captcha: captcha.as_str().into(),
    };
    let status = json!(verdict.status(Policy::default(), false));
    assert!(
        verdict.expires_at_once(),
        "the page comes with an open captcha"
    );
    let set = born_expired(ours, &verdict, context);
    let cookie = text(&set[0], "value").to_owned();
    ours["mitigation_set_cookies"] = set.clone();
    ours["response"]["set_cookies"] = set;
    ours["session_status"] = status.clone();
    let entry = &mut ours["ingest_requests"][0]["json"];
    entry["NetaceaUserIdCookie"] = json!(cookie);
    entry["NetaceaMitigationApplied"] = status;
}
