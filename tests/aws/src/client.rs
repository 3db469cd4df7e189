//! Plain HTTP to AWS endpoints on loopback. Nobody checks the signature; the header only names the
//! service.

use anyhow::{Context, Result, bail};
use ureq::http::{Request, Response};

/// The account that the emulator gives to any access key that is not an account number itself.
pub(super) const ACCOUNT: &str = "000000000000";

/// A client of one endpoint.
#[derive(Clone, Debug)]
pub struct Client {
    endpoint: String,
    region: &'static str,
    agent: ureq::Agent,
}

impl Client {
    /// `endpoint` without a trailing slash.
    pub fn new(endpoint: String) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        Self {
            endpoint,
            region: "us-east-1",
            agent,
        }
    }

    /// The same for another region than us-east-1.
    #[must_use]
    pub fn in_region(mut self, region: &'static str) -> Self {
        self.region = region;
        self
    }

    /// Its endpoint.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// GET of a path.
    pub fn get(&self, service: &str, path: &str) -> Result<Response<Vec<u8>>> {
        self.send(service, Request::get(self.url(path)).body(Vec::new())?)
    }

    /// Sends a request for `service` (the name in a signature's credential scope); any status but
    /// 2xx is an error.
    pub fn send(&self, service: &str, mut request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>> {
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261123/{}/{service}/aws4_request, SignedHeaders=host, Signature=0",
            self.region
        );
        request
            .headers_mut()
            .insert("authorization", authorization.parse()?);
        self.send_signed(request)
    }

    /// Sends a request that has its signature; any status but 2xx is an error.
    pub fn send_signed(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>> {
        let line = format!("{} {}", request.method(), request.uri());
        let response = self.agent.run(request).with_context(|| line.clone())?;
        let (parts, mut body) = response.into_parts();
        let body = body
            .with_config()
            .limit(u64::MAX)
            .read_to_vec()
            .with_context(|| line.clone())?;
        if !parts.status.is_success() {
            bail!(
                "{line}: {} {}",
                parts.status,
                String::from_utf8_lossy(&body)
            );
        }
        Ok(Response::from_parts(parts, body))
    }

    /// The absolute form of a path of this endpoint.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.endpoint)
    }
}
