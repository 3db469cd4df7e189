//! AWS's clock, from the `Date` header of its answers. Leases are measured with it, so that two
//! machines need not agree about the time.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;
use tokio::time::Instant;

/// Reads the clock from every answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Clock {
    last: Arc<Mutex<Option<(i64, Instant)>>>,
}

impl Clock {
    /// Seconds since 1970: the time of the newest answer plus what has passed since. Before the
    /// first answer it is this machine's time.
    pub(super) fn now(&self) -> i64 {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match last {
            Some((seconds, at)) => seconds.saturating_add_unsigned(at.elapsed().as_secs()),
            None => DateTime::from(std::time::SystemTime::now()).secs(),
        }
    }
}

#[dyn_dispatch_hint]
impl Intercept for Clock {
    fn name(&self) -> &'static str {
        "AwsClock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let date = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        if let Some(date) = date {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            *last = Some((date.secs(), Instant::now()));
        }
        Ok(())
    }
}
