//! CloudFront and Lambda in memory, as far as two writers of one distribution can tell: documents
//! that are kept byte for byte, an ETag that moves with every update, `If-Match` that is obeyed.
//! What others do happens between two of our requests.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use serde_json::json;

use super::edit::{ForeignEdit, STRANGER};
use super::judge::Judge;
use crate::aws::tags::Tags;

pub(super) const ID: &str = "E2QWRUHAPOMQZL";

/// How long CloudFront says `InProgress` after an update, in requests for the status.
const POLLS: u32 = 2;

/// An edit of somebody else: when it reads, when it writes, and what it does when it meets a newer
/// version.
#[derive(Clone, Debug)]
pub(super) struct Foreign {
    pub(super) edit: ForeignEdit,
    /// Before this request of ours it reads the configuration.
    pub(super) at: usize,
    /// After this many more requests of ours it writes.
    pub(super) thinks_for: usize,
    pub(super) when_stale: WhenStale,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum WhenStale {
    GiveUp,
    /// Reads again and edits that.
    Redo,
    /// Takes the new ETag and sends what it had planned, as the aws provider does.
    Overwrite,
}

#[derive(Debug)]
pub(super) struct World {
    /// `None`: deleted.
    pub(super) text: Option<String>,
    etag: usize,
    in_progress: u32,
    /// The document before the race.
    planned: String,
    /// The document as it would be without our updates.
    pub(super) without_us: String,
    /// Function name to its tags.
    pub(super) tags: BTreeMap<String, Tags>,
    foreign: Vec<Foreign>,
    /// What an unfinished foreign edit has read: index of the edit to ETag, text, and text without
    /// us.
    thinking: BTreeMap<usize, (usize, String, String)>,
    /// In this many of our next updates, somebody else is faster.
    pub(super) restless: usize,
    /// The accepted updates, counted, whose answers get lost.
    pub(super) lost_answers: BTreeSet<usize>,
    /// What happens right after our next accepted update.
    pub(super) then: Option<fn(&mut World)>,
    /// The refusals of our next updates, whatever they contain.
    pub(super) refusals: VecDeque<Refusal>,
    /// The version before the last update, and how many of our reads still show it.
    before: Option<(usize, String)>,
    pub(super) stale_reads: usize,
    requests: usize,
    pub(super) writers: [Writer; 2],
    pub(super) wrong: Option<String>,
    pub(super) edits: usize,
    pub(super) refused_edits: usize,
    pub(super) updates: usize,
}

/// CloudFront's way to refuse an update.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// One of our writers.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) judge: Judge,
    /// What it last read or wrote.
    pub(super) seen: Option<String>,
    pub(super) puts: usize,
    pub(super) stale: usize,
}

impl World {
    pub(super) fn new(text: String, foreign: Vec<Foreign>) -> World {
        let writer = || Writer {
            judge: Judge::new(),
            seen: None,
            puts: 0,
            stale: 0,
        };
        World {
            text: Some(text.clone()),
            etag: 1,
            in_progress: 0,
            planned: text.clone(),
            without_us: text,
            tags: BTreeMap::new(),
            foreign,
            thinking: BTreeMap::new(),
            restless: 0,
            lost_answers: BTreeSet::new(),
            then: None,
            refusals: VecDeque::new(),
            before: None,
            stale_reads: 0,
            requests: 0,
            writers: [writer(), writer()],
            wrong: None,
            edits: 0,
            refused_edits: 0,
            updates: 0,
        }
    }

    /// From now on, nobody else does anything.
    pub(super) fn calm_down(&mut self) {
        self.foreign.clear();
        self.thinking.clear();
        self.lost_answers.clear();
        self.restless = 0;
    }

    fn others(&mut self) {
        for index in 0..self.foreign.len() {
            let Some(text) = self.text.clone() else {
                return;
            };
            let foreign = self.foreign[index].clone();
            if foreign.at == self.requests {
                let read = (self.etag, text, self.without_us.clone());
                self.thinking.insert(index, read);
            }
            if foreign.at + foreign.thinks_for == self.requests
                && let Some((etag, text, without_us)) = self.thinking.remove(&index)
            {
                self.foreign_update(index, &foreign, etag, &text, &without_us);
            }
        }
    }

