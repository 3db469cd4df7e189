//! A proxy between the provider and the emulator: records every call, makes chosen ones fail, holds
//! one of them while something else happens, and refuses what AWS refuses and the emulator accepts.

mod continuous_deployment;
mod edge_rules;
mod hold;
mod lambda_rules;
mod log_keys;
mod pages;
mod passage;
mod recording;
mod script;
mod upstream;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hyper::StatusCode;
use rustls::ServerConfig;
use ureq::http::Request;

use self::continuous_deployment::ContinuousDeployment;
pub use self::hold::Hold;
use self::log_keys::LogKeys;
use self::passage::State;
pub use self::passage::foreign_edit;
pub use self::recording::{Point, RecordedCall};
pub use self::script::Moment;
use self::upstream::Upstream;
use crate::server::Server;
use crate::xml::child_text;
use crate::{
    AwsError, Calls, Client, Distribution, Effect, Emulator, Fault, Faults, Operation, Times,
};

/// The proxy through which all calls of the provider to AWS go.
#[derive(Debug)]
pub struct Proxy {
    server: Server,
    scheme: &'static str,
    state: Arc<State>,
}

impl Proxy {
    /// Starts one in front of `emulator`.
    pub fn start(emulator: &Emulator) -> Result<Self> {
        Self::start_with(emulator, true, None)
    }

    /// The same over TLS, with the certificate of `tls`.
    pub fn start_https(emulator: &Emulator, tls: Arc<ServerConfig>) -> Result<Self> {
        Self::start_with(emulator, true, Some(tls))
    }

    /// The same, but it accepts what the emulator accepts: versions that do not exist can be
    /// associated.
    pub fn start_lenient(emulator: &Emulator) -> Result<Self> {
        Self::start_with(emulator, false, None)
    }

    fn start_with(
        emulator: &Emulator,
        is_strict: bool,
        tls: Option<Arc<ServerConfig>>,
    ) -> Result<Self> {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let state = Arc::new(State {
            upstream: Upstream::new(emulator.endpoint()),
            script: Mutex::default(),
            faults: Faults::default(),
            continuous_deployment: ContinuousDeployment::default(),
            log_keys: LogKeys::default(),
            changed: Condvar::new(),
            is_strict,
            ahead: AtomicU64::new(0),
            door: OnceLock::new(),
        });
        let handler = {
            let state = state.clone();
            move |request| state.pass(request)
        };
        let server = match tls {
            Some(tls) => Server::https(tls, handler)?,
            None => Server::http(handler)?,
        };
        // Nobody else sets it.
        let _ = state.door.set(server.door());
        Ok(Self {
            server,
            scheme,
            state,
        })
    }

    /// The endpoint that the provider is given.
    pub fn endpoint(&self) -> String {
        format!("{}://{}", self.scheme, self.server.address())
    }

    /// A distribution of the account, read and written through the proxy, as the provider does.
    pub fn distribution(&self, id: &str) -> Distribution {
        Distribution::existing(Client::new(self.endpoint()), id)
    }

    /// Makes a continuous deployment policy from a `ContinuousDeploymentPolicyConfig`; returns its
    /// id.
    pub fn create_continuous_deployment_policy(&self, config: &str) -> Result<String> {
        let client = Client::new(self.endpoint());
        let request = Request::post(client.url("/2020-05-31/continuous-deployment-policy"))
            .header("content-type", "application/xml")
            .body(config.as_bytes().to_vec())?;
        let answer = client.send("cloudfront", request)?;
        let answer = String::from_utf8(answer.into_body())?;
        let document = roxmltree::Document::parse(&answer)?;
        let id = child_text(document.root_element(), "Id");
        Ok(id.context("a policy without an id")?.to_owned())
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

    /// The calls so far as points, which another run of the same kind has too.
    pub fn points(&self) -> Vec<Point> {
        self.state.script().recording.points()
    }

    /// Forgets what was recorded.
    pub fn forget(&self) {
        self.state.script().recording = recording::Recording::default();
    }

    /// Adds `fault`; of several that fit a call, the one that was scripted first strikes.
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

    /// Moves AWS's clock ahead: from now on its answers have a later time.
    pub fn let_pass(&self, time: Duration) {
        self.state
            .ahead
            .fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    /// Removes every fault: AWS works again.
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

    /// Waits until no call is under way: a call whose caller is gone may still reach AWS.
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
