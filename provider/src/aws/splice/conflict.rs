//! Why the splice refuses a change, with messages that a user can act on.
//!
//! A conflict has two parts: the fact, which names its slot or behavior, and the advice, which is
//! the same for all conflicts of a kind. So many of them fit into one list.

use std::fmt;

use crate::aws::behavior_name;
use crate::aws::document::Malformed;
use crate::aws::slot::Slot;

/// Why a wanted slot cannot be taken. Each says who caused it and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Conflict {
    /// The configuration names a behavior that is not there.
    UnknownBehavior {
        behavior: String,
        known: Vec<String>,
    },
    /// The distribution has two behaviors of one name.
    AmbiguousBehavior { behavior: String },
    /// Somebody else's Lambda function is there.
    Held { slot: Slot, holder: String },
    /// The slot is held by `found`, but the plan expected `planned`; `None` means nobody.
    Unplanned {
        slot: Slot,
        planned: Option<String>,
        found: Option<String>,
    },
    /// A function of Netacea's package would stay next to ours while others of it are displaced.
    Companion { slot: Slot, holder: String },
    /// A behavior that the plan counted on is gone; the configuration does not name it.
    BehaviorGone { behavior: String },
    /// A function of this provider, with a resource of its own, is there.
    Managed {
        slot: Slot,
        holder: String,
        /// The function's name.
        name: String,
    },
    /// A CloudFront Function excludes Lambda@Edge on viewer events.
    CloudFrontFunction { slot: Slot, function: String },
    /// Smooth Streaming excludes edge functions.
    SmoothStreaming { behavior: String },
    /// The distribution is the staging one of a continuous deployment, but a primary one is meant.
    Staging,
    /// A staging distribution is meant, and this is not one.
    NotStaging {
        /// Why CloudFront offers no continuous deployment for it.
        barred: Option<&'static str>,
    },
    /// `include_body` on an event without a request body.
    IncludeBody { slot: Slot },
    /// Two resources of one configuration want the same slot.
    WantedTwice { slot: Slot, by: Option<String> },
    /// AWS's document was not understood.
    Malformed(#[from] Malformed),
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let advice = self.advice();
        if advice.is_empty() {
            f.write_str(&self.fact())
        } else {
            write!(f, "{}. {advice}", self.fact())
        }
    }
}

impl Conflict {
    /// The fact, as a clause without a full stop.
    pub(crate) fn fact(&self) -> String {
        match self {
            Conflict::UnknownBehavior { behavior, .. } => {
                format!("the distribution has no cache behavior \"{behavior}\"")
            }
            Conflict::AmbiguousBehavior { behavior } => format!(
                "more than one cache behavior of the distribution is called \"{behavior}\", so it \
                 is not clear which one you mean"
            ),
            Conflict::Held { slot, holder } => format!("the slot \"{slot}\" is held by {holder}"),
            Conflict::Unplanned {
                slot,
                planned,
                found,
            } => {
                let found = match found {
                    Some(holder) => format!("is held by {holder}"),
                    None => "is empty".to_owned(),
                };
                let planned = planned.as_ref().map_or("no function", String::as_str);
                format!("the slot \"{slot}\" {found}, but the plan displaces {planned} there")
            }
            Conflict::BehaviorGone { behavior } => {
                format!("the cache behavior \"{behavior}\" no longer exists")
            }
            Conflict::Managed { slot, holder, .. } => {
                format!("the slot \"{slot}\" is held by {holder}, a function of this provider")
            }
            Conflict::Companion { slot, holder } => format!(
                "the slot \"{slot}\" is held by {holder}, which works together with other \
                 functions of Netacea's package; this plan would displace those from the behavior, \
                 but not {holder}"
            ),
            Conflict::CloudFrontFunction { slot, function } => format!(
                "the slot \"{slot}\" cannot be taken: the CloudFront Function {function} is on a \
                 viewer event of this behavior"
            ),
            Conflict::SmoothStreaming { behavior } => format!(
                "the cache behavior \"{behavior}\" uses Microsoft Smooth Streaming, which excludes \
                 edge functions"
            ),
            Conflict::Staging => "this is the staging distribution of a continuous deployment; it \
                                  gets only the requests that the policy sends there"
                .to_owned(),
            Conflict::NotStaging { .. } => {
                "`staging = true` is set, but this is not a staging distribution".to_owned()
            }
            Conflict::IncludeBody { slot } => format!(
                "the slot \"{slot}\" asks for `include_body`, which exists only on \
                 `viewer-request` and `origin-request`"
            ),
            Conflict::WantedTwice { slot, by } => {
                let function = by.as_ref().map(|by| format!(", for the function {by}"));
                format!(
                    "the slot \"{slot}\" is also wanted by another resource of this \
                     configuration{}",
                    function.unwrap_or_default()
                )
            }
            Conflict::Malformed(malformed) => {
                format!("the distribution's configuration cannot be changed safely: {malformed}")
            }
        }
    }

