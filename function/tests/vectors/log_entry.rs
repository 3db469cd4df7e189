//! What the service that takes log entries is sent: ours, from the sibling's.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use netacea_edge::Call;
use netacea_edge::ingest::{Kinesis, time_local};
use netacea_edge::settings::Configuration;
use serde_json::{Value, json};

use crate::kinesis::records_in;
use crate::playback::{Context, request};
use crate::{cases, text};

pub(crate) const RULE: &str = "[R] 9.6: path with query; [R] 10.3: fingerprints, also as HeaderHash; [R] 14: type and version \
    are ours; [R] 4: a generated answer is logged where it is given, not later; [R] 9.4: random partition keys";

/// The whole request.
pub(crate) fn ours(theirs: &Value, context: &Context) -> Value {
    let mut ours = theirs.clone();
    if theirs["records_decoded"].is_null() {
        ours["json"] = entry(&theirs["json"], context);
        return ours;
    }
    // The recording must be what its own records give. Its partition key is the time.
    let body = theirs["body"].as_str().unwrap().as_bytes();
    assert_eq!(*theirs, put_records(body, context), "{theirs}");
    // Ours must be what its own records give too, and these hold the entry that is expected.
    let body = context.body.as_deref().unwrap();
    let mut ours = put_records(body, context);
    ours["records_decoded"] = theirs["records_decoded"].clone();
    let entry = entry(&theirs["records_decoded"][0][0], context);
    ours["records_decoded"][0][0] = entry;
    ours
}

/// The call that sends the records of a body again.
fn put_records(body: &[u8], context: &Context) -> Value {
    let (configuration, _) =
        Configuration::from_json(context.configuration.to_string().as_bytes()).unwrap();
    let stream = configuration.settings.ingest.kinesis.as_ref().unwrap();
    let kinesis = Kinesis::new(stream, &configuration.secrets, 3000);
    let body: Value = serde_json::from_slice(body).unwrap();
    let records: Vec<(String, String)> = cases(&body, "Records")
        .iter()
        .map(|record| {
            let data = STANDARD.decode(text(record, "Data")).unwrap();
            let key = text(record, "PartitionKey").to_owned();
            (String::from_utf8(data).unwrap(), key)
        })
        .collect();
    let records = records.iter().map(|(data, key)| {
        let entries = data.strip_prefix('[').unwrap().strip_suffix(']').unwrap();
        (vec![entries], key.clone())
    });
    sent(&kinesis.put_records(records, context.logged_ms.into()))
}

/// A call into a stream in the words of the vectors.
pub(crate) fn sent(call: &Call) -> Value {
    let mut sent = request(call);
    let body = call.body.as_deref().unwrap();
    sent["json"] = serde_json::from_slice(body).unwrap();
    sent["records_decoded"] = json!(records_in(body));
    sent
}

/// One entry of either version.
fn entry(theirs: &Value, context: &Context) -> Value {
    let mut ours = theirs.clone();
    let (request, kind, version) = if theirs["Request"].is_string() {
        ("Request", "IntegrationType", "IntegrationVersion")
    } else {
        ("request", "integration_type", "integration_version")
    };
    assert_eq!(theirs[kind], "cloudflare");
    assert_eq!(theirs[version], "6.0.13");
    ours[kind] = json!("cloudfront");
    ours[version] = json!(netacea_edge::VERSION);
    assert_eq!(
        theirs["optional"]["headerFingerprint"],
        context.sibling_fingerprint
    );
    ours["optional"]["headerFingerprint"] = json!(context.header_fingerprint);
    let words: Vec<&str> = theirs[request].as_str().unwrap().split(' ').collect();
    let [method, path, protocol] = words[..] else {
        panic!("{theirs}")
    };
    assert_eq!(context.target.split('?').next(), Some(path));
    ours[request] = json!(format!("{method} {} {protocol}", context.target));
    if request == "Request" {
        ours["HeaderHash"] = json!(context.header_fingerprint);
    } else if let Some((_, query)) = context.target.split_once('?') {
        ours["query"] = json!(format!("?{query}"));
    }
    if let Some(answered) = context.answered_ms {
        log_earlier(&mut ours, answered, context.logged_ms);
    }
    ours
}

fn log_earlier(entry: &mut Value, answered: u64, logged: u64) {
    if entry["TimeLocal"].is_string() {
        assert_eq!(entry["TimeLocal"], time_local(logged));
        entry["TimeLocal"] = json!(time_local(answered));
        return;
    }
    assert_eq!(answered / 60_000, logged / 60_000, "one minute for both");
    let within_minute = |time: u64| format!(":{:02}.{:03}+", time / 1000 % 60, time % 1000);
    let time = entry["@timestamp"].as_str().unwrap();
    assert!(time.contains(&within_minute(logged)), "{time}");
    let time = time.replace(&within_minute(logged), &within_minute(answered));
    entry["@timestamp"] = json!(time);
}
