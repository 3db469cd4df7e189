//! A panic in an author's code is an error of that call, not the end of the process.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;

/// Awaits `call`; a panic in it becomes an error naming `doing`.
///
/// Whatever the call borrowed is in the state the panic left it in; it is only read from then on.
pub(crate) async fn guarded<T>(doing: &str, call: impl Future<Output = Result<T>>) -> Result<T> {
    let mut call = pin!(call);
    std::future::poll_fn(|context| match caught(|| call.as_mut().poll(context)) {
        Ok(poll) => poll,
        Err(panic) => Poll::Ready(Err(panicked(doing, panic).into())),
    })
    .await
}

/// Runs `call`; a panic in it becomes an error naming `doing`.
pub(crate) fn guarded_sync<T>(doing: &str, call: impl FnOnce() -> T) -> Result<T> {
    caught(call).map_err(|panic| panicked(doing, panic).into())
}

/// Runs `call`; a panic in it becomes a sentence that names `doing`.
pub(crate) fn caught_in_words<T>(doing: &str, call: impl FnOnce() -> T) -> Result<T, String> {
    caught(call).map_err(|panic| in_words(doing, panic))
}

/// Takes notice of a panic that is about to be caught here, from the process's panic hook. `false`
/// if nobody catches it.
pub(crate) fn takes_notice(panic: &PanicHookInfo<'_>) -> bool {
    if !GUARDED.get() {
        return false;
    }
    let backtrace = Backtrace::capture();
    PLACE.set(Some(Place {
        location: panic.location().map(ToString::to_string),
        backtrace: (backtrace.status() == BacktraceStatus::Captured).then_some(backtrace),
    }));
    true
}

/// Where a panic was: what is caught itself does not say.
#[derive(Default)]
struct Place {
    location: Option<String>,
    backtrace: Option<Backtrace>,
}

thread_local! {
    /// Whether a panic of this thread is caught here.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    /// Of the last panic of this thread.
    static PLACE: RefCell<Option<Place>> = const { RefCell::new(None) };
}

/// What was thrown, and where.
type Panic = (Box<dyn Any + Send>, Place);

fn caught<T>(call: impl FnOnce() -> T) -> Result<T, Panic> {
    let outside = GUARDED.replace(true);
    let returned = catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(outside);
    returned.map_err(|panic| (panic, PLACE.take().unwrap_or_default()))
}

fn in_words(doing: &str, (panic, place): Panic) -> String {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    if let Some(backtrace) = place.backtrace {
        tracing::debug!(%backtrace, "caught a panic");
    }
    let at = place
        .location
        .map(|location| format!(", at {location}"))
        .unwrap_or_default();
    format!("{doing} panicked: {message}{at}")
}

fn panicked(doing: &str, panic: Panic) -> Diagnostic {
    Diagnostic::error("The provider crashed").detail(format!(
        "{}\n\nThis is a bug in the provider; please report it. Other resources were not affected.",
        in_words(doing, panic)
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
