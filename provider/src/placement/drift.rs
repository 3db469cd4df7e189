//! Describes how the slots differ from what was applied. Calls nothing.
//!
//! Every wanted slot is compared with what the distribution holds. Each difference has its own
//! cause, because each needs another action: an association that was removed is not the same as a
//! new behavior. The causes of one distribution make one warning.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use tfplugin::{Diagnostic, Path};

use super::site::Site;
use crate::aws::arn::FunctionArn;
use crate::aws::slot::{Association, Slot};

/// A slot that is not as it was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Drift {
    pub(super) slot: Slot,
    pub(super) cause: Cause,
}

/// What happened to the slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The behavior is there, but the recorded association is not.
    Removed,
    /// No association is there, and none was recorded: a create failed before it took the slots, or
    /// an earlier read has already found them empty.
    Vacant,
    /// The cache behavior no longer exists.
    BehaviorGone,
    /// The cache behavior appeared after the last apply.
    NewBehavior,
    /// Our function in another version.
    OtherVersion { found: String },
    /// Somebody else's function.
    OtherFunction { holder: String },
    /// The right function, with the request body switched on or off.
    IncludeBody { found: bool },
}

/// What was applied, and what is there now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comparison<'a> {
    /// What was configured.
    pub(super) site: &'a Site,
    /// Slots that are ours by configuration.
    pub(super) wanted: &'a BTreeSet<Slot>,
    /// Slots that were ours after the last apply or read.
    pub(super) recorded: &'a BTreeSet<Slot>,
    /// The published version.
    pub(super) lambda_arn: &'a str,
    /// Our function, in any version.
    pub(super) function: &'a FunctionArn,
    /// Names of the existing behaviors.
    pub(super) behaviors: &'a BTreeSet<&'a str>,
    /// Every slot that holds something.
    pub(super) found: &'a BTreeMap<Slot, Association>,
}

impl Comparison<'_> {
    /// Every wanted slot that is not as it was applied.
    pub(super) fn drifts(&self) -> Vec<Drift> {
        self.wanted
            .iter()
            .filter_map(|slot| {
                Some(Drift {
                    slot: slot.clone(),
                    cause: self.cause(slot)?,
                })
            })
            .collect()
    }

    fn cause(&self, slot: &Slot) -> Option<Cause> {
        if !self.behaviors.contains(slot.behavior.as_str()) {
            return Some(Cause::BehaviorGone);
        }
        let Some(found) = self.found.get(slot) else {
            let was_protected = self
                .recorded
                .iter()
                .any(|recorded| recorded.behavior == slot.behavior);
            return Some(if was_protected {
                Cause::Removed
            } else if self.recorded.is_empty() {
                Cause::Vacant
            } else {
                Cause::NewBehavior
            });
        };
        if !self.function.owns(&found.lambda_arn) {
            Some(Cause::OtherFunction {
                holder: found.lambda_arn.clone(),
            })
        } else if self.lambda_arn != found.lambda_arn {
            Some(Cause::OtherVersion {
                found: found.lambda_arn.clone(),
            })
        } else if found.include_body != self.site.includes_body(slot.event) {
            Some(Cause::IncludeBody {
                found: found.include_body,
            })
        } else {
            None
        }
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Slot { behavior, event } = &self.slot;
        write!(f, "behavior \"{behavior}\", event {event}: ")?;
        match &self.cause {
            Cause::Removed => write!(
                f,
                "no function is associated, because the association was removed outside Terraform"
            ),
            Cause::Vacant => write!(f, "no function is associated"),
            Cause::BehaviorGone => write!(f, "the cache behavior no longer exists"),
            Cause::NewBehavior => write!(f, "the cache behavior is new and not protected yet"),
            Cause::OtherVersion { found } => {
                write!(
                    f,
                    "another version of the same function is associated: {found}"
                )
            }
            Cause::OtherFunction { holder } => {
                write!(f, "another function is associated: {holder}")
            }
            Cause::IncludeBody { found: true } => write!(f, "`include_body` was switched on"),
            Cause::IncludeBody { found: false } => write!(f, "`include_body` was switched off"),
        }
    }
}

