//! `on_destroy`: what happens to the function once its associations are gone.

use std::fmt;
use std::str::FromStr;

use tfplugin::{NoChoice, StringValue, choose};

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

impl OnDestroy {
    const ALL: [OnDestroy; 3] = [OnDestroy::BestEffort, OnDestroy::Delete, OnDestroy::Retain];
}

impl FromStr for OnDestroy {
    type Err = NoChoice;

    fn from_str(word: &str) -> Result<Self, NoChoice> {
        choose(word, &OnDestroy::ALL)
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
        for choice in OnDestroy::ALL {
            assert_eq!(choice.to_string().parse(), Ok(choice));
        }
        assert!("keep".parse::<OnDestroy>().is_err());
    }
}
