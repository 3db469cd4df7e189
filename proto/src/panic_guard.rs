//! A panic in an author's code is an error of that call, not the end of the process.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};

/// Awaits `call`; a panic in it becomes an error naming `doing`.
///
/// Whatever the call borrowed is in the state the panic left it in; it is only read from then on.
pub(crate) async fn guarded<T>(doing: &str, call: impl Future<Output = Result<T>>) -> Result<T> {
    let mut call = pin!(call);
    std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(context))) {
            Ok(poll) => poll,
            Err(panic) => Poll::Ready(Err(panicked(doing, &*panic).into())),
        }
    })
    .await
}

/// Runs `call`; a panic in it becomes an error naming `doing`.
pub(crate) fn guarded_sync<T>(doing: &str, call: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(call))
        .map_err(|panic| Diagnostics::from(panicked(doing, &*panic)))
}

fn panicked(doing: &str, panic: &(dyn Any + Send)) -> Diagnostic {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    Diagnostic::error("The provider crashed").detail(format!(
        "{doing} panicked: {message}\n\nThis is a bug in the provider; please report it. \
         Other resources were not affected."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_a_diagnostic_that_names_the_call() {
        let result = guarded("create of kv_entry", async {
            tokio::task::yield_now().await;
            if true {
                panic!("index {} is gone", 7);
            }
            Ok(())
        })
        .await;
        let diagnostics = result.expect_err("it panicked");
        let detail = diagnostics
            .iter()
            .next()
            .map(Diagnostic::detail_text)
            .unwrap_or_default();
        assert!(
            detail.starts_with("create of kv_entry panicked: index 7 is gone"),
            "{detail}"
        );
    }
}
