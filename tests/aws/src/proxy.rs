//! A proxy between the provider and the emulator: records every call, makes chosen ones go wrong,
//! holds one of them while something else happens, and refuses what AWS refuses and
//! the emulator lets pass.

mod edge_rules;
mod hold;
mod lambda_rules;
mod recording;
mod script;
mod upstream;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};

use self::edge_rules::Associations;
pub use self::hold::{Hold, Moment};
pub use self::recording::{Point, RecordedCall};
use self::script::Script;
use self::upstream::Upstream;
use crate::server::{Door, Reply, Server};
use crate::{AwsError, Calls, Effect, Emulator, Fault, Faults, Operation, Times, answer};

/// Longer than anything that a test does while a call is held.
const HELD_AT_MOST: Duration = Duration::from_secs(120);

/// What a network without access to the internet answers.
const SIGN_IN_PAGE: &str = "<html><head><title>Sign in</title></head><body>Room number?</body>";

/// Everything the provider says to AWS passes here.
#[derive(Debug)]
pub struct Proxy {
    server: Server,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    upstream: Upstream,
    script: Mutex<Script>,
    faults: Faults,
    changed: Condvar,
    /// What the distributions that were written through here refer to.
    associations: Associations,
    /// Whether AWS's rules are kept that the emulator does not know.
    is_strict: bool,
    door: OnceLock<Arc<Door>>,
}

impl Proxy {
    /// Starts one in front of `emulator`.
    pub fn start(emulator: &Emulator) -> Result<Self> {
        Self::start_with(emulator, true)
    }

    /// The same, but it lets pass what the emulator lets pass: versions that do not exist can be
    /// associated.
    pub fn start_lenient(emulator: &Emulator) -> Result<Self> {
        Self::start_with(emulator, false)
    }

    fn start_with(emulator: &Emulator, is_strict: bool) -> Result<Self> {
        let state = Arc::new(State {
            upstream: Upstream::new(emulator.endpoint()),
            script: Mutex::default(),
            faults: Faults::default(),
            changed: Condvar::new(),
            associations: Associations::default(),
            is_strict,
            door: OnceLock::new(),
        });
        let handler = {
            let state = state.clone();
            move |request| state.pass(request)
        };
        let server = Server::http(handler)?;
        // Nobody else sets it.
        let _ = state.door.set(server.door());
        Ok(Self { server, state })
    }

    /// The endpoint that the provider is given.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Every call so far, in order of arrival.
    pub fn calls(&self) -> Vec<RecordedCall> {
        self.state.script().recording.calls.clone()
    }

    /// The operations so far that changed something.
    pub fn writes(&self) -> Vec<Operation> {
        self.calls()
            .iter()
            .map(|call| call.operation)
            .filter(|operation| operation.writes())
            .collect()
    }

    /// The calls so far as points that another run of the same kind passes too.
    pub fn points(&self) -> Vec<Point> {
        self.state.script().recording.points()
    }

    /// Forgets what was recorded.
    pub fn forget(&self) {
        self.state.script().recording = recording::Recording::default();
    }

    /// From now on `fault` strikes; of several that fit a call, the one that was scripted first.
    pub fn script(&self, fault: Fault) {
        self.state.faults.script(fault);
    }

    /// From now on refuses `operation` with an AWS error `code`.
    pub fn refuse(&self, operation: Operation, status: StatusCode, code: &'static str) {
        let refusal = AwsError::new(status.as_u16(), code, "refused by the acceptance proxy");
        self.script(Fault::on(operation, Effect::Refuse(refusal), Times::Every));
    }

    /// The same, but only once a call of `after` has succeeded.
    pub fn refuse_after(
        &self,
        after: Operation,
        operation: Operation,
        status: StatusCode,
        code: &'static str,
    ) {
        let refusal = AwsError::new(status.as_u16(), code, "refused by the acceptance proxy");
        let calls = Calls::from(operation).after(after);
        self.script(Fault::on(calls, Effect::Refuse(refusal), Times::Every));
    }

    /// How many calls have met a scripted fault.
    pub fn struck(&self) -> usize {
        self.state.faults.standing()
    }

    /// How often [`Effect::ForeignEdit`] has edited a distribution.
    pub fn foreign_edits(&self) -> usize {
        self.state.script().foreign_edits
    }

    /// Forgets every fault: AWS is itself again.
    pub fn relent(&self) {
        self.server.turn_away(0);
        self.state.faults.clear();
    }

    /// Holds the next call of `operation` at `moment`.
    pub fn hold(&self, operation: Operation, moment: Moment) -> Hold<'_> {
        self.state.script().await_call(operation, None, moment);
        Hold { state: &self.state }
    }

    /// Holds the call at `point`, counted since the recording was last forgotten.
    pub fn hold_at(&self, point: Point, moment: Moment) -> Hold<'_> {
        let Point {
            operation,
            occurrence,
        } = point;
        self.state
            .script()
            .await_call(operation, Some(occurrence), moment);
        Hold { state: &self.state }
    }

    /// Waits until no call is under way: one whose caller is gone may still reach AWS.
    pub fn idle(&self, limit: Duration) -> Result<()> {
        let started = Instant::now();
        while self.state.script().in_flight > 0 {
            if started.elapsed() > limit {
                bail!("a call is still under way after {} s", limit.as_secs());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

/// One call, for as long as it is under way.
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
    fn pass(&self, request: Request<Bytes>) -> Reply {
        let _in_flight = InFlight::begin(self);
        let operation = Operation::of(request.method(), request.uri().path());
        let path = request
            .uri()
            .path_and_query()
            .map_or_else(String::new, ToString::to_string);
        let (index, point, effect) = {
            let mut script = self.script();
            let recording = &mut script.recording;
            let succeeded = |after| recording.has_succeeded(after);
            let effect = self.faults.next(Some(operation), succeeded);
            let (index, point) = recording.note(operation, &path, &request);
            (index, point, effect)
        };
        if self.hold_call(point, Moment::Before).is_err() {
            return Reply::HangUp;
        }
        let reply = self.reply(operation, request, effect);
        if self.hold_call(point, Moment::After).is_err() {
            return Reply::HangUp;
        }
        if let Reply::Response(response) = &reply
            && let Some(call) = self.script().recording.calls.get_mut(index)
        {
            call.status = Some(response.status());
        }
        reply
    }

    /// What the provider gets to see.
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

    /// What AWS answers: the emulator, or a refusal where it is easier to please than AWS.
    fn answer(&self, operation: Operation, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let refusal = match operation {
            _ if !self.is_strict => None,
            Operation::UpdateDistribution => self.associations.refusal(&self.upstream, &request)?,
            Operation::DeleteFunction => self.associations.replicas(&self.upstream, &request)?,
            _ => lambda_rules::refusal(&self.upstream, operation, &request)?,
        };
        if let Some(refusal) = refusal {
            return Ok(refusal.response(operation));
        }
        let written = (operation == Operation::UpdateDistribution)
            .then(|| (request.uri().path().to_owned(), request.body().clone()));
        let response = self.upstream.forward(request)?;
        if let Some((path, body)) = written.filter(|_| response.status().is_success()) {
            self.associations.note(&path, &body);
        }
        Ok(response)
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

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a colleague does to a distribution: another price class, and the one before the next time.
pub fn foreign_edit(xml: &str) -> String {
    const CHEAP: &str = ">PriceClass_100<";
    const ALL: &str = ">PriceClass_All<";
    if xml.contains(CHEAP) {
        xml.replace(CHEAP, ALL)
    } else {
        xml.replace(ALL, CHEAP)
    }
}

/// A distribution that is not everywhere yet.
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
