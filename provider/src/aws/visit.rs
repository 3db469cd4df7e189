//! One request to a site, as a visitor makes it, through the proxy and with the certificate
//! authorities of the provider block. It sends no credentials, does not retry, and follows no
//! redirects.

use std::time::{Duration, Instant};

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use super::error::Error;
use super::http;
use super::retry::Deadline;
use super::session::AwsSession;

/// The answer of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// From the first byte sent to the headers received.
    pub(crate) took: Duration,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VisitError {
    /// The settings of proxy and certificates, or the deadline.
    #[error(transparent)]
    Own(#[from] Error),
    /// The URL or a header cannot be sent.
    #[error("{0}")]
    Request(String),
    /// The site, or the network.
    #[error("{0}")]
    Site(String),
}

impl AwsSession {
    /// Sends a `GET` to `url`.
    ///
    /// # Errors
    /// [`VisitError`]; any status is an answer.
    pub(crate) async fn visit(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        deadline: &Deadline,
    ) -> Result<Visit, VisitError> {
        let connector = http::connector(self.settings())?;
        let mut request = HttpRequest::new(SdkBody::empty());
        request
            .set_uri(url)
            .map_err(|error| VisitError::Request(error.to_string()))?;
        for (name, value) in headers {
            request
                .headers_mut()
                .try_insert((*name).to_owned(), (*value).to_owned())
                .map_err(|error| VisitError::Request(format!("{name}: {error}")))?;
        }
        let started = Instant::now();
        let doing = format!("waiting for {url}");
        let answer = deadline
            .run(&doing, connector.call(request))
            .await?
            .map_err(|error| VisitError::Site(causes(&error)))?;
        let headers = answer.headers().iter();
        Ok(Visit {
            status: answer.status().as_u16(),
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            took: started.elapsed(),
        })
    }
}

/// The messages of an error and its causes: a connector's own message says only that it failed.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
