//! Lambda and CloudFront in memory, for several processes at once.
//!
//! Documents are kept byte for byte and `If-Match` is obeyed, as is `RevisionId`; a function cannot
//! be deleted while it stands in a distribution, nor while replicas linger. Every call takes its
//! random time, so calls of operations that run at once interleave. The judge looks at every write.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::date_time::Format;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::cloudfront::Distribution;
use super::faults::{Fault, What};
use super::judge::{Judge, Operation};
use super::lambda::Function;

/// AWS's clock when a script begins: 2026-01-01.
const EPOCH: Duration = Duration::from_secs(1_767_225_600);

tokio::task_local! {
    /// Whose calls these are.
    pub(super) static OPERATION: Operation;
}

/// One account.
#[derive(Debug)]
pub(super) struct World {
    pub(super) distributions: BTreeMap<String, Distribution>,
    pub(super) functions: BTreeMap<String, Function>,
    /// Numbers go on when a function is made again.
    pub(super) versions: BTreeMap<String, u64>,
    pub(super) revisions: u64,
    /// When a function left its last slot.
    pub(super) left: BTreeMap<String, Instant>,
    /// How long replicas linger after that.
    pub(super) linger: Duration,
    pub(super) judge: Judge,
    began: Instant,
    faults: Vec<Fault>,
    /// The calls of applies of this step.
    calls: usize,
    /// By state: whether calls count, whether the network is down for how many more calls, and
    /// whether the processes were killed.
    applying: [bool; 2],
    down: [usize; 2],
    killed: [bool; 2],
    /// By state and provider block: whether the provider died.
    crashed: [[bool; 2]; 2],
    /// Method and API of calls that lack a permission.
    forbidden: Option<(String, String)>,
    pub(super) faults_met: BTreeSet<usize>,
}

/// The outcome of a call.
enum Answer {
    Said(Box<HttpResponse>),
    Lost,
    /// Whoever called is no more.
    Never,
}

impl Answer {
    fn said(response: HttpResponse) -> Answer {
        Answer::Said(Box::new(response))
    }
}

impl World {
    pub(super) fn new(distributions: BTreeMap<String, Distribution>, linger: Duration) -> World {
        World {
            distributions,
            functions: BTreeMap::from([("stranger".to_owned(), Function::of_a_stranger())]),
            versions: BTreeMap::new(),
            revisions: 0,
            left: BTreeMap::new(),
            linger,
            judge: Judge::default(),
            began: Instant::now(),
            faults: Vec::new(),
            calls: 0,
            applying: [false; 2],
            down: [0; 2],
            killed: [false; 2],
            crashed: [[false; 2]; 2],
            forbidden: None,
            faults_met: BTreeSet::new(),
        }
    }

    pub(super) fn begin_step(&mut self, faults: Vec<Fault>) {
        self.faults = faults;
        self.faults_met.clear();
        self.calls = 0;
        self.applying = [false; 2];
        self.down = [0; 2];
        self.killed = [false; 2];
        self.crashed = [[false; 2]; 2];
        self.forbidden = None;
    }

    pub(super) fn begin_apply(&mut self, state: usize) {
        self.applying[state] = true;
    }

    pub(super) fn is_killed(&self, state: usize) -> bool {
        self.killed[state]
    }

    pub(super) fn is_crashed(&self, state: usize, alias: usize) -> bool {
        self.crashed[state][alias]
    }

    fn fault(&mut self, state: usize) -> Option<What> {
        if !self.applying[state] {
            return None;
        }
        self.calls += 1;
        let index = self
            .faults
            .iter()
            .position(|fault| fault.at == self.calls)?;
        self.faults_met.insert(index);
        Some(self.faults[index].what)
    }

