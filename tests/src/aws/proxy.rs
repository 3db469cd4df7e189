//! A proxy between the provider and the emulator: records every call, and can hold or refuse chosen ones.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};

use crate::aws::{Emulator, Operation};
use crate::interrupt;
use crate::server::{Reply, Server};

/// Longer than anything that a test does while a call is held.
const HELD_AT_MOST: Duration = Duration::from_secs(120);

/// The headers that belong to one connection, not to the message.
const HOP_BY_HOP: [&str; 3] = ["connection", "transfer-encoding", "keep-alive"];

/// When a call is held, seen from the emulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The emulator has not seen the call.
    Before,
    /// The emulator has done what was asked; the provider has no answer yet.
    After,
}

/// A call as it went through.
#[derive(Clone, Debug)]
pub struct RecordedCall {
    /// What it was.
    pub operation: Operation,
    /// Path and query.
    pub path: String,
    /// What the provider sent.
    pub body: Bytes,
    /// What it was told; `None` while the call is under way or when it never got an answer.
    pub status: Option<StatusCode>,
}

/// Everything the provider says to AWS passes here.
#[derive(Debug)]
pub struct Proxy {
    server: Server,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    script: Mutex<Script>,
    changed: Condvar,
}

/// A call that the emulator never sees.
#[derive(Clone, Copy, Debug)]
struct Refusal {
    operation: Operation,
    status: StatusCode,
    code: &'static str,
    /// Only once a call of this operation has succeeded.
    after: Option<Operation>,
}

#[derive(Debug, Default)]
struct Script {
    calls: Vec<RecordedCall>,
    refusals: Vec<Refusal>,
    hold: Option<(Operation, Moment)>,
    held: bool,
    cut: bool,
}

impl Proxy {
    /// Starts one in front of `emulator`.
    pub fn start(emulator: &Emulator) -> Result<Self> {
        let state = Arc::new(State {
            script: Mutex::default(),
            changed: Condvar::new(),
        });
        let upstream = emulator.endpoint().to_owned();
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let handler = {
            let state = state.clone();
            move |request| state.pass(&agent, &upstream, request)
        };
        Ok(Self {
            server: Server::http(handler)?,
            state,
        })
    }

    /// The endpoint that the provider is given.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Every call so far, in order of arrival.
    pub fn calls(&self) -> Vec<RecordedCall> {
        self.state.script().calls.clone()
    }

    /// The operations so far that changed something.
    pub fn writes(&self) -> Vec<Operation> {
        self.calls()
            .iter()
            .map(|call| call.operation)
            .filter(|operation| operation.writes())
            .collect()
    }

    /// Forgets what was recorded.
    pub fn forget(&self) {
        self.state.script().calls.clear();
    }

    /// From now on answers `operation` itself, with an AWS error `code`, in place of the emulator.
    pub fn refuse(&self, operation: Operation, status: StatusCode, code: &'static str) {
        self.state.script().refusals.push(Refusal {
            operation,
            status,
            code,
            after: None,
        });
    }

    /// The same, but only once a call of `after` has succeeded.
    pub fn refuse_after(
        &self,
        after: Operation,
        operation: Operation,
        status: StatusCode,
        code: &'static str,
    ) {
        self.state.script().refusals.push(Refusal {
            operation,
            status,
            code,
            after: Some(after),
        });
    }

    /// Passes everything on again.
    pub fn relent(&self) {
        self.state.script().refusals.clear();
    }

    /// Holds the next call of `operation` at `moment`.
    pub fn hold(&self, operation: Operation, moment: Moment) -> Hold<'_> {
        let mut script = self.state.script();
        script.hold = Some((operation, moment));
        (script.held, script.cut) = (false, false);
        Hold { state: &self.state }
    }
}

/// A call that is, or will be, held; it goes on when this is dropped, unless it is [cut](Hold::cut).
#[derive(Debug)]
pub struct Hold<'a> {
    state: &'a State,
}

