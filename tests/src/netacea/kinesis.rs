//! Kinesis for the function: TLS in front of a stream of the emulator, and the faults between them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Bytes;
use hyper::{Request, Response};
use rustls::ServerConfig;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::aws::{Effect, Faults, Stream, answer};
use crate::netacea::{Ledger, reply};
use crate::server::{Reply, Server};

/// An answer that took longer than this may have come too late.
const LATE: Duration = Duration::from_millis(750);

/// The endpoint of one stream.
#[derive(Debug)]
pub struct Kinesis {
    server: Server,
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    stream: Stream,
    faults: Faults,
    /// Data of calls that succeeded although their sender did not learn it.
    unheard: Mutex<Vec<Vec<u8>>>,
    refusals: Mutex<Vec<String>>,
}

impl Kinesis {
    /// The name by which the function finds it.
    pub const HOST: &str = "kinesis.eu-west-1.amazonaws.com";
    /// The region of the stream.
    pub const REGION: &str = "eu-west-1";

    /// Opens one in front of `stream`.
    pub fn open(tls: Arc<ServerConfig>, stream: Stream, faults: Faults) -> Result<Self> {
        let inner = Arc::new(Inner {
            stream,
            faults,
            unheard: Mutex::default(),
            refusals: Mutex::default(),
        });
        let handler = inner.clone();
        let server = Server::https(tls, move |request| handler.handle(&request))?;
        Ok(Self { server, inner })
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.server.address().port()
    }

    /// Its faults.
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// Calls that the emulator or this file refused: empty if the function uses the API correctly.
    pub fn refusals(&self) -> Vec<String> {
        lock(&self.inner.refusals).clone()
    }

    /// The number of bytes of records in the stream, and their log entries.
    pub fn ledger(&self) -> Result<Ledger> {
        let mut ledger = Ledger::default();
        self.inner.stream.read(|data| {
            for entry in entries(data)? {
                ledger.enter(entry.get().as_bytes());
            }
            Ok(())
        })?;
        for data in lock(&self.inner.unheard).iter() {
            for entry in entries(data)? {
                ledger.note_unheard(entry.get().as_bytes());
            }
        }
        Ok(ledger)
    }
}

impl Inner {
    fn handle(&self, request: &Request<Bytes>) -> Reply {
        match self.put(request) {
            Ok(reply) => reply,
            Err(error) => {
                lock(&self.refusals).push(format!("{error:#}"));
                Reply::Response(answer(400, r#"{"__type":"ValidationException"}"#))
            }
        }
    }

    fn put(&self, request: &Request<Bytes>) -> Result<Reply> {
        let target = request.headers().get("x-amz-target");
        ensure!(
            target.is_some_and(|target| target == "Kinesis_20131202.PutRecords"),
            "an unknown target: {target:?}"
        );
        let effect = self.faults.next(None, |_| false);
        if let Some(effect) = effect.as_ref().filter(|effect| effect.precedes()) {
            return Ok(reply(effect, &self.faults).unwrap_or(Reply::HangUp));
        }
        let mut body: Value = serde_json::from_slice(request.body()).context("the body")?;
        let records = body["Records"].as_array().context("no Records")?.clone();
        let refused = match effect {
            Some(Effect::RefuseSome) => self.faults.refused(records.len()),
            _ => vec![false; records.len()],
        };
        let accepted = records
            .iter()
            .zip(&refused)
            .filter(|(_, refused)| !**refused)
            .map(|(record, _)| record.clone());
        let accepted: Vec<Value> = accepted.collect();
        let data = accepted
            .iter()
            .filter_map(|record| STANDARD.decode(record["Data"].as_str()?).ok())
            .collect::<Vec<_>>();
        body["Records"] = Value::Array(accepted);
        let started = Instant::now();
        let taken = if data.is_empty() {
            json!({ "Records": [] })
        } else {
            self.stream.put(request.headers(), &body)?
        };
        let is_unheard = effect.as_ref().is_some_and(Effect::is_ambiguous);
        if is_unheard || started.elapsed() > LATE {
            lock(&self.unheard).extend(data);
        }
        match effect.and_then(|effect| reply(&effect, &self.faults)) {
            Some(reply) => Ok(reply),
            None => whole(&taken, &refused),
        }
    }
}

/// The answer about all records: the emulator's about those that it accepted, a refusal for the
/// others.
fn whole(answer: &Value, refused: &[bool]) -> Result<Reply> {
    let mut taken = answer["Records"].as_array().context("no Records")?.iter();
    let records: Option<Vec<Value>> = refused
        .iter()
        .map(|refused| {
            if *refused {
                Some(json!({ "ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "Rate exceeded" }))
            } else {
                taken.next().cloned()
            }
        })
        .collect();
    let body = json!({
        "FailedRecordCount": refused.iter().filter(|refused| **refused).count(),
        "Records": records.context("the emulator answered about fewer records")?,
    });
    Ok(Reply::Response(Response::new(Bytes::from(
        serde_json::to_vec(&body)?,
    ))))
}

/// A record's data: a JSON array of log entries.
fn entries(data: &[u8]) -> Result<Vec<&RawValue>> {
    serde_json::from_slice(data).context("a record that is not a JSON array")
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
