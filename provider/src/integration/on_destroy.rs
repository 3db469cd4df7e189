//! `on_destroy`: what happens to the function once its associations are gone.

use std::fmt;
use std::str::FromStr;

use tfplugin::StringValue;

/// The choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum OnDestroy {
    /// Delete it; leave it with a warning when CloudFront's replicas still use it.
    #[default]
    BestEffort,
    /// Delete it, and fail when that does not succeed in time.
    Delete,
    /// Leave it.
    Retain,
}

/// A string that is not one of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a valid value. Choose among best_effort, delete, retain")]
pub(crate) struct UnknownChoice(String);

impl FromStr for OnDestroy {
    type Err = UnknownChoice;

    fn from_str(word: &str) -> Result<Self, UnknownChoice> {
        match word {
            "best_effort" => Ok(OnDestroy::BestEffort),
            "delete" => Ok(OnDestroy::Delete),
            "retain" => Ok(OnDestroy::Retain),
            _ => Err(UnknownChoice(word.to_owned())),
        }
    }
}

impl fmt::Display for OnDestroy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OnDestroy::BestEffort => "best_effort",
            OnDestroy::Delete => "delete",
            OnDestroy::Retain => "retain",
        })
    }
}

impl StringValue for OnDestroy {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_written_as_it_is_read() {
        for choice in [OnDestroy::BestEffort, OnDestroy::Delete, OnDestroy::Retain] {
            assert_eq!(choice.to_string().parse(), Ok(choice));
        }
        assert!("keep".parse::<OnDestroy>().is_err());
    }
}