    fn call(&mut self, line: &Line, request: &HttpRequest) -> Answer {
        let state = line.state;
        if self.killed[state] || self.crashed[state][line.alias] {
            return Answer::Never;
        }
        if self.down[state] > 0 {
            self.down[state] -= 1;
            return Answer::Lost;
        }
        let fault = self.fault(state);
        let kind = || Some((request.method().to_owned(), api(request).to_owned()));
        if fault == Some(What::Forbidden) {
            self.forbidden = kind();
        }
        if self.applying[state] && self.forbidden.is_some() && self.forbidden == kind() {
            return Answer::said(refusal(request, 403, "AccessDenied", "not allowed"));
        }
        match fault {
            Some(What::Killed { after }) => {
                if after {
                    self.answer(request);
                }
                self.killed[state] = true;
                line.ended.notify_waiters();
                Answer::Never
            }
            Some(What::Crashed { after }) => {
                if after {
                    self.answer(request);
                }
                self.crashed[state][line.alias] = true;
                line.ended.notify_waiters();
                Answer::Never
            }
            Some(What::Down { calls, after }) => {
                if after {
                    self.answer(request);
                }
                self.down[state] = calls;
                Answer::Lost
            }
            Some(What::Throttled) => {
                Answer::said(refusal(request, 503, "ServiceUnavailable", "slow down"))
            }
            Some(What::Denied | What::Forbidden) => {
                Answer::said(refusal(request, 403, "AccessDenied", "not allowed"))
            }
            None => Answer::said(self.answer(request)),
        }
    }

    fn answer(&mut self, request: &HttpRequest) -> HttpResponse {
        let uri = request.uri().replace("%3A", ":").replace("%24", "$");
        let (path, query) = uri.split_once('?').unwrap_or((&uri, ""));
        let path = path.split_once("//").map_or(path, |(_, rest)| rest);
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let body = request.body().bytes().unwrap_or_default();
        let method = request.method();
        let operation = OPERATION.try_with(Clone::clone).ok();
        let operation = operation.as_ref();
        let mut response = match segments.as_slice() {
            ["2020-05-31", "distribution", rest @ ..] => {
                let if_match = request.headers().get("if-match").unwrap_or_default();
                self.cloudfront(operation, (method, rest), if_match, body)
            }
            ["2015-03-31", "functions", rest @ ..] => {
                self.lambda(operation, (method, rest), query, body)
            }
            ["2017-03-31", "tags", arn] => self.tags(operation, method, arn, query, body),
            other => panic!("a request that nobody expects: {method} {other:?}"),
        };
        let date = DateTime::from(SystemTime::UNIX_EPOCH + EPOCH + self.began.elapsed());
        let date = date.fmt(Format::HttpDate).expect("a date of this century");
        response.headers_mut().insert("date", date);
        response
    }

    pub(super) fn revision(&mut self) -> String {
        self.revisions += 1;
        format!("r{}", self.revisions)
    }
}

/// The way of one process to AWS.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) state: usize,
    /// The provider block.
    pub(super) alias: usize,
    pub(super) world: Arc<Mutex<World>>,
    /// Told when a process is killed or crashes.
    pub(super) ended: Arc<Notify>,
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
            let answer = line.world().call(&line, &request);
            tokio::time::sleep(way).await;
            match answer {
                Answer::Said(response) => Ok(*response),
                Answer::Lost => Err(ConnectorError::io(
                    io::Error::from(io::ErrorKind::ConnectionReset).into(),
                )),
                Answer::Never => std::future::pending().await,
            }
        })
    }
}

/// The first segment of the path, by which AWS tells its APIs apart.
fn api(request: &HttpRequest) -> &str {
    let (_, path) = request.uri().split_once("//").unwrap_or_default();
    path.split('/').nth(1).unwrap_or_default()
}

/// As CloudFront or Lambda, whoever was asked, refuses.
fn refusal(request: &HttpRequest, status: u16, code: &str, message: &str) -> HttpResponse {
    if request.uri().contains("/2020-05-31/") {
        super::cloudfront::refusal(status, code, message)
    } else {
        super::lambda::refusal(status, code, message)
    }
}

pub(super) fn response(status: u16, body: impl Into<String>) -> HttpResponse {
    let status = status.try_into().expect("a status");
    HttpResponse::new(status, SdkBody::from(body.into()))
}
