//! The fields that every line of a call carries.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::line::Line;

tokio::task_local! {
    static SCOPE: Arc<Scope>;
}

/// One call: what its log lines have in common.
#[derive(Debug)]
pub(crate) struct Scope {
    rpc: &'static str,
    subject: Option<Subject>,
    id: u64,
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
