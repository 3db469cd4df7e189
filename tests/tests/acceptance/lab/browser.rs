//! A browser that visits the lab's site: a user agent and a cookie jar.

use std::collections::BTreeMap;

use anyhow::Result;
use ureq::Agent;
use ureq::http::Request;

/// Somebody who keeps cookies.
#[derive(Debug)]
pub(super) struct Browser {
    site: String,
    user_agent: String,
    agent: Agent,
    pub(super) cookies: BTreeMap<String, String>,
}

/// What they get.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) text: String,
}

impl Page {
    /// All values of a header, given in lower case.
    pub(super) fn values(&self, name: &str) -> Vec<&str> {
        let found = self.headers.iter().filter(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str()).collect()
    }
}

impl Browser {
    /// One with an empty jar.
    pub(super) fn new(site: &str, user_agent: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .build();
        Self {
            site: site.trim_end_matches('/').to_owned(),
            user_agent: user_agent.to_owned(),
            agent: agent.into(),
            cookies: BTreeMap::new(),
        }
    }

    /// Opens a page, as by its address.
    pub(super) fn open(&mut self, target: &str) -> Result<Page> {
        let headers = [("accept", "text/html"), ("sec-fetch-mode", "navigate")];
        self.send("GET", target, &headers, "")
    }

    /// What a script fetches.
    pub(super) fn fetch(&mut self, target: &str, headers: &[(&str, &str)]) -> Result<Page> {
        self.send("GET", target, headers, "")
    }

    /// What a script posts.
    pub(super) fn post(&mut self, target: &str, media_type: &str, body: &str) -> Result<Page> {
        self.send("POST", target, &[("content-type", media_type)], body)
    }

    /// Any request.
    pub(super) fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Page> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{target}", self.site))
            .header("user-agent", &self.user_agent);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter();
            let pairs: Vec<String> = pairs
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header("cookie", pairs.join("; "));
        }
        let response = if body.is_empty() {
            self.agent.run(request.body(())?)?
        } else {
            self.agent.run(request.body(body)?)?
        };
        let (parts, mut body) = response.into_parts();
        let headers = parts.headers.iter();
        let page = Page {
            status: parts.status.as_u16(),
            headers: headers
                .map(|(name, value)| {
                    let value = String::from_utf8_lossy(value.as_bytes());
                    (name.to_string(), value.into_owned())
                })
                .collect(),
            text: body.read_to_string()?,
        };
        for line in page.values("set-cookie") {
            let pair = line.split(';').next().and_then(|pair| pair.split_once('='));
            if let Some((name, value)) = pair {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(page)
    }
}
