//! Plays one end-to-end case through both events, and tells what happened in the words of the
//! vectors.

use netacea_edge::session::{Content, CookieStatus, Encryption, Sessions, Signer, v1};
use netacea_edge::settings::{IngestKind, Policy, SessionFormat, encryption_key};
use netacea_edge::{
    Answer, Call, Edge, Edit, Entropy, Event, Outcome, Reply, Response, Step, Trigger, cookies,
    fingerprint,
};
use serde_json::{Map, Value, json};

use crate::log_entry;
use crate::visitor::{cookie_header, entropy, request_event, sibling_fingerprints};
use crate::{bytes, optional, text};

/// What deviations need to know about a case.
pub(crate) struct Context {
    pub(crate) header_fingerprint: String,
    pub(crate) sibling_fingerprint: String,
    /// Path and query.
    pub(crate) target: String,
    /// Of the visitor's request.
    pub(crate) content_type: Option<String>,
    /// When the sibling logged, in Unix milliseconds.
    pub(crate) logged_ms: u64,
    /// When a generated answer was logged.
    pub(crate) answered_ms: Option<u64>,
    /// The file, as the case has it.
    pub(crate) configuration: Value,
    /// The request's id in CloudFront.
    pub(crate) request_id: String,
    /// The visitor's address.
    pub(crate) client_ip: String,
    /// When Protector was asked first.
    pub(crate) asked_ms: u64,
    /// When the last answer of Protector came.
    pub(crate) judged_ms: u64,
    /// What Protector says in addition to the page.
    pub(crate) protector_headers: Vec<(String, String)>,
    /// Body of the call that sent the log entry.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) protector_is_json: bool,
}

/// Headers that tell the origin the verdict.
const INJECTED: [&str; 4] = [
    "x-netacea-captcha",
    "x-netacea-event-id",
    "x-netacea-match",
    "x-netacea-mitigate",
];

/// One case played through both events.
pub(crate) struct Playback<'a> {
    case: &'a Value,
    edge: Edge,
    encryption: Option<Encryption>,
    event: &'a Value,
}

impl<'a> Playback<'a> {
    pub(crate) fn new(case: &'a Value, edge: Edge, event: &'a Value) -> Self {
        let key = optional(&case["config"], "cookieEncryptionKey")
            .map(|key| encryption_key(key).unwrap());
        Self {
            case,
            edge,
            encryption: key
                .as_ref()
                .map(|key| Encryption::new(key, SessionFormat::V1)),
            event,
        }
    }