    fn foreign_update(
        &mut self,
        index: usize,
        foreign: &Foreign,
        etag: usize,
        text: &str,
        without_us: &str,
    ) {
        let edit = |text: &str| foreign.edit.make(text, &self.planned, index);
        let (new, new_without_us) = match (etag == self.etag, foreign.when_stale) {
            (true, _) | (false, WhenStale::Overwrite) => (edit(text), edit(without_us)),
            (false, WhenStale::Redo) => {
                let now = self.text.as_deref().unwrap_or_default();
                (edit(now), edit(&self.without_us))
            }
            (false, WhenStale::GiveUp) => {
                self.refused_edits += 1;
                return;
            }
        };
        if let ForeignEdit::Delete = foreign.edit {
            self.text = None;
            return;
        }
        let Some(new) = new else { return };
        self.edits += 1;
        self.update(new);
        self.without_us = new_without_us.unwrap_or_else(|| self.without_us.clone());
    }

    pub(super) fn update(&mut self, text: String) {
        let before = self.text.replace(text);
        self.before = before.map(|text| (self.etag, text));
        self.etag += 1;
        self.in_progress = POLLS;
    }

    fn answer(&mut self, writer: usize, request: &HttpRequest) -> Option<HttpResponse> {
        self.requests += 1;
        self.others();
        let uri = request.uri().replace("%3A", ":");
        let (path, query) = uri.split_once('?').unwrap_or((&uri, ""));
        let path = path.split_once("//").map_or(path, |(_, rest)| rest);
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let body = request.body().bytes().unwrap_or_default();
        Some(match (request.method(), segments.as_slice()) {
            (_, ["2020-05-31", ..]) if self.text.is_none() => {
                self.writers[writer].seen = None;
                refusal(404, "NoSuchDistribution", "no")
            }
            ("GET", ["2020-05-31", "distribution", ID, "config"]) => {
                if self.stale_reads > 0
                    && let Some((etag, text)) = self.before.clone()
                {
                    self.stale_reads -= 1;
                    let mut stale = response(200, text);
                    stale.headers_mut().insert("etag", etag.to_string());
                    return Some(stale);
                }
                let text = self.text.clone().unwrap_or_default();
                self.writers[writer].seen = Some(text.clone());
                self.xml(200, text)
            }
            ("GET", ["2020-05-31", "distribution", ID]) => {
                self.in_progress = self.in_progress.saturating_sub(1);
                self.distribution()
            }
            ("PUT", ["2020-05-31", "distribution", ID, "config"]) => {
                let if_match = request.headers().get("if-match").unwrap_or_default();
                let body = String::from_utf8_lossy(body).into_owned();
                return self.put(writer, if_match, body);
            }
            ("POST", ["2017-03-31", "tags", arn]) => {
                let given: serde_json::Value =
                    serde_json::from_slice(body).expect("a JSON document");
                let given: Tags =
                    serde_json::from_value(given["Tags"].clone()).expect("a map of tags");
                self.tags_of(arn).extend(given);
                response(204, String::new())
            }
            ("DELETE", ["2017-03-31", "tags", arn]) => {
                let tags = self.tags_of(arn);
                let keys = query
                    .split('&')
                    .filter_map(|part| part.strip_prefix("tagKeys="));
                keys.for_each(|key| drop(tags.remove(key)));
                response(204, String::new())
            }
            ("GET", ["2017-03-31", "tags", arn]) => {
                response(200, json!({ "Tags": self.tags_of(arn) }).to_string())
            }
            ("GET", ["2015-03-31", "functions", name, "configuration"]) => {
                function(name, query.strip_prefix("Qualifier="))
            }
            // No writer may read packages.
            ("GET", ["2015-03-31", "functions", _]) => {
                let mut denied = response(403, "{\"Message\":\"no\"}".to_owned());
                let headers = denied.headers_mut();
                headers.insert("x-amzn-errortype", "AccessDeniedException");
                denied
            }
            other => panic!("a request that nobody expects: {other:?}"),
        })
    }