impl Hold<'_> {
    /// Waits until the call is there and held.
    pub fn reached(&self, limit: Duration) -> Result<()> {
        let started = Instant::now();
        let mut script = self.state.script();
        while !script.held {
            interrupt::check()?;
            if started.elapsed() > limit {
                bail!(
                    "the awaited call did not come within {} s; calls so far: {:?}",
                    limit.as_secs(),
                    script.operations()
                );
            }
            script = self.state.wait(script, Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Hold<'_> {
    /// Ends the held call where it is: it goes neither on to the emulator nor back to the provider.
    pub fn cut(self) {
        self.state.script().cut = true;
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.state.script().hold = None;
        self.state.changed.notify_all();
    }
}

impl State {
    fn pass(&self, agent: &ureq::Agent, upstream: &str, request: Request<Bytes>) -> Reply {
        let operation = Operation::of(request.method(), request.uri().path());
        let path = request
            .uri()
            .path_and_query()
            .map_or_else(String::new, ToString::to_string);
        let (index, refusal) = {
            let mut script = self.script();
            script.calls.push(RecordedCall {
                operation,
                path: path.clone(),
                body: request.body().clone(),
                status: None,
            });
            (script.calls.len() - 1, script.refusal(operation))
        };
        if self.hold_at(operation, Moment::Before).is_err() {
            return Reply::HangUp;
        }
        let answer = match refusal {
            Some(Refusal { status, code, .. }) => Ok(refused(operation, status, code)),
            None => forward(agent, &format!("{upstream}{path}"), request),
        };
        let held = self.hold_at(operation, Moment::After);
        let Ok(response) = held.and(answer) else {
            return Reply::HangUp;
        };
        if let Some(call) = self.script().calls.get_mut(index) {
            call.status = Some(response.status());
        }
        Reply::Response(response)
    }

    /// Blocks while the call is held. An error means that it was cut.
    fn hold_at(&self, operation: Operation, moment: Moment) -> Result<()> {
        let started = Instant::now();
        let mut script = self.script();
        let mut held = false;
        while script.hold == Some((operation, moment)) && started.elapsed() < HELD_AT_MOST {
            (held, script.held) = (true, true);
            self.changed.notify_all();
            script = self.wait(script, Duration::from_millis(100));
        }
        ensure!(!(held && script.cut), "cut");
        Ok(())
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, script: MutexGuard<'a, Script>, limit: Duration) -> MutexGuard<'a, Script> {
        self.changed
            .wait_timeout(script, limit)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }
}

impl Script {
    fn refusal(&self, operation: Operation) -> Option<Refusal> {
        let applies = |refusal: &&Refusal| {
            refusal.operation == operation
                && refusal.after.is_none_or(|after| self.has_succeeded(after))
        };
        self.refusals.iter().find(applies).copied()
    }

    fn has_succeeded(&self, operation: Operation) -> bool {
        let succeeded = |call: &RecordedCall| {
            call.operation == operation && call.status.is_some_and(|status| status.is_success())
        };
        self.calls.iter().any(succeeded)
    }

    fn operations(&self) -> Vec<Operation> {
        self.calls.iter().map(|call| call.operation).collect()
    }
}

fn forward(agent: &ureq::Agent, url: &str, request: Request<Bytes>) -> Result<Response<Bytes>> {
    let (mut parts, body) = request.into_parts();
    parts.uri = url.parse()?;
    for name in HOP_BY_HOP.into_iter().chain(["host", "expect"]) {
        parts.headers.remove(name);
    }
    let (mut parts, mut body) = agent
        .run(Request::from_parts(parts, body.to_vec()))?
        .into_parts();
    for name in HOP_BY_HOP {
        parts.headers.remove(name);
    }
    Ok(Response::from_parts(
        parts,
        Bytes::from(body.with_config().limit(u64::MAX).read_to_vec()?),
    ))
}

/// An error in the dialect of the service: CloudFront's clients read XML, Lambda's a header and JSON.
fn refused(operation: Operation, status: StatusCode, code: &str) -> Response<Bytes> {
    let xml = format!(
        "<ErrorResponse xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>refused by the acceptance proxy</Message></Error><RequestId>acceptance</RequestId></ErrorResponse>"
    );
    let json = "{\"Message\":\"refused by the acceptance proxy\"}";
    let of_cloudfront = matches!(
        operation,
        Operation::ListDistributions
            | Operation::GetDistribution
            | Operation::GetDistributionConfig
            | Operation::UpdateDistribution
            | Operation::Query
    );
    let body = if of_cloudfront { xml } else { json.to_owned() };
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    if let Ok(code) = code.parse() {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    response
}