    /// What to do next, for one conflict of this kind or for many; empty when there is nothing to
    /// advise.
    pub(crate) fn advice(&self) -> String {
        let advice = match self {
            Conflict::UnknownBehavior { behavior, known } => {
                let hint = alike(behavior, known).map(|alike| {
                    format!(
                        "Did you mean \"{alike}\"? CloudFront treats a path pattern with and \
                         without its first slash as the same, but here you must write it exactly \
                         as the distribution does. "
                    )
                });
                return format!(
                    "{}Path patterns are compared exactly, including upper and lower case; the \
                     distribution has: {}. Correct the name in `behaviors`. If the distribution \
                     gets the behavior in the same apply, set `depends_on_distribution_changes = \
                     true`",
                    hint.unwrap_or_default(),
                    listed(known)
                );
            }
            Conflict::Managed { name, .. } => {
                return format!(
                    "That function has its own resource and is never displaced, even with \
                     `adopt_existing = true`. Leave the slot's behavior out of `behaviors`, or the \
                     slot's event out of `events`, in one of the two resources. If the other \
                     resource gives the slot up in the same apply, or this one replaces the other, \
                     set `hand_over_from = [\"{name}\"]` here"
                );
            }
            Conflict::NotStaging { barred: Some(why) } => {
                return format!(
                    "Remove `staging` to protect all visitors of this distribution. CloudFront \
                     offers no continuous deployment for it, because {why}. To start with some of \
                     the visitors, lower `settings.mitigation_percent` of the integration"
                );
            }
            Conflict::AmbiguousBehavior { behavior } if behavior == behavior_name::DEFAULT => {
                return format!(
                    "Write \"{}\" for the default cache behavior, and \"{}\" for the one whose \
                     path pattern is \"{behavior}\"",
                    behavior_name::SURELY_DEFAULT,
                    behavior_name::PATTERN_DEFAULT
                );
            }
            Conflict::AmbiguousBehavior { .. } => "Give these behaviors different path patterns",
            Conflict::Held { .. } => {
                "Remove that association. Or leave the slot's behavior out of `behaviors`, or the \
                 slot's event out of `events`. Or set `adopt_existing = true` to replace the \
                 association; it is recorded and can be restored on destroy"
            }
            Conflict::Unplanned { .. } => {
                "The distribution has changed since it was read for the plan. Plan again (if you \
                 used `-refresh=false`, leave it out): the new plan shows what it displaces"
            }
            Conflict::BehaviorGone { .. } => {
                "This resource protects all behaviors, and the behavior was there when the \
                 distribution was last read. Plan again (if you used `-refresh=false`, leave it \
                 out)"
            }
            Conflict::CloudFrontFunction { .. } => {
                "CloudFront allows only one kind of function on viewer events. Remove the \
                 CloudFront Function, name only the other behaviors in `behaviors`, or use only \
                 origin events here. If the CloudFront Function is removed in the same apply, set \
                 `depends_on_distribution_changes = true`"
            }
            Conflict::Companion { .. } => {
                "These functions must be displaced together. Add the event of each such slot to \
                 `events`, or remove the association there first"
            }
            Conflict::SmoothStreaming { .. } => "Name only the other behaviors in `behaviors`",
            Conflict::Staging => {
                "To try the function there first, use a `netacea_cloudfront_association` with \
                 `staging = true`. To protect all visitors, use the id of the primary distribution"
            }
            Conflict::NotStaging { barred: None } => {
                "Use the id of its staging distribution; `aws cloudfront copy-distribution \
                 --staging` creates one. To protect all visitors of this distribution, remove \
                 `staging`"
            }
            Conflict::IncludeBody { .. } => "Remove `include_body` there",
            Conflict::WantedTwice { .. } => {
                "Leave the slot's behavior out of `behaviors`, or the slot's event out of \
                 `events`, in one of the two resources"
            }
            Conflict::Malformed(_) => "",
        };
        advice.to_owned()
    }

    /// Whether a change of the distribution by its owner can remove it.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(
            self,
            Conflict::UnknownBehavior { .. } | Conflict::CloudFrontFunction { .. }
        )
    }

    /// The slot it is about.
    pub(crate) fn slot(&self) -> Option<&Slot> {
        match self {
            Conflict::Held { slot, .. }
            | Conflict::Unplanned { slot, .. }
            | Conflict::Managed { slot, .. }
            | Conflict::Companion { slot, .. }
            | Conflict::CloudFrontFunction { slot, .. }
            | Conflict::IncludeBody { slot }
            | Conflict::WantedTwice { slot, .. } => Some(slot),
            _ => None,
        }
    }

    /// The behavior it is about.
    pub(crate) fn behavior(&self) -> Option<&str> {
        match self {
            Conflict::UnknownBehavior { behavior, .. }
            | Conflict::AmbiguousBehavior { behavior }
            | Conflict::BehaviorGone { behavior }
            | Conflict::SmoothStreaming { behavior } => Some(behavior),
            other => other.slot().map(|slot| slot.behavior.as_str()),
        }
    }
}

/// The known behavior that differs only in its first slash.
fn alike<'a>(behavior: &str, known: &'a [String]) -> Option<&'a String> {
    let bare = |name| behavior_name::pattern(name).map(|pattern| pattern.trim_start_matches('/'));
    let wanted = bare(behavior)?;
    known.iter().find(|name| bare(name) == Some(wanted))
}

fn listed(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("\"{name}\""))
        .collect::<Vec<_>>()
        .join(", ")
}
