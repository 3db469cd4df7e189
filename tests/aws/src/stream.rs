//! A Kinesis stream of the emulator.

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use serde_json::{Value, json};
use ureq::http::Request;

use crate::Client;

/// The most records of one page when reading.
const PAGE: usize = 200;

/// A stream with two shards.
#[derive(Clone, Debug)]
pub struct Stream {
    client: Client,
    name: String,
}

impl Stream {
    pub(super) fn create(client: Client, name: &str) -> Result<Self> {
        let stream = Self {
            client,
            name: name.to_owned(),
        };
        stream.ask("CreateStream", &json!({ "ShardCount": 2 }))?;
        Ok(stream)
    }

    /// `PutRecords`, with the sender's own headers: the stream gets exactly what it signed.
    pub fn put(&self, headers: &HeaderMap, body: &Value) -> Result<Value> {
        let mut request = Request::post(self.client.url("/"));
        for name in [
            "x-amz-target",
            "content-type",
            "x-amz-date",
            "authorization",
        ] {
            let value = headers.get(name).with_context(|| format!("no {name}"))?;
            request = request.header(name, value.as_bytes());
        }
        let answer = self
            .client
            .send_signed(request.body(serde_json::to_vec(body)?)?)?;
        Ok(serde_json::from_slice(answer.body())?)
    }

    /// Passes the data of every record to `take`, shard by shard.
    pub fn read(&self, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let shards = self.ask("ListShards", &json!({}))?;
        for shard in shards["Shards"].as_array().context("no Shards")? {
            let start = json!({ "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON" });
            let answer = self.ask("GetShardIterator", &start)?;
            let mut iterator = answer["ShardIterator"].clone();
            loop {
                let page = json!({ "ShardIterator": iterator, "Limit": PAGE });
                let answer = self.ask("GetRecords", &page)?;
                let records = answer["Records"].as_array().context("no Records")?;
                for record in records {
                    let data = record["Data"].as_str().context("a record without data")?;
                    take(&STANDARD.decode(data)?)?;
                }
                if records.len() < PAGE {
                    break;
                }
                iterator = answer["NextShardIterator"].clone();
            }
        }
        Ok(())
    }

    fn ask(&self, operation: &str, arguments: &Value) -> Result<Value> {
        let mut body = arguments.clone();
        if operation != "GetRecords" {
            body["StreamName"] = self.name.as_str().into();
        }
        let request = Request::post(self.client.url("/"))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("Kinesis_20131202.{operation}"))
            .body(serde_json::to_vec(&body)?)?;
        let answer = self.client.send("kinesis", request)?;
        Ok(serde_json::from_slice(answer.body()).unwrap_or_default())
    }
}
