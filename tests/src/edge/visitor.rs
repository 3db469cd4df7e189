//! A simple browser: a user agent, an address and a cookie jar.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::edge::{EdgeLocation, ViewerRequest, ViewerResponse};

/// A visitor who keeps cookies from request to request.
#[derive(Clone, Debug)]
pub struct Visitor {
    user_agent: String,
    client_ip: String,
    /// Name to value; attributes do not matter in these tests.
    pub cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// With an empty jar.
    pub fn new(user_agent: &str, client_ip: &str) -> Self {
        Self {
            user_agent: user_agent.into(),
            client_ip: client_ip.into(),
            cookies: BTreeMap::new(),
        }
    }

    /// GET of a path.
    pub fn get(&mut self, edge: &EdgeLocation, target: &str) -> Result<ViewerResponse> {
        self.send(edge, ViewerRequest::get(target))
    }

    /// POST of a form.
    pub fn post(
        &mut self,
        edge: &EdgeLocation,
        target: &str,
        body: &str,
    ) -> Result<ViewerResponse> {
        self.send(edge, ViewerRequest::post(target, body))
    }

    fn send(&mut self, edge: &EdgeLocation, request: ViewerRequest) -> Result<ViewerResponse> {
        let mut request = request
            .from_ip(&self.client_ip)
            .header("User-Agent", &self.user_agent);
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header("Cookie", &pairs.join("; "));
        }
        let response = edge.send(&request)?;
        for line in response.values("set-cookie") {
            if let Some((name, value)) =
                line.split(';').next().and_then(|pair| pair.split_once('='))
            {
                self.cookies
                    .insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
        Ok(response)
    }
}
