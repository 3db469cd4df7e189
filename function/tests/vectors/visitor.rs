//! The visitor of an end-to-end case: their request as CloudFront tells it, and what can be seen of
//! them.

use netacea_edge::{Body, Entropy, Event, Request, fingerprint};
use serde_json::{Value, json};

use crate::fingerprints::sibling_header_fingerprint;
use crate::{optional, text};

/// The request as CloudFront would tell it. One case has none, since CloudFront always knows the
/// address.
pub(crate) fn event_of(case: &Value) -> Value {
    let event = &case["viewer_request_event"]["Records"][0]["cf"];
    if event.is_object() {
        return event.clone();
    }
    let url = text(&case["request"], "url")
        .strip_prefix("https://")
        .unwrap();
    let (host, target) = url.split_at(url.find('/').unwrap());
    let (uri, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = json!({ "host": [{ "key": "Host", "value": host }] });
    for header in case["request"]["headers"].as_array().unwrap() {
        headers[header[0].as_str().unwrap().to_lowercase()] =
            json!([{ "key": header[0], "value": header[1] }]);
    }
    let config = json!({ "distributionDomainName": "d.cloudfront.net", "distributionId": "E", "eventType": "viewer-request", "requestId": "r" });
    json!({ "config": config, "request": { "headers": headers, "method": case["request"]["method"], "uri": uri, "querystring": query } })
}

/// The event of a request as the core reads it from the host's frame.
pub(crate) fn request_event<'a>(case: &'a Value, event: &'a Value) -> Event<'a> {
    let request = &event["request"];
    let names = header_order(case, event);
    let mut headers: Vec<(&str, &str)> = Vec::new();
    for (name, values) in request["headers"].as_object().unwrap() {
        headers.extend(
            values
                .as_array()
                .unwrap()
                .iter()
                .map(|header| (name.as_str(), header["value"].as_str().unwrap())),
        );
    }
    headers.push((
        "cloudfront-viewer-http-version",
        text(&case["request"], "protocol").trim_start_matches("HTTP/"),
    ));
    Event {
        trigger: text(&event["config"], "eventType").parse().unwrap(),
        distribution_id: text(&event["config"], "distributionId"),
        distribution_domain: text(&event["config"], "distributionDomainName"),
        request_id: text(&event["config"], "requestId"),
        request: Request {
            client_ip: optional(request, "clientIp").unwrap_or_default(),
            method: text(request, "method"),
            uri: text(request, "uri"),
            querystring: text(request, "querystring"),
            header_names: names,
            headers,
            header_bytes: 0,
            body: request["body"].is_object().then(|| Body {
                data: text(&request["body"], "data"),
                is_base64: text(&request["body"], "encoding") == "base64",
                is_truncated: request["body"]["inputTruncated"].as_bool().unwrap(),
            }),
        },
        response: None,
    }
}

/// Header names in the order of the event: this crate's JSON maps are sorted, the list next to it
/// is not.
fn header_order<'a>(case: &Value, event: &'a Value) -> Vec<&'a str> {
    let headers = event["request"]["headers"].as_object().unwrap();
    let listed = case["header_fp_integrationbase"]["header_names"]
        .as_array()
        .unwrap();
    let mut names: Vec<&str> = headers.keys().map(String::as_str).collect();
    names.sort_by_key(|name| {
        listed
            .iter()
            .position(|listed| listed.as_str().unwrap().eq_ignore_ascii_case(name))
    });
    names
}

/// The sibling's own header fingerprint (protocol section 10.2), which its URLs and logs carry.
pub(crate) fn sibling_fingerprints(case: &Value, event: &Value) -> Value {
    let mut names: Vec<String> = case["request"]["headers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|header| header[0].as_str().unwrap().to_lowercase())
        .collect();
    // What the recording's runtime added before the sibling looked: the address, and the
    // type of a body that is a string.
    if optional(&case["request"], "client_ip").is_some() {
        names.push("cf-connecting-ip".to_owned());
    }
    if case["request"]["body"].is_string() {
        names.push("content-type".to_owned());
    }
    json!({
        "headerFingerprint": sibling_header_fingerprint(names),
        "cookieFingerprint": fingerprint::of_cookies(cookie_header(event)),
    })
}

/// The Cookie header, empty if there is none.
pub(crate) fn cookie_header(event: &Value) -> &str {
    event["request"]["headers"]["cookie"][0]["value"]
        .as_str()
        .unwrap_or_default()
}

pub(crate) fn entropy(beginning: &[u8]) -> Entropy {
    Entropy::new(core::array::from_fn(|index| {
        beginning.get(index).copied().unwrap_or(index as u8)
    }))
}
