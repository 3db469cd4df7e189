//! Sends log entries to a Kinesis stream, many in one signed `PutRecords` call (protocol section
//! 9.4).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::call::{Call, Reply};
use crate::json::{self, Value};
use crate::moment::Moment;
use crate::now::Now;
use crate::settings::{self, Secrets};

use super::{Receipt, sigv4};

/// Longest answer that is read: some hundred bytes for each record.
const REPLY_LIMIT: u32 = 1 << 20;
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
const TARGET: &str = "Kinesis_20131202.PutRecords";

/// Sends batches into a Kinesis stream (protocol section 9.4).
pub struct Kinesis {
    stream_name: String,
    region: String,
    host: String,
    access_key: String,
    secret_key: String,
    timeout_ms: u64,
}

impl Kinesis {
    /// `timeout_ms` bounds each call.
    #[must_use]
    pub fn new(stream: &settings::Kinesis, secrets: &Secrets, timeout_ms: u32) -> Self {
        Self {
            stream_name: stream.stream_name.clone(),
            region: stream.region.clone(),
            host: format!("kinesis.{}.amazonaws.com", stream.region),
            access_key: secrets.kinesis_access_key.clone().unwrap_or_default(),
            secret_key: secrets.kinesis_secret_key.clone().unwrap_or_default(),
            timeout_ms: u64::from(timeout_ms),
        }
    }

    /// A signed `PutRecords` call. Each record is a list of JSON strings and has its own partition
    /// key.
    #[must_use]
    pub fn put_records<'a>(
        &self,
        records: impl Iterator<Item = (Vec<&'a str>, String)>,
        now: Now,
    ) -> Call {
        let body = self.body(records);
        let time = Moment::new(now.wall).basic();
        let length = body.len().to_string();
        let authorization = sigv4::authorization(
            &sigv4::Signature {
                access_key: &self.access_key,
                secret_key: &self.secret_key,
                region: &self.region,
                service: "kinesis",
                time: &time,
            },
            &[
                ("content-length", &length),
                ("content-type", CONTENT_TYPE),
                ("host", &self.host),
                ("x-amz-date", &time),
                ("x-amz-target", TARGET),
            ],
            body.as_bytes(),
        );
        Call {
            method: "POST",
            url: format!("https://{}/", self.host),
            headers: vec![
                ("Content-Type", CONTENT_TYPE.to_owned()),
                ("X-Amz-Target", TARGET.to_owned()),
                ("Host", self.host.clone()),
                ("Content-Length", length),
                ("X-Amz-Date", time),
                ("Authorization", authorization),
            ],
            body: Some(body.into_bytes()),
            deadline: now.steady.saturating_add(self.timeout_ms),
            reply_limit: REPLY_LIMIT,
        }
    }

    /// AWS ignores the partition key next to the records; the vendor's plugins send one, so it is
    /// there.
    fn body<'a>(&self, records: impl Iterator<Item = (Vec<&'a str>, String)>) -> String {
        let mut body = String::from("{\"Records\":[");
        let mut last_key = String::new();
        for (entries, key) in records {
            if !last_key.is_empty() {
                body.push(',');
            }
            body.push_str("{\"Data\":\"");
            STANDARD.encode_string(format!("[{}]", entries.join(",")), &mut body);
            body.push_str("\",\"PartitionKey\":");
            json::push_text(&mut body, &key);
            body.push('}');
            last_key = key;
        }
        body.push_str("],\"PartitionKey\":");
        json::push_text(&mut body, &last_key);
        body.push_str(",\"StreamName\":");
        json::push_text(&mut body, &self.stream_name);
        body.push('}');
        body
    }

    /// Whatever is wrong with a call is the credentials' or the service's fault, never an entry's:
    /// entries are kept. Records fail one by one when their shard is busy.
    pub(crate) fn receipt(reply: &Reply<'_>, records: usize) -> Receipt {
        let Reply::Answered {
            status: 200..=299,
            body,
            ..
        } = reply
        else {
            return Receipt::Failed {
                is_ambiguous: reply.is_ambiguous(),
            };
        };
        let answer = json::parse(body).unwrap_or(Value::Null);
        let failed = answer
            .member("FailedRecordCount")
            .and_then(Value::as_integer);
        if failed.unwrap_or_default() <= 0 {
            return Receipt::Arrived;
        }
        match answer.member("Records").and_then(Value::as_list) {
            Some(list) if list.len() == records => Receipt::Partly(
                list.iter()
                    .map(|record| !matches!(record.member("ErrorCode"), None | Some(Value::Null)))
                    .collect(),
            ),
            // Some failed, and which ones is not said.
            _ => Receipt::Failed { is_ambiguous: true },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kinesis;
    use crate::call::Reply;
    use crate::ingest::Receipt;

    fn receipt(status: u16, body: &str) -> Receipt {
        let reply = Reply::Answered {
            status,
            headers: Vec::new(),
            body: body.as_bytes(),
        };
        Kinesis::receipt(&reply, 2)
    }

    #[test]
    fn failed_records_are_noticed() {
        let ambiguous = Receipt::Failed { is_ambiguous: true };
        let failed = Receipt::Failed {
            is_ambiguous: false,
        };
        for (status, body, expected) in [
            (
                200,
                r#"{"FailedRecordCount":0,"Records":[{},{}]}"#,
                Receipt::Arrived,
            ),
            (200, "", Receipt::Arrived),
            (
                200,
                r#"{"FailedRecordCount":1,"Records":[{"ShardId":"s"},{"ErrorCode":"ProvisionedThroughputExceededException"}]}"#,
                Receipt::Partly(vec![false, true]),
            ),
            (
                200,
                r#"{"FailedRecordCount":1,"Records":[{}]}"#,
                ambiguous.clone(),
            ),
            (400, r#"{"__type":"AccessDeniedException"}"#, failed.clone()),
            (500, "", failed),
        ] {
            assert_eq!(receipt(status, body), expected, "{status} {body}");
        }
        assert_eq!(Kinesis::receipt(&Reply::TimedOut, 1), ambiguous);
    }
}