    /// `None`: its answer is lost.
    fn put(&mut self, writer: usize, if_match: &str, new: String) -> Option<HttpResponse> {
        self.writers[writer].puts += 1;
        if let Some(refused) = self.refusals.pop_front() {
            return Some(refusal(refused.status, refused.code, &refused.message));
        }
        if self.restless > 0 {
            self.restless -= 1;
            self.etag += 1;
        }
        let before = self.text.clone().unwrap_or_default();
        if if_match != self.etag.to_string() {
            self.writers[writer].stale += 1;
            return Some(refusal(412, "PreconditionFailed", "no"));
        }
        let name = ["netacea-shop", "netacea-more"][writer];
        let tags = self.tags.get(name).cloned().unwrap_or_default();
        let judged = self.writers[writer]
            .judge
            .accept(ID, &before, &new, &tags)
            .err();
        self.wrong = self.wrong.take().or(judged);
        self.writers[writer].seen = Some(new.clone());
        self.update(new);
        self.updates += 1;
        let is_lost = self.lost_answers.contains(&self.updates);
        if let Some(then) = self.then.take() {
            then(self);
        }
        (!is_lost).then(|| self.distribution())
    }

    fn distribution(&self) -> HttpResponse {
        let status = if self.in_progress == 0 {
            "Deployed"
        } else {
            "InProgress"
        };
        self.xml(
            200,
            format!(
                "<Distribution xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Id>{ID}</Id><ARN>a</ARN><Status>{status}</Status>\
                 <LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime><InProgressInvalidationBatches>0</InProgressInvalidationBatches>\
                 <DomainName>d</DomainName></Distribution>"
            ),
        )
    }

    fn xml(&self, status: u16, text: String) -> HttpResponse {
        let mut response = response(status, text);
        response.headers_mut().insert("etag", self.etag.to_string());
        response
    }

    fn tags_of(&mut self, arn: &str) -> &mut Tags {
        let name = arn.rsplit(':').next().unwrap_or_default();
        self.tags.entry(name.to_owned()).or_default()
    }
}

/// The connection of one of our writers to AWS.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) writer: usize,
    pub(super) world: Arc<Mutex<World>>,
}

impl Line {
    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpConnector for Line {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let line = self.clone();
        HttpConnectorFuture::new(async move {
            let way = Duration::from_millis(fastrand::u64(1..300));
            tokio::time::sleep(way).await;
            let answer = line.world().answer(line.writer, &request);
            tokio::time::sleep(way).await;
            let lost =
                || ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into());
            answer.ok_or_else(lost)
        })
    }
}

/// A stranger's version that was deleted after it was associated.
const DEAD: &str = "5";

fn function(name: &str, version: Option<&str>) -> HttpResponse {
    let is_stranger = STRANGER.ends_with(name);
    if is_stranger && version == Some(DEAD) {
        let mut gone = response(404, "{\"Message\":\"Function not found\"}".to_owned());
        let headers = gone.headers_mut();
        headers.insert("x-amzn-errortype", "ResourceNotFoundException");
        return gone;
    }
    let described = json!({
        "FunctionName": name,
        "FunctionArn": format!("arn:aws:lambda:us-east-1:123456789012:function:{name}"),
        "Role": "arn:aws:iam::123456789012:role/edge",
        "Runtime": "nodejs24.x", "Handler": "index.handler", "MemorySize": 128, "Timeout": 5, "CodeSize": 1, "CodeSha256": "c2hh",
        "Version": version.unwrap_or("$LATEST"), "State": "Active", "LastUpdateStatus": "Successful",
    });
    response(200, described.to_string())
}

fn refusal(status: u16, code: &str, message: &str) -> HttpResponse {
    response(
        status,
        format!(
            "<ErrorResponse xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Error><Type>Sender</Type><Code>{code}</Code>\
             <Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        ),
    )
}

fn response(status: u16, body: String) -> HttpResponse {
    let status = status.try_into().expect("a status");
    HttpResponse::new(status, SdkBody::from(body))
}
