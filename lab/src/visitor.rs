//! The kinds of visitors, as Netacea would see them.

use serde::{Deserialize, Serialize};

/// A kind of visitor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Nothing is known against them.
    #[default]
    Human,
    /// Blocked.
    Bot,
    /// Has to solve a captcha.
    Captcha,
    /// Their browser has to pass a checkpoint.
    Checkpoint,
    /// Passes, and the origin is told.
    Flagged,
    /// A crawler that is asked to pay.
    Monetised,
}

impl Kind {
    /// Match, mitigate and captcha (protocol section 8), before any captcha is solved.
    pub(crate) fn verdict(self) -> [char; 3] {
        match self {
            Self::Human => ['0', '0', '0'],
            Self::Bot => ['1', '1', '0'],
            Self::Captcha => ['2', '1', '1'],
            Self::Checkpoint => ['2', '1', 'a'],
            Self::Flagged => ['2', '4', '0'],
            Self::Monetised => ['1', '5', '0'],
        }
    }
}
