//! The way of one call from the provider to the emulator and back: recorded, held if a test wants
//! that, made to fail as a fault says, and refused if AWS would refuse it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Result, bail, ensure};
use hyper::body::Bytes;
use hyper::header::{DATE, HeaderValue};
use hyper::{Request, Response};

use super::continuous_deployment::ContinuousDeployment;
use super::edge_rules;
use super::lambda_rules;
use super::log_keys::{self, LogKeys};
use super::pages;
use super::recording::Point;
use super::script::{Moment, Script};
use super::upstream::Upstream;
use crate::server::{Door, Reply};
use crate::{Effect, Faults, Operation, answer};

/// Longer than anything that a test does while a call is held.
const HELD_AT_MOST: Duration = Duration::from_secs(120);

/// The answer of a network without access to the internet.
const SIGN_IN_PAGE: &str = "<html><head><title>Sign in</title></head><body>Room number?</body>";

/// What all calls share.
#[derive(Debug)]
pub(super) struct State {
    pub(super) upstream: Upstream,
    pub(super) script: Mutex<Script>,
    pub(super) faults: Faults,
    pub(super) continuous_deployment: ContinuousDeployment,
    pub(super) log_keys: LogKeys,
    pub(super) changed: Condvar,
    /// Whether AWS's rules are enforced that the emulator does not know.
    pub(super) is_strict: bool,
    /// Seconds by which AWS's clock is ahead of this machine's.
    pub(super) ahead: AtomicU64,
    pub(super) door: OnceLock<Arc<Door>>,
}

/// One call while it is under way.
struct InFlight<'a>(&'a State);

impl<'a> InFlight<'a> {
    fn begin(state: &'a State) -> Self {
        state.script().in_flight += 1;
        Self(state)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.script().in_flight -= 1;
    }
}

impl State {
    /// What happens to a call.
    pub(super) fn pass(&self, request: Request<Bytes>) -> Reply {
        let _in_flight = InFlight::begin(self);
        let begun = Instant::now();
        let target = request.headers().get("x-amz-target");
        let target = target.and_then(|target| target.to_str().ok());
        let operation = target
            .and_then(Operation::of_target)
            .unwrap_or_else(|| Operation::of(request.method(), request.uri().path()));
        let path = request
            .uri()
            .path_and_query()
            .map_or_else(String::new, ToString::to_string);
        let (index, point, effect) = {
            let mut script = self.script();
            let recording = &mut script.recording;
            let succeeded = |after| recording.has_succeeded(after);
            let effect = self.faults.next(Some((operation, &path)), succeeded);
            let (index, point) = recording.note(operation, &path, &request);
            (index, point, effect)
        };
        if self.hold_call(point, Moment::Before).is_err() {
            return Reply::HangUp;
        }
        let reply = match self.reply(operation, request, effect) {
            Reply::Response(response) => Reply::Response(self.dated(response)),
            other => other,
        };
        if self.hold_call(point, Moment::After).is_err() {
            return Reply::HangUp;
        }
        if let Reply::Response(response) = &reply
            && let Some(call) = self.script().recording.calls.get_mut(index)
        {
            call.status = Some(response.status());
            call.took = begun.elapsed();
        }
        reply
    }

    /// The response with the time of AWS's clock.
    fn dated(&self, mut response: Response<Bytes>) -> Response<Bytes> {
        let ahead = Duration::from_secs(self.ahead.load(Ordering::Relaxed));
        let now = httpdate::fmt_http_date(SystemTime::now() + ahead);
        if let Ok(now) = HeaderValue::from_str(&now) {
            response.headers_mut().insert(DATE, now);
        }
        response
    }

    /// The reply that the provider gets.
    fn reply(
        &self,
        operation: Operation,
        request: Request<Bytes>,
        effect: Option<Effect>,
    ) -> Reply {
        match &effect {
            Some(Effect::ResetBefore) => return Reply::HangUp,
            Some(Effect::HangBefore(limit)) => {
                self.faults.hang(*limit);
                return Reply::HangUp;
            }
            Some(Effect::Unreachable { connections }) => {
                if let Some(door) = self.door.get() {
                    door.turn_away(*connections);
                }
                return Reply::HangUp;
            }
            Some(Effect::Refuse(error)) => return Reply::Response(error.response(operation)),
            Some(Effect::Answer(status, body)) => return Reply::Response(answer(*status, body)),
            Some(Effect::Delay(delay)) => thread::sleep(*delay),
            Some(Effect::ForeignEdit)
                if self.edit_as_a_colleague(request.uri().path()).is_err() =>
            {
                return Reply::HangUp;
            }
            _ => {}
        }
        let Ok(response) = self.answer(operation, request) else {
            return Reply::HangUp;
        };
        match effect {
            Some(Effect::ResetDuring) => Reply::Torn(response),
            Some(Effect::ResetAfter) => Reply::HangUp,
            Some(Effect::HangAfter(limit)) => {
                self.faults.hang(limit);
                Reply::HangUp
            }
            Some(Effect::Truncated) => {
                Reply::Response(response.map(|body| body.slice(..body.len() / 2)))
            }
            Some(Effect::Corrupt) => Reply::Response(Response::new(Bytes::from(SIGN_IN_PAGE))),
            Some(Effect::InProgress) => Reply::Response(response.map(in_progress)),
            Some(Effect::Pending) => Reply::Response(response.map(pending)),
            _ => Reply::Response(response),
        }
    }

