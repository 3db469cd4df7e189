//! `pinned_version`, as the user writes it.

use std::fmt;
use std::str::FromStr;

use tfplugin::StringValue;

use crate::aws::version::{NotAVersion, Version};

/// The number of a version that was published before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PinnedVersion(pub(crate) Version);

/// The error for another string; says where to find a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}. Set `pinned_version` to a number that the attribute `version` has shown")]
pub(crate) struct CannotBePinned(NotAVersion);

impl FromStr for PinnedVersion {
    type Err = CannotBePinned;

    fn from_str(number: &str) -> Result<Self, CannotBePinned> {
        number.parse().map(PinnedVersion).map_err(CannotBePinned)
    }
}

impl fmt::Display for PinnedVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StringValue for PinnedVersion {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_of_published_versions_can_be_pinned() {
        let refusal = |number: &str| {
            let refused = number.parse::<PinnedVersion>();
            refused.expect_err("no published version").to_string()
        };
        assert!("7".parse::<PinnedVersion>().is_ok());
        assert!(refusal("$LATEST").contains("$LATEST"));
        assert!(refusal("live").contains("`version` has shown"));
    }
}
