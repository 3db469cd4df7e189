//! Signed Kinesis calls and the batches in them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use netacea_edge::ingest::Kinesis;
use netacea_edge::settings::{self, Configuration, IngestKind, MitigationType, Secrets};
use netacea_edge::{Call, Edge, Event, Outcome, Reply, Request, Response, Step, Trigger};
use serde_json::{Map, Value, json};

use crate::visitor::entropy;
use crate::{cases, text, vectors};

const FILE: &str = "kinesis.json";

#[test]
pub(crate) fn calls_are_signed_byte_for_byte() {
    let vectors = vectors(FILE);
    for case in cases(&vectors, "sign") {
        let stream = settings::Kinesis {
            stream_name: text(case, "stream_name").to_owned(),
            region: text(&vectors, "region").to_owned(),
            ..settings::Kinesis::default()
        };
        let mut secrets = Secrets::default();
        secrets.kinesis_access_key = Some(text(case, "access_key").to_owned());
        secrets.kinesis_secret_key = Some(text(case, "secret_key").to_owned());
        let now = case["now_ms"].as_u64().unwrap();
        let logs: Vec<&str> = cases(case, "logs_json")
            .iter()
            .map(|log| log.as_str().unwrap())
            .collect();
        let records = logs
            .chunks(case["batch_size"].as_u64().unwrap() as usize)
            .map(|chunk| (chunk.to_vec(), now.to_string()));
        let call = Kinesis::new(&stream, &secrets, 3000).put_records(records, now.into());
        assert_eq!(called(&call), case["out"], "{case}");
    }
}

#[test]
pub(crate) fn entries_are_batched_as_recorded() {
    for trace in cases(&vectors(FILE), "batching_traces") {
        assert_eq!(
            text(trace, "age_flush"),
            "a flush by age happens after all logs were offered"
        );
        let offered = trace["logs_offered"].as_u64().unwrap();
        let mut sender = Sender::new(trace);
        for log in 0..offered {
            sender.offer(log);
            sender.send(&json!(log));
        }
        sender.now += 10_000;
        sender.send(&json!("timer"));
        assert_eq!(json!(sender.sends), trace["sends"], "{trace}");
        let sent: u64 = sender.arrived;
        let left: Vec<u64> = (sent..offered).collect();
        assert_eq!(json!(left), trace["left_in_cache"], "{trace}");
    }
}

/// One instance that logs into a stream.
struct Sender<'a> {
    trace: &'a Value,
    edge: Edge,
    now: u64,
    calls: u64,
    arrived: u64,
    sends: Vec<Value>,
}

impl<'a> Sender<'a> {
    fn new(trace: &'a Value) -> Self {
        let mut configuration = Configuration::default();
        let options = &trace["options"];
        let file = json!({ "kinesis": {
            "kinesisStreamName": "s",
            "logBatchSize": options["logBatchSize"],
            // [R] 9.4: ramp-up is on, while the sibling has it off.
            "rampUpBatchSize": options["rampUpBatchSize"].as_bool().unwrap_or(false),
        } });
        let (read, _) = Configuration::from_json(file.to_string().as_bytes()).unwrap();
        configuration.settings = read.settings.clone();
        assert_eq!(configuration.settings.ingest.kind, IngestKind::Kinesis);
        assert_eq!(
            options["maxAwaitTimePerIngestCallMs"]
                .as_u64()
                .unwrap_or_default(),
            u64::from(configuration.settings.ingest.max_wait_ms)
        );
        configuration.settings.mitigation_type = MitigationType::Ingest;
        configuration.secrets.api_key = Some("key".to_owned());
        configuration.secrets.secret_key = Some("secret".to_owned());
        configuration.secrets.kinesis_access_key = Some("access".to_owned());
        configuration.secrets.kinesis_secret_key = Some("secret".to_owned());
        Self {
            trace,
            edge: Edge::new(&configuration, &entropy(&[])).unwrap(),
            now: 1_700_000_000_000,
            calls: 0,
            arrived: 0,
            sends: Vec::new(),
        }
    }

    /// A response whose path is the number of its log.
    fn offer(&mut self, log: u64) {
        let uri = format!("/{log}");
        let event = Event {
            trigger: Trigger::ViewerResponse,
            distribution_id: "E",
            distribution_domain: "d",
            request_id: "r",
            request: Request {
                client_ip: "192.0.2.1",
                method: "GET",
                uri: &uri,
                querystring: "",
                header_names: Vec::new(),
                headers: Vec::new(),
                header_bytes: 0,
                body: None,
            },
            response: Some(Response {
                status: "200",
                headers: Vec::new(),
            }),
        };
        let step = self.edge.begin(&event, self.now.into(), &entropy(&[]));
        assert!(matches!(step, Step::Done(Outcome::Pass(_))));
    }

    fn send(&mut self, after_log: &Value) {
        while let Some((id, call)) = self.edge.next_post(self.now.into(), &entropy(&[])) {
            let failing = self.trace["failing_calls"].as_array().unwrap();
            let failed = failing.contains(&json!(self.calls));
            let batches: Vec<Vec<u64>> = logs_in(&call);
            let reply = if failed {
                Reply::Unreachable
            } else {
                self.arrived += batches.iter().map(Vec::len).sum::<usize>() as u64;
                Reply::Answered {
                    status: 200,
                    headers: Vec::new(),
                    body: b"{\"FailedRecordCount\":0}",
                }
            };
            self.sends.push(
                json!({ "after_log": after_log, "record_batches": batches, "failed": failed }),
            );
            self.edge.posted(id, &reply, self.now.into(), &entropy(&[]));
            self.calls += 1;
            if failed {
                // [R] 9.4, 13: after a failure there is a pause; the sibling tries again with the
                // next log.
                assert_eq!(self.edge.next_post(self.now.into(), &entropy(&[])), None);
                self.now = self.edge.next_post_due().expect("entries are kept");
                return;
            }
        }
    }
}

fn logs_in(call: &Call) -> Vec<Vec<u64>> {
    records_in(call.body.as_deref().unwrap())
        .iter()
        .map(|record| {
            let entries = record.as_array().unwrap().iter();
            entries
                .map(|entry| text(entry, "Request").split(['/', ' ']).nth(2).unwrap())
                .map(|log| log.parse().unwrap())
                .collect()
        })
        .collect()
}

/// The decoded data of each record in a body.
pub(crate) fn records_in(body: &[u8]) -> Vec<Value> {
    let body: Value = serde_json::from_slice(body).unwrap();
    cases(&body, "Records")
        .iter()
        .map(|record| {
            serde_json::from_slice(&STANDARD.decode(text(record, "Data")).unwrap()).unwrap()
        })
        .collect()
}

/// A call in the words of the vectors.
fn called(call: &Call) -> Value {
    let host = call.url.trim_start_matches("https://");
    let (host, path) = host.split_at(host.find('/').unwrap());
    let headers: Map<String, Value> = call
        .headers
        .iter()
        .map(|(name, value)| match *name {
            "Content-Length" => ((*name).to_owned(), json!(value.parse::<u64>().unwrap())),
            name => (name.to_owned(), json!(value)),
        })
        .collect();
    let body = core::str::from_utf8(call.body.as_deref().unwrap()).unwrap();
    json!({ "host": host, "method": call.method, "path": path, "headers": headers, "body": body })
}
