//! [`Phase`]: the steps in the life of an integration.

use std::fmt;

/// What Terraform does with an integration, in the order of a life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// It is not there.
    Create,
    /// It is there, and the state is lost.
    Import,
    /// Settings, configuration and tags changed.
    Update,
    /// Nothing changed.
    Read,
    /// It is no longer wanted.
    Destroy,
}

impl Phase {
    /// In order.
    pub(crate) const ALL: [Self; 5] = [
        Self::Create,
        Self::Import,
        Self::Update,
        Self::Read,
        Self::Destroy,
    ];

    /// Whether there is no life without it.
    pub(crate) fn is_needed(self) -> bool {
        matches!(self, Self::Create | Self::Destroy)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Import => "import",
            Self::Update => "update",
            Self::Read => "read",
            Self::Destroy => "destroy",
        })
    }
}
