//! A slot, which is the smallest thing that this provider takes, moves and leaves, and the
//! association in it.

use std::fmt;
use std::str::FromStr;

use tfplugin::StringValue;

use super::event_type::EventType;

/// A place for one edge function in a distribution: a cache behavior and an event type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Slot {
    /// The name of the behavior ([`behavior_name`](super::behavior_name)): the exact path pattern,
    /// case sensitive, or the word for the default behavior.
    pub(crate) behavior: String,
    pub(crate) event: EventType,
}

/// The content of a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Association {
    /// As written in the distribution: the ARN of a published version.
    pub(crate) lambda_arn: String,
    /// Whether CloudFront shows the request body to the function.
    pub(crate) include_body: bool,
}

/// A string that is not `"<behavior> <event type>"`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a slot; write a behavior and an event type, such as \"/checkout/* viewer-request\""
)]
pub(crate) struct NotASlot(String);

impl Slot {
    pub(crate) fn new(behavior: impl Into<String>, event: EventType) -> Slot {
        Slot {
            behavior: behavior.into(),
            event,
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.behavior, self.event)
    }
}

impl FromStr for Slot {
    type Err = NotASlot;

    fn from_str(text: &str) -> Result<Self, NotASlot> {
        text.rsplit_once(' ')
            .filter(|(behavior, _)| !behavior.is_empty())
            .and_then(|(behavior, event)| Some(Slot::new(behavior, event.parse().ok()?)))
            .ok_or_else(|| NotASlot(text.to_owned()))
    }
}

impl StringValue for Slot {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_read_back_as_it_was_written() {
        for behavior in ["default", "/checkout/*", "*.jpg", "/with space/*"] {
            for event in EventType::ALL {
                let slot = Slot::new(behavior, event);
                assert_eq!(slot.to_string().parse(), Ok(slot));
            }
        }
    }

    #[test]
    fn half_a_slot_is_refused() {
        for text in [
            "default",
            "viewer-request",
            " viewer-request",
            "default viewer-requests",
            "",
        ] {
            assert!(text.parse::<Slot>().is_err(), "{text:?} was accepted");
        }
    }
}
