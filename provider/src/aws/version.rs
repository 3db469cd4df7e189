//! Numbers of published Lambda versions, the only versions that CloudFront associates.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use tfplugin::StringValue;

/// The number of a published Lambda version. Ordered as a number: 10 comes after 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Version(NonZeroU64);

/// What Lambda@Edge refuses: `$LATEST`, an alias, or something that is not a version at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not the number of a published version, such as \"7\"; CloudFront accepts neither \
    $LATEST nor an alias"
)]
pub(crate) struct NotAVersion(String);

impl FromStr for Version {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        plain
            .then(|| text.parse().ok())
            .flatten()
            .map(Version)
            .ok_or_else(|| NotAVersion(text.to_owned()))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StringValue for Version {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_numbers() {
        let mut versions: Vec<Version> = ["10", "9", "2"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        versions.sort();
        assert_eq!(
            versions.iter().map(Version::to_string).collect::<Vec<_>>(),
            ["2", "9", "10"]
        );
    }

    #[test]
    fn only_published_numbers_are_versions() {
        for text in ["$LATEST", "live", "", "0", "007", "+7", "-1", "7 "] {
            assert!(
                text.parse::<Version>().is_err(),
                "{text:?} was taken for a version"
            );
        }
    }
}
