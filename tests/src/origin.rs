//! The web server behind the distribution.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};

use crate::server::{Reply, Server};

/// Answers every path with `200` and the text `the shop: <path>`, except that `/missing` in the
/// path is a 404 and `/broken` a 503.
#[derive(Debug)]
pub struct Origin {
    server: Server,
    /// `None` when nothing is recorded any more.
    requests: Arc<Mutex<Option<Vec<Request<Bytes>>>>>,
}

impl Origin {
    /// Opens it on loopback.
    pub fn open() -> Result<Self> {
        let requests = Arc::new(Mutex::new(Some(Vec::new())));
        let record = requests.clone();
        let server = Server::http(move |request| {
            let response = answer(&request);
            if let Some(requests) = &mut *record.lock().unwrap_or_else(PoisonError::into_inner) {
                requests.push(request);
            }
            Reply::Response(response)
        })?;
        Ok(Self { server, requests })
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// From now on keeps none of the requests, and forgets those that it has: for very many.
    pub fn stop_recording(&self) {
        *self.requests.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Every recorded request, in order.
    pub fn requests(&self) -> Vec<Request<Bytes>> {
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .unwrap_or_default()
    }
}

fn answer(request: &Request<Bytes>) -> Response<Bytes> {
    let path = request.uri().path();
    let body = Bytes::from(format!("the shop: {path}\n"));
    let mut response = Response::new(body);
    *response.status_mut() = match path {
        path if path.contains("/missing") => StatusCode::NOT_FOUND,
        path if path.contains("/broken") => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    };
    let headers = response.headers_mut();
    headers.insert(
        "content-type",
        hyper::header::HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.append(
        "set-cookie",
        hyper::header::HeaderValue::from_static("basket=empty; Path=/"),
    );
    response
}
