//! The ingest service: takes log entries, one JSON object per call (spec: HTTP transport).

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hyper::body::Bytes;
use hyper::{Method, Request, Response, StatusCode};
use rustls::ServerConfig;
use serde_json::Value;

use crate::interrupt;
use crate::netacea::API_KEY;
use crate::server::{Reply, Server};

/// Records every entry that reaches it.
#[derive(Debug)]
pub struct Ingest {
    server: Server,
    entries: Arc<Mutex<Vec<Value>>>,
}

impl Ingest {
    pub(super) fn open(tls: Arc<ServerConfig>) -> Result<Self> {
        let entries = Arc::new(Mutex::new(Vec::new()));
        let record = entries.clone();
        let server = Server::https(tls, move |request| Reply::Response(take(&request, &record)))?;
        Ok(Self { server, entries })
    }

    /// What `settings.ingest.url` is set to.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.server.address().port())
    }

    /// Every entry so far, in order of arrival.
    pub fn entries(&self) -> Vec<Value> {
        self.entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
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

fn take(request: &Request<Bytes>, entries: &Mutex<Vec<Value>>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    let authorised = request
        .headers()
        .get("x-netacea-api-key")
        .is_some_and(|key| key == API_KEY);
    *response.status_mut() = match serde_json::from_slice(request.body()) {
        _ if !authorised => StatusCode::FORBIDDEN,
        Ok(entry) if request.method() == Method::POST && request.uri().path() == "/" => {
            entries
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(entry);
            StatusCode::OK
        }
        _ => StatusCode::BAD_REQUEST,
    };
    response
}
