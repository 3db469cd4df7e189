//! The condition of Protector: well, slow, failing or down.

use std::time::Duration;

use acceptance::aws::Effect;
use acceptance::netacea::Protector;
use serde::{Deserialize, Serialize};

/// Longer than any deadline of the function, short enough to end with the lab.
const LONG: Duration = Duration::from_secs(20);

/// A condition that Protector can be in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Condition {
    /// Answers at once.
    #[default]
    Well,
    /// Answers after the function's deadline.
    Slow,
    /// Answers 503.
    Failing,
    /// Takes no connection.
    Down,
}

impl Condition {
    /// Puts Protector into this condition from now on.
    pub(crate) fn befall(self, protector: &Protector) {
        match self {
            Self::Well => protector.recover(),
            Self::Slow => protector.suffer(Effect::HangBefore(LONG)),
            Self::Failing => protector.suffer(Effect::Answer(503, "")),
            Self::Down => protector.suffer(Effect::DOWN),
        }
    }
}
