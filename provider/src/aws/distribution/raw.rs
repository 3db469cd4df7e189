//! The calls to CloudFront that carry raw XML: GET and PUT of the configuration, and GET of the
//! status.
//!
//! They go through the SDK, which signs, repeats and finds the endpoint. It must not rebuild the
//! body: its types drop every element that they do not know and fill in defaults for what is
//! missing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;

use super::distributions::Distributions;
use crate::aws::document::Document;
use crate::aws::error::Error;

/// A configuration and the version of it.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) document: Document,
    pub(super) etag: String,
}

/// Whether what CloudFront last accepted has reached all edge locations.
#[derive(Debug)]
pub(super) struct Status {
    pub(super) etag: String,
    pub(super) deployed: bool,
}

impl Distributions {
    /// GetDistributionConfig. `None`: there is no such distribution.
    pub(super) async fn fetch(&self, id: &str) -> Result<Option<Fetched>, Error> {
        const ACTION: &str = "cloudfront:GetDistributionConfig";
        let tap = BodyTap::default();
        let request = self
            .connection
            .clients()
            .await?
            .cloudfront
            .get_distribution_config()
            .id(id);
        let answer = request.customize().interceptor(tap.clone()).send().await;
        let Some(answer) =
            Error::unless_absent(answer, |error| error.is_no_such_distribution(), ACTION, id)?
        else {
            return Ok(None);
        };
        let odd = |reason: &str| Error::Answer {
            action: ACTION,
            resource: id.to_owned(),
            reason: reason.to_owned(),
        };
        let etag = answer.e_tag.ok_or_else(|| odd("it has no ETag"))?;
        let body = tap.take().ok_or_else(|| odd("it has no body"))?;
        let text = String::from_utf8(body).map_err(|_| odd("its body is not UTF-8"))?;
        let document = Document::parse(text).map_err(|source| Error::Distribution {
            id: id.to_owned(),
            source,
        })?;
        Ok(Some(Fetched { document, etag }))
    }

    /// UpdateDistribution with exactly this body. Returns the new ETag. Raises the `doubt` if an
    /// answer is lost, even if the SDK then sends the request again and gets another one.
    pub(super) async fn put(
        &self,
        id: &str,
        etag: &str,
        document: &Document,
        doubt: &Doubt,
    ) -> Result<String, Error> {
        const ACTION: &str = "cloudfront:UpdateDistribution";
        let text = document.text().to_owned();
        let request = self
            .connection
            .clients()
            .await?
            .cloudfront
            .update_distribution()
            .id(id)
            .if_match(etag);
        // Runs before signing, so that the signature covers this body and not the empty one of the
        // typed request.
        let request = request.customize().mutate_request(move |request| {
            let headers = request.headers_mut();
            headers.insert("content-length", text.len().to_string());
            headers.insert("content-type", "application/xml");
            *request.body_mut() = SdkBody::from(text.clone());
        });
        let answer = request.interceptor(doubt.clone()).send().await;
        let answer =
            Error::unless_absent(answer, |error| error.is_no_such_distribution(), ACTION, id)?;
        let answer = answer.ok_or_else(|| gone(id))?;
        answer.e_tag.ok_or_else(|| Error::Answer {
            action: ACTION,
            resource: id.to_owned(),
            reason: "it has no ETag".to_owned(),
        })
    }

    /// GetDistribution, for its status only.
    pub(super) async fn status(&self, id: &str) -> Result<Status, Error> {
        const ACTION: &str = "cloudfront:GetDistribution";
        let answer = self
            .connection
            .clients()
            .await?
            .cloudfront
            .get_distribution()
            .id(id)
            .send()
            .await;
        let answer =
            Error::unless_absent(answer, |error| error.is_no_such_distribution(), ACTION, id)?;
        let answer = answer.ok_or_else(|| gone(id))?;
        let deployed = answer
            .distribution()
            .is_some_and(|distribution| distribution.status() == "Deployed");
        match answer.e_tag {
            Some(etag) => Ok(Status { etag, deployed }),
            None => Err(Error::Answer {
                action: ACTION,
                resource: id.to_owned(),
                reason: "it has no ETag".to_owned(),
            }),
        }
    }
}

fn gone(id: &str) -> Error {
    Error::DistributionGone { id: id.to_owned() }
}

/// Whether CloudFront may have carried out an update although no answer says so. The SDK repeats a
/// request whose answer is lost, and the answer to the repetition says nothing about the first.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubt(Arc<AtomicBool>);

impl Doubt {
    pub(super) fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[dyn_dispatch_hint]
impl Intercept for Doubt {
    fn name(&self) -> &'static str {
        "Doubt"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let is_accepted = matches!(context.output_or_error(), Some(Ok(_)));
        let is_refused = context
            .response()
            .is_some_and(|response| response.status().is_client_error());
        if !is_accepted && !is_refused {
            self.raise();
        }
        Ok(())
    }
}

/// Keeps the body of the answer as it came. `Debug` leaves it out.
#[derive(Clone, Default)]
struct BodyTap(Arc<Mutex<Option<Vec<u8>>>>);

impl BodyTap {
    fn take(&self) -> Option<Vec<u8>> {
        // The option is whole after any panic elsewhere.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl std::fmt::Debug for BodyTap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BodyTap")
    }
}

#[dyn_dispatch_hint]
impl Intercept for BodyTap {
    fn name(&self) -> &'static str {
        "BodyTap"
    }

    // By then the SDK has read the whole body into memory.
    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().map(<[u8]>::to_vec);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = body;
        Ok(())
    }
}
