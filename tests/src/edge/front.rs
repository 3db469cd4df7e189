//! An HTTP server in front of an edge location, on a free loopback port.

use anyhow::Result;
use hyper::body::Bytes;
use hyper::{Request, Response};

use crate::aws::server::{Reply, Server};
use crate::edge::{EdgeLocation, ViewerRequest, ViewerResponse};

/// A server in front of an edge location, stopped when dropped.
#[derive(Debug)]
pub struct Front {
    server: Server,
}

impl Front {
    /// Opens one. If the edge location cannot simulate a request, the connection is closed.
    pub fn open(edge: EdgeLocation) -> Result<Self> {
        let handler = move |request| {
            let answer = edge.send(&viewer(&request));
            match answer.and_then(|answer| response(&answer)) {
                Ok(response) => Reply::Response(response),
                Err(_) => Reply::HangUp,
            }
        };
        Ok(Self {
            server: Server::http(handler)?,
        })
    }

    /// The URL of a path, such as `/checkout/1`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }
}

fn viewer(request: &Request<Bytes>) -> ViewerRequest {
    let headers = request.headers().iter();
    let target = request.uri().path_and_query();
    ViewerRequest {
        method: request.method().to_string(),
        target: target.map_or_else(|| "/".to_owned(), ToString::to_string),
        headers: headers
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes());
                (name.to_string(), value.into_owned())
            })
            .collect(),
        body: request.body().to_vec(),
        client_ip: "203.0.113.10".to_owned(),
    }
}

fn response(answer: &ViewerResponse) -> Result<Response<Bytes>> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        let of_the_connection = ["connection", "content-length", "transfer-encoding"];
        if !of_the_connection.contains(&name.to_ascii_lowercase().as_str()) {
            response = response.header(name, value);
        }
    }
    Ok(response.body(Bytes::from(answer.body.clone()))?)
}
