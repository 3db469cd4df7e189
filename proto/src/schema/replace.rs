//! [`Replace`]: when a change of an attribute needs a new resource.

use std::sync::Arc;

use super::shape::Shape;
use crate::attr::Attr;
use crate::value::Value;

/// A rule for a value that changes.
pub(crate) enum Replace {
    Always,
    /// If the configuration sets the value.
    IfConfigured,
    /// If the author's function says so for the current and the planned value.
    If(Box<Decide>),
}

type Decide = dyn Fn(&Value, &Value) -> bool + Send + Sync;

impl Replace {
    /// Asks the author about typed values. Neither may be unknown.
    pub(super) fn decided_by<T: 'static, C: ?Sized + 'static>(
        shape: Arc<dyn Shape<T>>,
        borrow: fn(&T) -> &C,
        decide: impl Fn(Option<&C>, Option<&C>) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::If(Box::new(move |prior, planned| {
            let decoded = |value: &Value| shape.decode(value.clone()).map(Attr::into_known);
            match (decoded(prior), decoded(planned)) {
                (Ok(prior), Ok(planned)) => {
                    decide(prior.as_ref().map(borrow), planned.as_ref().map(borrow))
                }
                // A value that does not decode is reported elsewhere. Until then, assume that the
                // change needs a new resource.
                _ => true,
            }
        }))
    }

    /// Whether the change from `prior` to `planned`, which differ, needs a new resource. As long as
    /// the plan is not wholly known it may turn out to need one.
    pub(crate) fn applies(&self, is_configured: bool, prior: &Value, planned: &Value) -> bool {
        match self {
            Self::Always => true,
            Self::IfConfigured => is_configured,
            Self::If(decide) => !planned.is_wholly_known() || decide(prior, planned),
        }
    }

    /// Whether a change that is not known yet may need a new resource.
    pub(crate) fn may_apply(&self, is_configured: bool) -> bool {
        is_configured || !matches!(self, Self::IfConfigured)
    }
}
