//! [`Call::within`]: waiting that ends.

use std::future::Future;

use crate::call::Call;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;
use crate::path::Path;
use crate::timeouts::{Operation, Timeout, in_words};

impl<C> Call<C> {
    /// Awaits `future`, but no longer than `limit`, and not after Terraform has asked to
    /// [stop](Self::stop).
    ///
    /// The limit is that of an operation in [`Timeouts`](crate::Timeouts), or any
    /// [`Duration`](std::time::Duration). When it is over, the future is dropped where it waits, so
    /// set `state` before: what exists by then must not be forgotten. Between a request that
    /// changes something and the line that notes its result, do not wait inside of the future.
    ///
    /// It ends only where the future waits at an `.await`: what blocks the thread, such as
    /// `std::thread::sleep` or a client without `async`, runs to its end first. Put that into
    /// [`spawn_blocking`](tokio::task::spawn_blocking) and await the result; it continues in the
    /// background when the time is over.
    ///
    /// A future that uses the call borrows it. What changes the call, such as
    /// [`call.private.set`](crate::Private::set) and
    /// [`call.diagnostics.warning`](crate::Diagnostics::warning), must be outside: let the future
    /// return what they need.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use tfplugin::{Call, Result};
    ///
    /// async fn wait(call: &Call<()>) -> Result<()> {
    ///     let is_ready = async {
    ///         // Ask again and again.
    ///         Ok(())
    ///     };
    ///     call.within(Duration::from_secs(30), is_ready).await
    /// }
    /// ```
    ///
    /// # Errors
    /// The errors of the future. If the time is over, the error says what took too long, how long
    /// the limit is and where to raise it. If Terraform stops, it says so.
    pub fn within<T, F, L>(
        &self,
        limit: L,
        future: F,
    ) -> impl Future<Output = Result<T>> + use<C, T, F, L>
    where
        F: Future<Output = Result<T>>,
        L: Into<Timeout>,
    {
        let limit = limit.into();
        let stop = self.stop.clone();
        async move {
            tokio::select! {
                // What is done is done, however late it is.
                biased;
                result = future => result,
                () = stop.cancelled() => Err(stopped(limit).into()),
                () = tokio::time::sleep(limit.duration()) => Err(timed_out(limit).into()),
            }
        }
    }
}

/// What a person can do. Terraform taints what a creation that fails leaves in the state.
fn what_next(limit: Timeout) -> &'static str {
    match limit.operation() {
        Some(Operation::Create) => {
            "The operation may still be running. If the object is in the state, it is tainted, \
             and the next apply destroys and recreates it. To keep it, run `terraform untaint` \
             with its address before you apply again."
        }
        _ => "The operation may still be running; the next plan shows how far it got. Apply again.",
    }
}

fn stopped(limit: Timeout) -> Diagnostic {
    let summary = match limit.operation() {
        Some(operation) => {
            let participle = operation.participle();
            format!("Interrupted before the object was {participle}")
        }
        None => "Interrupted before the operation ended".to_owned(),
    };
    Diagnostic::error(summary).detail(format!("Terraform was interrupted. {}", what_next(limit)))
}

fn timed_out(limit: Timeout) -> Diagnostic {
    let length = in_words(limit.duration());
    let error = Diagnostic::error(format!("Not {} within {length}", participle(limit)));
    match limit.operation().map(|operation| operation.name()) {
        Some(name) => error
            .detail(format!(
                "{} If it needs longer, set `{name}` in the `timeouts` of this resource to more than \
                 `{length}`.",
                what_next(limit)
            ))
            .at(Path::root("timeouts").attribute(name)),
        None => error.detail(what_next(limit)),
    }
}

fn participle(limit: Timeout) -> &'static str {
    limit
        .operation()
        .map_or("done", |operation| operation.participle())
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::Duration;

    use super::*;
    use crate::attr::Attr;
    use crate::timeouts::{Limits, Timeouts};

    struct Short;

    impl Limits for Short {
        const CREATE: Option<Duration> = Some(Duration::from_millis(20));
    }

    fn only(result: Result<()>) -> Diagnostic {
        let errors = result.expect_err("it did not end well");
        errors.into_iter().next().expect("there is an error")
    }

    #[tokio::test]
    async fn what_takes_too_long_is_an_error_that_says_what_to_raise() {
        let limit = Attr::<Timeouts<Short>>::Null.create();
        let error = only(Call::new(()).within(limit, pending()).await);
        assert_eq!(error.summary(), "Not created within 20ms");
        let detail = error.detail_text();
        assert!(
            detail.contains("set `create` in the `timeouts`"),
            "{detail}"
        );
        assert!(detail.contains("run `terraform untaint`"), "{detail}");
        let path = error.path().map(Path::to_string);
        assert_eq!(path.as_deref(), Some("timeouts.create"));

        let limit = Attr::<Timeouts<Short>>::Null.delete();
        let error = stopped(limit);
        assert!(error.detail_text().ends_with("Apply again."));

        let error = only(
            Call::new(())
                .within(Duration::from_millis(1), pending())
                .await,
        );
        assert_eq!(error.summary(), "Not done within 1ms");
        assert_eq!(error.path(), None);
    }

    #[tokio::test]
    async fn what_is_stopped_does_not_wait_any_longer() {
        let call = Call::new(());
        let waiting = call.within(Duration::MAX, pending());
        call.stop.cancel();
        let error = only(waiting.await);
        assert_eq!(error.summary(), "Interrupted before the operation ended");
    }

    #[tokio::test]
    async fn what_is_done_in_time_has_its_result() {
        let call = Call::new(());
        call.stop.cancel();
        let done = call.within(Duration::ZERO, async { Ok(7) }).await;
        assert_eq!(done, Ok(7), "even if Terraform has asked to stop");
    }
}