    pub(crate) fn play(mut self) -> (Value, Context) {
        let now = self.case["now_ms"].as_u64().unwrap();
        let later = self.case["expected"]["ingest_now_ms"]
            .as_u64()
            .unwrap_or(now + 1000);
        let entropy = entropy(&bytes::<15>(text(self.case, "random_hex")));
        let event = request_event(self.case, self.event);
        let mut found = Map::new();
        found.insert("session".to_owned(), self.session(now, &entropy));
        found.insert(
            "fingerprints_cloudflare".to_owned(),
            sibling_fingerprints(self.case, self.event),
        );

        let mut answered_at = now;
        let mut calls = Vec::new();
        let mut step = self.edge.begin(&event, now.into(), &entropy);
        let outcome = loop {
            let (call, flow) = match step {
                Step::Done(outcome) => break outcome,
                Step::Call(call, flow) => (call, flow),
            };
            calls.push(request(&call));
            let timeout = call.deadline - answered_at;
            answered_at += self.case["protector"]["latency_ms"]
                .as_u64()
                .unwrap_or_default();
            let (headers, body) = self.protector_answer();
            let headers: Vec<(&str, &str)> = headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            let reply = match &self.case["protector"] {
                protector if protector["network_error"] == true => Reply::Unreachable,
                protector
                    if protector["hang_ms"]
                        .as_u64()
                        .is_some_and(|hang| hang > timeout) =>
                {
                    Reply::TimedOut
                }
                protector => Reply::Answered {
                    status: protector["status"].as_u64().unwrap() as u16,
                    headers,
                    body: body.as_bytes(),
                },
            };
            step = self.edge.resume(flow, &reply, answered_at.into(), &entropy);
        };
        found.insert("protector_requests".to_owned(), json!(calls));
        let mut context = Context {
            header_fingerprint: fingerprint::of_header_names(
                event.request.header_names.iter().copied(),
            ),
            sibling_fingerprint: sibling_fingerprints(self.case, self.event)["headerFingerprint"]
                .as_str()
                .unwrap()
                .to_owned(),
            target: match event.request.querystring {
                "" => event.request.uri.to_owned(),
                query => format!("{}?{query}", event.request.uri),
            },
            content_type: event
                .request
                .headers
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
                .map(|(_, value)| (*value).to_owned()),
            logged_ms: later,
            answered_ms: matches!(outcome, Outcome::Answer(_)).then_some(answered_at),
            configuration: self.case["config"].clone(),
            request_id: event.request_id.to_owned(),
            client_ip: optional(&self.case["request"], "client_ip")
                .unwrap_or_default()
                .to_owned(),
            asked_ms: now,
            judged_ms: answered_at,
            protector_headers: self.protector_answer().0,
            body: None,
            protector_is_json: self
                .protector_answer()
                .0
                .contains(&("content-type".to_owned(), "application/json".to_owned())),
        };
        match outcome {
            Outcome::Answer(answer) => self.answered(&answer, &mut found),
            Outcome::Pass(edits) => self.passed(event, &edits, later, &entropy, &mut found),
        }
        context.body = self.logged(later, &mut found);
        (Value::Object(found), context)
    }

    /// What the cookies alone say, before anybody is asked.
    fn session(&self, now: u64, entropy: &Entropy) -> Value {
        let settings = self.edge.settings();
        let sessions = Sessions {
            signer: Signer::new(text(&self.case["config"], "secretKey")),
            mode: settings.mitigation_type,
            expiry_seconds: settings.session_expiry_seconds(),
            format: settings.session.format,
            is_encrypted: self.encryption.is_some(),
            monetise: settings.monetise,
        };
        let received = |name: &str, content| {
            let value = cookies::values(cookie_header(self.event), name).next()?;
            match &self.encryption {
                Some(encryption) => encryption.decrypt(value, content),
                None => Some(value.to_owned()),
            }
        };
        let client_ip = optional(&self.event["request"], "clientIp").unwrap_or_default();
        let session = sessions.check(
            received(&settings.session.cookie_name, Content::Session),
            client_ip,
            now,
            entropy,
        );
        let verdict = session
            .verdict
            .filter(|_| session.status != CookieStatus::New);
        json!({
            "cookie_status": session.status.number(),
            "user_id": session.user_id,
            "cookie_session_status": verdict.map(|verdict| verdict.status(Policy::default(), false)).unwrap_or_default(),
            "captcha_token": received(&settings.captcha.cookie_name, Content::Captcha),
        })
    }

    fn protector_answer(&self) -> (Vec<(String, String)>, String) {
        let protector = &self.case["protector"];
        let headers = protector["headers"].as_array().into_iter().flatten();
        let headers = headers.map(|header| {
            (
                header[0].as_str().unwrap().to_lowercase(),
                header[1].as_str().unwrap().to_owned(),
            )
        });
        (
            headers.collect(),
            optional(protector, "body").unwrap_or_default().to_owned(),
        )
    }

