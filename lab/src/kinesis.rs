//! Kinesis, for settings that send log entries there: accepts the records and passes their entries
//! on.

use std::sync::Arc;

use acceptance::netacea::Kinesis;
use acceptance::server::{Reply, Server};
use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::Response;
use hyper::body::Bytes;
use rustls::ServerConfig;
use serde_json::{Value, json};

/// The name under which the function looks for the stream of `region`.
pub(crate) fn host(region: Option<&str>) -> String {
    Kinesis::HOST.replace(Kinesis::REGION, region.unwrap_or(Kinesis::REGION))
}

/// Opens it; each entry goes to `take`.
pub(crate) fn open(
    tls: Arc<ServerConfig>,
    take: impl Fn(Value) + Send + Sync + 'static,
) -> Result<Server> {
    Server::https(tls, move |request| {
        let entries = entries(request.body());
        let records = request_records(request.body());
        entries.into_iter().for_each(&take);
        let taken: Vec<Value> = (0..records)
            .map(|number| json!({ "SequenceNumber": number.to_string(), "ShardId": "shardId-0" }))
            .collect();
        let answer = json!({ "FailedRecordCount": 0, "Records": taken });
        Reply::Response(Response::new(Bytes::from(answer.to_string())))
    })
}

fn request_records(body: &[u8]) -> usize {
    let call: Value = serde_json::from_slice(body).unwrap_or_default();
    call["Records"].as_array().map_or(0, Vec::len)
}

/// The log entries of a `PutRecords` call: each record is a JSON array of them (protocol section
/// 9.4).
fn entries(body: &[u8]) -> Vec<Value> {
    let call: Value = serde_json::from_slice(body).unwrap_or_default();
    let records = call["Records"].as_array().into_iter().flatten();
    let data = records.filter_map(|record| STANDARD.decode(record["Data"].as_str()?).ok());
    let lists = data.filter_map(|data| serde_json::from_slice::<Vec<Value>>(&data).ok());
    lists.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_holds_several_entries() {
        let data = STANDARD.encode(r#"[{"Status":"200"},{"Status":"403"}]"#);
        let call = json!({ "Records": [{ "Data": data, "PartitionKey": "1" }] }).to_string();
        let found = entries(call.as_bytes());
        assert_eq!(
            found,
            [json!({ "Status": "200" }), json!({ "Status": "403" })]
        );
        assert_eq!(request_records(call.as_bytes()), 1);
        assert!(entries(b"no json").is_empty());
    }

    #[test]
    fn the_host_follows_the_region() {
        assert_eq!(host(None), "kinesis.eu-west-1.amazonaws.com");
        assert_eq!(host(Some("us-east-1")), "kinesis.us-east-1.amazonaws.com");
    }
}
