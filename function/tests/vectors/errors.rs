//! Errors of the origin: an entry of one says that it may not be the last, and only those that
//! CloudFront does not keep get cookies.

use serde_json::{Value, json};

use crate::playback::Context;

pub(crate) const RULE: &str = "[R] 8.5: an entry written at the origin names the request; EDGE-LIMITS.md: CloudFront keeps most errors, \
    whatever they say, with the cookies on them";

/// Statuses for which CloudFront obeys `no-store`: a copy, so that a changed constant fails here.
const OBEYING: [u64; 4] = [404, 410, 414, 501];

/// The whole expectation.
pub(crate) fn ours(theirs: &Value, context: &Context) -> Value {
    let mut ours = theirs.clone();
    let status = theirs["response"]["status"].as_u64().unwrap_or_default();
    if theirs["origin_called"] != true || status < 400 {
        return ours;
    }
    let entry = &mut ours["ingest_requests"][0]["json"];
    entry["optional"]["origin"] = json!(true);
    entry["optional"]["requestId"] = json!(context.request_id);
    if !OBEYING.contains(&status) {
        let [cookie] = &theirs["response"]["set_cookies"].as_array().unwrap()[..] else {
            panic!("{theirs}")
        };
        assert_eq!(entry["NetaceaUserIdCookie"], cookie["value"]);
        assert_eq!(*cookie, theirs["mitigation_set_cookies"][0]);
        entry["NetaceaUserIdCookie"] = json!("");
        ours["response"]["set_cookies"] = json!([]);
        ours["mitigation_set_cookies"] = json!([]);
    }
    ours
}
