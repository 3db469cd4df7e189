//! [`Planner`]: an author's plan for one attribute.

use std::sync::Arc;

use super::shape::Shape;
use crate::attr::Attr;
use crate::change::AttributePlan;
use crate::value::Value;

/// What an author plans for an attribute, without Rust types.
pub(crate) struct Planner(Box<Plan>);

type Plan = dyn Fn(&Value, Option<&Value>, &Value) -> Option<Replanned> + Send + Sync;

/// The result of an author's planner.
pub(crate) struct Replanned {
    /// What the planner returned.
    pub(crate) value: Value,
    /// The planned value after a round trip through the Rust type, which may lose details. If
    /// `value` equals it, the author changed nothing.
    pub(crate) echo: Value,
}

impl Planner {
    pub(super) fn new<T: 'static>(
        shape: Arc<dyn Shape<T>>,
        plan: impl Fn(AttributePlan<T>) -> Attr<T> + Send + Sync + 'static,
    ) -> Self {
        Self(Box::new(move |config, prior, planned| {
            let decoded = |value: &Value| shape.decode(value.clone()).ok();
            let prior = match prior {
                Some(prior) => Some(decoded(prior)?),
                None => None,
            };
            let change = AttributePlan::new(decoded(config)?, prior, decoded(planned)?);
            Some(Replanned {
                value: shape.encode(plan(change)),
                echo: shape.encode(decoded(planned)?),
            })
        }))
    }

    /// `prior` is `None` if the object around the attribute is new. `None` if a value does not
    /// decode, which is reported elsewhere.
    pub(crate) fn plan(
        &self,
        config: &Value,
        prior: Option<&Value>,
        planned: &Value,
    ) -> Option<Replanned> {
        (self.0)(config, prior, planned)
    }
}
