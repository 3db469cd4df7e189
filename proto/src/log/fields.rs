//! What every line of a call carries, and what none of them may.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::line::Line;
use super::masks::Concealed;
use super::secrets::secrets;
use crate::schema::Declaration;
use crate::value::Value;

tokio::task_local! {
    static SCOPE: Arc<Scope>;
}

/// One call: what its log lines have in common.
pub(crate) struct Scope {
    rpc: &'static str,
    subject: Option<Subject>,
    id: u64,
    /// The secrets it has seen: masked until it ends.
    concealed: Mutex<Vec<Concealed>>,
}

/// What a call is about.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// The field that names it: one for each kind, and the same as in other providers.
    pub(crate) field: &'static str,
    /// A type with its prefix, or a function.
    pub(crate) name: String,
}

impl Scope {
    pub(crate) fn new(rpc: &'static str, subject: Option<Subject>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            rpc,
            subject,
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            concealed: Mutex::default(),
        }
    }

    pub(super) fn add_to(&self, line: &mut Line) {
        line.field("tf_rpc", self.rpc);
        line.field(
            "tf_req_id",
            format_args!("{}-{}", std::process::id(), self.id),
        );
        if let Some(subject) = &self.subject {
            line.field(subject.field, &subject.name);
        }
    }
}

/// Runs `call` so that its lines carry the scope.
pub(crate) async fn scoped<F: Future>(scope: Scope, call: F) -> F::Output {
    SCOPE.scope(Arc::new(scope), call).await
}

pub(super) fn add_scope(line: &mut Line) {
    // Outside a call there is no scope, and nothing to add.
    let _ = SCOPE.try_with(|scope| scope.add_to(line));
}

/// Masks what is sensitive in `value` until the call ends in which this is called.
pub(crate) fn conceal(declarations: &[Declaration], value: &Value) {
    // Outside a call, nothing would end it.
    let _ = SCOPE.try_with(|scope| {
        let mut concealed = scope
            .concealed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        concealed.extend(secrets(declarations, value));
    });
}