    fn answered(&self, answer: &Answer, found: &mut Map<String, Value>) {
        let lines: Vec<&str> = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "Set-Cookie")
            .map(|(_, value)| value.as_str())
            .collect();
        let headers: Vec<Value> = answer
            .headers
            .iter()
            .map(|(name, value)| json!([name.to_lowercase(), value]))
            .filter(|header| {
                // [R] 8.3: generated answers are not cached. Plain ones have a plain type: an
                // artifact in the vectors.
                header[0] != "cache-control"
                    && header[0] != "set-cookie"
                    && header[1] != "text/plain; charset=UTF-8"
            })
            // A solved captcha gets no type in the sibling, and the runtime's in the recording.
            .filter(|header| answer.status != 200 || header[0] != "content-type")
            .collect();
        let body = String::from_utf8(answer.body.clone()).unwrap();
        let cookies = self.decoded(&lines);
        found.insert("mitigation_set_cookies".to_owned(), cookies.clone());
        found.insert("origin_called".to_owned(), json!(false));
        found.insert("origin_added_headers".to_owned(), Value::Null);
        found.insert("inject_headers".to_owned(), Value::Null);
        found.insert(
            "response".to_owned(),
            json!({ "status": answer.status, "headers": headers, "body": body, "set_cookies": cookies }),
        );
        let action = match (answer.status, body.as_str()) {
            (403, "Forbidden") => "block",
            (403, _) => "captcha",
            (200, _) => "captcha_post_ok",
            _ => "error_500",
        };
        found.insert("action".to_owned(), json!(action));
        assert!(
            answer
                .headers
                .iter()
                .any(|(name, value)| name == "Cache-Control" && value.contains("no-store"))
        );
    }

    /// The response event, once with an empty answer to see what was decided, once with the
    /// origin's.
    fn passed(
        &mut self,
        event: Event<'a>,
        edits: &[Edit],
        now: u64,
        entropy: &Entropy,
        found: &mut Map<String, Value>,
    ) {
        let mut sets: Vec<(&str, &str)> = Vec::new();
        let mut removed = Vec::new();
        for edit in edits {
            match edit {
                Edit::Set { name, value } => sets.push((name, value)),
                Edit::Remove { name } => removed.push(name.to_lowercase()),
                Edit::Append { name, .. } => panic!("{name} appended to a request"),
            }
        }
        let spoofed = event
            .request
            .header_names
            .iter()
            .filter(|name| name.starts_with("x-netacea-"));
        assert!(
            spoofed
                .into_iter()
                .all(|name| removed.contains(&(*name).to_owned())),
            "spoofed headers stay: {edits:?}"
        );

        let origin = match &self.case["origin"] {
            Value::Null => json!({ "status": 200, "headers": [], "body": "origin" }),
            origin => origin.clone(),
        };
        let status = origin["status"].to_string();
        let is_error = origin["status"].as_u64().unwrap() >= 400;
        let mut event = event;
        event.trigger = if is_error {
            Trigger::OriginResponse
        } else {
            Trigger::ViewerResponse
        };
        event.request.headers.extend(sets.iter().copied());
        let bare = Event {
            response: Some(Response {
                status: &status,
                headers: Vec::new(),
            }),
            ..event.clone()
        };
        let decided = appended(&mut self.edge, &bare, now, entropy);
        while self.edge.next_post(now.into(), entropy).is_some() {}
        found.insert(
            "mitigation_set_cookies".to_owned(),
            self.decoded(&texts(&decided)),
        );

        let origin_headers: Vec<(&str, &str)> = origin["headers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|header| (header[0].as_str().unwrap(), header[1].as_str().unwrap()))
            .collect();
        let real = Event {
            response: Some(Response {
                status: &status,
                headers: origin_headers.clone(),
            }),
            ..event
        };
        let added = appended(&mut self.edge, &real, now, entropy);
        let (from_origin, headers): (Vec<_>, Vec<_>) = origin_headers
            .into_iter()
            .partition(|(name, _)| *name == "set-cookie");
        let lines: Vec<&str> = from_origin
            .into_iter()
            .map(|(_, value)| value)
            .chain(texts(&added))
            .collect();
        found.insert(
            "response".to_owned(),
            json!({ "status": origin["status"], "headers": headers, "body": origin["body"], "set_cookies": self.decoded(&lines) }),
        );

        let mut injected: Vec<(&str, &str)> = sets
            .into_iter()
            .filter(|(name, _)| *name != "x-netacea-edge-state")
            .collect();
        injected.sort_unstable();
        let object: Map<String, Value> = injected
            .iter()
            .filter(|(name, _)| INJECTED.contains(name))
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        found.insert(
            "inject_headers".to_owned(),
            if object.is_empty() {
                Value::Null
            } else {
                Value::Object(object)
            },
        );
        found.insert("origin_added_headers".to_owned(), json!(injected));
        found.insert("origin_called".to_owned(), json!(true));
        found.insert("action".to_owned(), json!("pass"));
    }

    /// The log entries, and the body of the last call.
    fn logged(&mut self, now: u64, found: &mut Map<String, Value>) -> Option<Vec<u8>> {
        let mut posts = Vec::new();
        let mut body = None;
        while let Some((id, call)) = self.edge.next_post(now.into(), &entropy(&[])) {
            let is_batch = self.edge.settings().ingest.kind == IngestKind::Kinesis;
            let (post, entry) = if is_batch {
                let post = log_entry::sent(&call);
                let entry = post["records_decoded"][0][0].clone();
                (post, entry)
            } else {
                let entry: Value = serde_json::from_slice(call.body.as_deref().unwrap()).unwrap();
                let mut post = request(&call);
                post.as_object_mut().unwrap().remove("body");
                post["json"] = entry.clone();
                (post, entry)
            };
            for (field, v1, v2) in [
                ("session_status", "NetaceaMitigationApplied", "bc_type"),
                ("protector_status", "ProtectorStatus", "protector_status"),
                (
                    "protector_latency_ms",
                    "ProtectorLatencyMs",
                    "protector_latency_ms",
                ),
            ] {
                let value = entry.get(v1).or_else(|| entry.get(v2));
                found.insert(field.to_owned(), value.cloned().unwrap_or_default());
            }
            posts.push(post);
            body.clone_from(&call.body);
            self.edge.posted(
                id,
                &Reply::Answered {
                    status: 200,
                    headers: Vec::new(),
                    body: b"",
                },
                now.into(),
                &entropy(&[]),
            );
        }
        found.insert("ingest_requests".to_owned(), json!(posts));
        body
    }

    fn decoded(&self, lines: &[&str]) -> Value {
        lines.iter().map(|line| self.decode(line)).collect()
    }

    fn decode(&self, line: &str) -> Value {
        let (pair, attributes) = line.split_once("; ").unwrap_or((line, ""));
        let (name, wire) = pair.split_once('=').unwrap();
        let content = match name {
            name if name == self.edge.settings().captcha.cookie_name => Content::Captcha,
            _ => Content::Session,
        };
        let decrypted = self
            .encryption
            .as_ref()
            .and_then(|encryption| encryption.decrypt(wire, content));
        let encrypted = decrypted.is_some();
        let value = decrypted.unwrap_or_else(|| wire.to_owned());
        let mut cookie = json!({ "name": name, "encrypted": encrypted, "value": value, "attributes": attributes });
        let fields: Vec<&str> = value.split("_/@#/").collect();
        if let [signature, expiry, user_id, ip_hash, code] = fields[..] {
            cookie["session"] = json!({
                "signature": signature, "expiry": expiry.parse::<i64>().unwrap(), "userId": user_id, "ipHash": ip_hash,
                "code": code, "parses": v1::V1::parse(&value).is_some(),
            });
        }
        cookie
    }
}

pub(crate) fn request(call: &Call) -> Value {
    let mut headers: Vec<Value> = call
        .headers
        .iter()
        .map(|(name, value)| json!([name.to_lowercase(), value]))
        .collect();
    headers.sort_by_key(|header| header[0].as_str().unwrap().to_owned());
    let body = String::from_utf8(call.body.clone().unwrap_or_default()).unwrap();
    json!({ "method": call.method, "url": call.url, "headers": headers, "body": body })
}

fn appended(edge: &mut Edge, event: &Event<'_>, now: u64, entropy: &Entropy) -> Vec<String> {
    let Step::Done(Outcome::Pass(edits)) = edge.begin(event, now.into(), entropy) else {
        panic!("a response event that does not pass")
    };
    let lines = edits.into_iter().filter_map(|edit| match edit {
        Edit::Append {
            name: "set-cookie",
            value,
        } => Some(value),
        _ => None,
    });
    lines.collect()
}

fn texts(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).collect()
}