    /// AWS's answer: the emulator's, or a refusal if AWS is stricter than the emulator.
    fn answer(&self, operation: Operation, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let refusal = match operation {
            _ if !self.is_strict => None,
            Operation::UpdateDistribution => {
                edge_rules::association_refusal(&self.upstream, &request)?
            }
            Operation::DeleteFunction => edge_rules::deletion_refusal(&self.upstream, &request)?,
            _ => lambda_rules::refusal(&self.upstream, operation, &request)?,
        };
        if let Some(refusal) = refusal {
            return Ok(refusal.response(operation));
        }
        let policies = &self.continuous_deployment;
        if let Some(answer) = policies.answer(operation, &self.upstream, &request)? {
            return Ok(answer);
        }
        if let Some(answer) = self.log_keys.change(operation, &request)? {
            return Ok(answer);
        }
        if operation == Operation::UpdateDistribution
            && let Some(policy) = policies.attached(&self.upstream, &request)?
        {
            let policy = match policy {
                Ok(policy) => policy,
                Err(refusal) => return Ok(refusal.response(operation)),
            };
            let answer = self.upstream.forward(request)?;
            if answer.status().is_success() {
                policies.show_on_staging(&self.upstream, &policy)?;
            }
            return Ok(answer);
        }
        if operation == Operation::DescribeLogGroups {
            let region = log_keys::region(&request)?;
            let (head, groups) = self.upstream.forward(request)?.into_parts();
            let groups = if head.status.is_success() {
                self.log_keys.shown(&region, &groups)?
            } else {
                groups
            };
            return Ok(Response::from_parts(head, groups));
        }
        if operation == Operation::ListDistributions && self.is_strict {
            let query = request.uri().query().map(str::to_owned);
            let all = self.upstream.forward(request)?;
            let (head, all) = all.into_parts();
            let page = if head.status.is_success() {
                pages::page(&all, query.as_deref())?
            } else {
                all
            };
            return Ok(Response::from_parts(head, page));
        }
        self.upstream.forward(request)
    }

    fn edit_as_a_colleague(&self, path: &str) -> Result<()> {
        let Some(distribution) = self.upstream.distribution(path) else {
            bail!("{path} is about no distribution");
        };
        distribution.edit(|now| Ok(foreign_edit(&now.xml)))?;
        self.script().foreign_edits += 1;
        Ok(())
    }

    /// Blocks while the call is held. An error means that it was cut.
    fn hold_call(&self, point: Point, moment: Moment) -> Result<()> {
        let started = Instant::now();
        let mut script = self.script();
        let mut held_by = None;
        while let Some(id) = script.held(point, moment) {
            if started.elapsed() > HELD_AT_MOST {
                break;
            }
            (held_by, script.reached) = (Some(id), true);
            script = self
                .changed
                .wait_timeout(script, Duration::from_millis(100))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        ensure!(held_by.is_none() || script.cut != held_by, "cut");
        Ok(())
    }

    pub(super) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody else's edit of a distribution: another price class, and the earlier one the next time.
pub fn foreign_edit(xml: &str) -> String {
    const CHEAP: &str = ">PriceClass_100<";
    const ALL: &str = ">PriceClass_All<";
    if xml.contains(CHEAP) {
        xml.replace(CHEAP, ALL)
    } else {
        xml.replace(ALL, CHEAP)
    }
}

/// A distribution that is not deployed everywhere yet.
fn in_progress(body: Bytes) -> Bytes {
    let text = String::from_utf8_lossy(&body);
    Bytes::from(text.replacen("<Status>Deployed<", "<Status>InProgress<", 1))
}

/// A function that cannot be used yet.
fn pending(body: Bytes) -> Bytes {
    let Ok(mut answer) = serde_json::from_slice::<serde_json::Value>(&body) else {
        return body;
    };
    answer["State"] = "Pending".into();
    answer["StateReason"] = "The function is being created.".into();
    answer["StateReasonCode"] = "Creating".into();
    Bytes::from(answer.to_string())
}
