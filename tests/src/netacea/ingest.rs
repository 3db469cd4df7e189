//! The ingest service: accepts log entries, one JSON object per call (spec: HTTP transport).

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hyper::body::Bytes;
use hyper::{Method, Request, Response, StatusCode};
use rustls::ServerConfig;
use serde_json::Value;

use crate::aws::{Effect, Faults};
use crate::interrupt;
use crate::netacea::{API_KEY, Ledger, reply};
use crate::server::{Reply, Server};

/// Records every entry that reaches it.
#[derive(Debug)]
pub struct Ingest {
    server: Server,
    received: Arc<Mutex<Received>>,
}

/// Gets each log entry as it arrives.
struct Watcher(Box<dyn FnMut(Value) + Send>);

impl fmt::Debug for Watcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Watcher")
    }
}

#[derive(Debug, Default)]
struct Received {
    entries: Vec<Value>,
    /// In place of `entries`, if there are too many of them.
    ledger: Option<Ledger>,
    /// Gets each entry in place of `entries`.
    watcher: Option<Watcher>,
    faults: Arc<Faults>,
}

impl Ingest {
    pub(super) fn open(tls: Arc<ServerConfig>) -> Result<Self> {
        let received = Arc::new(Mutex::new(Received::default()));
        let handler = received.clone();
        let server = Server::https(tls, move |request| take(&request, &handler))?;
        Ok(Self { server, received })
    }

    /// The value of `settings.ingest.url`.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.server.address().port())
    }

    /// Every entry so far, in order of arrival.
    pub fn entries(&self) -> Vec<Value> {
        lock(&self.received).entries.clone()
    }

    /// From now on keeps a ledger in place of the entries, and has these faults.
    pub fn keep_ledger(&self, faults: Arc<Faults>) {
        let mut received = lock(&self.received);
        received.ledger = Some(Ledger::default());
        received.faults = faults;
    }

    /// From now on passes each entry to `watcher` and keeps none.
    pub fn watch(&self, watcher: impl FnMut(Value) + Send + 'static) {
        lock(&self.received).watcher = Some(Watcher(Box::new(watcher)));
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.server.address().port()
    }

    /// The ledger so far; empty if none is kept.
    pub fn ledger(&self) -> Ledger {
        lock(&self.received).ledger.clone().unwrap_or_default()
    }

    /// Waits until there are more than `known` entries, and returns the first new one.
    pub fn wait_for_next(&self, known: usize, limit: Duration) -> Result<Value> {
        let started = Instant::now();
        loop {
            if let Some(entry) = self.entries().into_iter().nth(known) {
                return Ok(entry);
            }
            interrupt::check()?;
            if started.elapsed() > limit {
                bail!("no log entry reached ingest within {limit:?} after the first {known}");
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

fn take(request: &Request<Bytes>, received: &Mutex<Received>) -> Reply {
    let faults = lock(received).faults.clone();
    let effect = faults.next(None, |_| false);
    let told = |effect: &Effect| reply(effect, &faults);
    if let Some(effect) = effect.as_ref().filter(|effect| effect.precedes()) {
        return told(effect).unwrap_or(Reply::HangUp);
    }
    let is_unheard = effect.as_ref().is_some_and(Effect::is_ambiguous);
    let response = enter(request, is_unheard, &mut lock(received));
    let reply = effect.as_ref().and_then(told);
    reply.unwrap_or(Reply::Response(response))
}

fn enter(request: &Request<Bytes>, is_unheard: bool, received: &mut Received) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    let authorized = request
        .headers()
        .get("x-netacea-api-key")
        .is_some_and(|key| key == API_KEY);
    *response.status_mut() = match serde_json::from_slice(request.body()) {
        _ if !authorized => StatusCode::FORBIDDEN,
        Ok(entry) if request.method() == Method::POST && request.uri().path() == "/" => {
            match (&mut received.watcher, &mut received.ledger) {
                (Some(Watcher(watch)), _) => watch(entry),
                (None, Some(ledger)) => {
                    ledger.enter(request.body());
                    if is_unheard {
                        ledger.note_unheard(request.body());
                    }
                }
                (None, None) => received.entries.push(entry),
            }
            StatusCode::OK
        }
        _ => StatusCode::BAD_REQUEST,
    };
    response
}

fn lock(received: &Mutex<Received>) -> MutexGuard<'_, Received> {
    received.lock().unwrap_or_else(PoisonError::into_inner)
}