/// One warning for all slots of a distribution; `None` if there is nothing to say. A state without
/// slots may never have been applied, so the warning does not say that they changed.
pub(super) fn warning(
    distribution_id: &str,
    drifts: &[Drift],
    is_applied: bool,
) -> Option<Diagnostic> {
    if drifts.is_empty() {
        return None;
    }
    let lines: Vec<String> = drifts.iter().map(|drift| format!("  - {drift}")).collect();
    Some(
        Diagnostic::warning(format!(
            "Slots of distribution {distribution_id} differ from {}",
            if is_applied {
                "what was applied"
            } else {
                "the configuration"
            }
        ))
        .detail(format!(
            "{}\n\nThe plan shows under `slots` what an apply corrects.",
            lines.join("\n")
        ))
        .at(Path::root("slots")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;

    const OURS: &str = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop";

    fn slot(behavior: &str) -> Slot {
        Slot::new(behavior, EventType::ViewerRequest)
    }

    /// The one drift of a wanted slot that holds `found`, after an apply to "default".
    fn drift_of(wanted: &str, existing: &[&str], found: Option<(&str, bool)>) -> Option<Cause> {
        drift_since(&[slot("default")].into(), wanted, existing, found)
    }

    fn drift_since(
        recorded: &BTreeSet<Slot>,
        wanted: &str,
        existing: &[&str],
        found: Option<(&str, bool)>,
    ) -> Option<Cause> {
        let found = found.map(|(lambda_arn, include_body)| {
            (
                slot(wanted),
                Association {
                    lambda_arn: lambda_arn.to_owned(),
                    include_body,
                },
            )
        });
        let ours = format!("{OURS}:7");
        let comparison = Comparison {
            site: &Site::default(),
            wanted: &[slot(wanted)].into(),
            recorded,
            lambda_arn: &ours,
            function: &OURS.parse().expect("an ARN"),
            behaviors: &existing.iter().copied().collect(),
            found: &found.into_iter().collect(),
        };
        comparison.drifts().pop().map(|drift| drift.cause)
    }

    #[test]
    fn an_association_as_applied_is_no_drift() {
        assert_eq!(
            drift_of("default", &["default"], Some((&format!("{OURS}:7"), true))),
            None
        );
    }

    #[test]
    fn each_kind_of_drift_is_told_apart() {
        let version = format!("{OURS}:6");
        let stranger = format!("{OURS}-2:7");
        let ours = format!("{OURS}:7");
        assert_eq!(
            drift_of("default", &["default"], None),
            Some(Cause::Removed)
        );
        assert_eq!(
            drift_of("/a", &["default"], None),
            Some(Cause::BehaviorGone)
        );
        assert_eq!(
            drift_of("/a", &["default", "/a"], None),
            Some(Cause::NewBehavior)
        );
        assert_eq!(
            drift_of("default", &["default"], Some((&version, true))),
            Some(Cause::OtherVersion {
                found: version.clone()
            })
        );
        assert_eq!(
            drift_of("default", &["default"], Some((&stranger, true))),
            Some(Cause::OtherFunction {
                holder: stranger.clone()
            })
        );
        assert_eq!(
            drift_of("default", &["default"], Some((&ours, false))),
            Some(Cause::IncludeBody { found: false })
        );
    }

    #[test]
    fn what_was_never_recorded_was_not_removed() {
        let drift = drift_since(&BTreeSet::new(), "default", &["default"], None);
        assert_eq!(drift, Some(Cause::Vacant));
        let drift = Drift {
            slot: slot("default"),
            cause: Cause::Vacant,
        };
        let warning = warning("E1", &[drift], false).expect("a warning");
        assert!(!warning.summary().contains("applied"));
        assert!(!warning.detail_text().contains("removed"));
    }

    #[test]
    fn the_warning_names_behavior_event_and_holder() {
        let drift = Drift {
            slot: slot("/a/*"),
            cause: Cause::OtherFunction {
                holder: "arn:other:3".to_owned(),
            },
        };
        let warning = warning("E1", &[drift], true).expect("a warning");
        for part in ["\"/a/*\"", "viewer-request", "arn:other:3"] {
            assert!(warning.detail_text().contains(part), "{part} is missing");
        }
    }
}
