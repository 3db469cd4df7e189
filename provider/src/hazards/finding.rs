//! One hazard that was found.

use super::hazard::Hazard;
use crate::aws::event_type::EventType;

/// How grave findings are: CloudFront accepts all of them.
pub(crate) const SEVERITY: &str = "warning";

/// A hazard, where it is, and what to say about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) hazard: Hazard,
    /// The cache behavior; `None`: the distribution as a whole.
    pub(crate) behavior: Option<String>,
    pub(crate) event: Option<EventType>,
    /// What happens.
    pub(crate) summary: String,
    /// Why, and the way out. The behavior is not named: findings that differ in nothing else are
    /// told together.
    pub(crate) detail: String,
    pub(crate) place: Place,
}

/// The attribute that led here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Distribution,
    Behaviors,
    Events,
}

impl Finding {
    /// One about the distribution as a whole.
    pub(super) fn of_distribution(hazard: Hazard, summary: String, detail: String) -> Finding {
        Finding {
            hazard,
            behavior: None,
            event: None,
            summary,
            detail,
            place: Place::Distribution,
        }
    }

    /// One about a behavior.
    pub(super) fn of_behavior(
        hazard: Hazard,
        behavior: &str,
        event: Option<EventType>,
        summary: String,
        detail: String,
    ) -> Finding {
        Finding {
            hazard,
            behavior: Some(behavior.to_owned()),
            event,
            summary,
            detail,
            place: Place::Behaviors,
        }
    }
}
