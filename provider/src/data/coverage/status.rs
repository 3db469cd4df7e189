//! What is to be said of one behavior. Pure.
//!
//! The reasons are those that a plan gives: the conflicts of the splice and the names of hazards.

use std::collections::BTreeSet;

use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::document::Behavior;
use crate::aws::event_type::EventType;
use crate::aws::slot::Slot;
use crate::aws::splice::Conflict;
use crate::hazards::GRPC_PASSES;
use crate::placement::{DEFAULT_EVENTS, UNSEEN_ANSWERS};

/// How well a behavior is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    Protected,
    Partly,
    Foreign,
    Unprotected,
    Impossible,
}

/// The judgment on a behavior.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) status: Status,
    /// `None` exactly where the status is `Protected`.
    pub(super) reason: Option<String>,
}

impl Status {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Status::Protected => "protected",
            Status::Partly => "partly",
            Status::Foreign => "foreign",
            Status::Unprotected => "unprotected",
            Status::Impossible => "impossible",
        }
    }

    /// Whether nothing of this provider stands there although something could.
    pub(super) const fn is_open(self) -> bool {
        matches!(self, Status::Foreign | Status::Unprotected)
    }
}

/// Judges `behavior`; `ours` are the functions that this provider manages.
pub(super) fn verdict(behavior: &Behavior, ours: &BTreeSet<FunctionArn>) -> Verdict {
    let held = behavior.associations.iter().filter_map(|(event, held)| {
        let version: QualifiedArn = held.lambda_arn.parse().ok()?;
        ours.contains(&version.function)
            .then_some((*event, version))
    });
    let held: Vec<(EventType, QualifiedArn)> = held.collect();
    if held.is_empty() {
        return without_ours(behavior);
    }
    let shortcomings = shortcomings(behavior, &held);
    if shortcomings.is_empty() {
        Verdict {
            status: Status::Protected,
            reason: None,
        }
    } else {
        Verdict {
            status: Status::Partly,
            reason: Some(shortcomings.join(". ")),
        }
    }
}

/// What the functions that stand there miss.
fn shortcomings(behavior: &Behavior, held: &[(EventType, QualifiedArn)]) -> Vec<String> {
    let stands = |event| held.iter().any(|(held, _)| *held == event);
    let mut found = Vec::new();
    if !stands(EventType::ViewerRequest) && !stands(EventType::OriginRequest) {
        found.push(
            "No request is judged: no function of this provider is attached to viewer-request or \
             origin-request"
                .to_owned(),
        );
    }
    if !stands(EventType::ViewerResponse) {
        found.push(UNSEEN_ANSWERS.to_owned());
    }
    let versions: BTreeSet<&QualifiedArn> = held.iter().map(|(_, version)| version).collect();
    if versions.len() > 1 {
        let of_each = held.iter().map(|(event, version)| {
            let QualifiedArn { function, version } = version;
            format!("{event} has version {version} of {}", function.name)
        });
        let of_each: Vec<String> = of_each.collect();
        found.push(format!(
            "The behavior's events have different versions: {}",
            of_each.join(", ")
        ));
    }
    if behavior.grpc {
        found.push(GRPC_PASSES.to_owned());
    }
    found
}

fn without_ours(behavior: &Behavior) -> Verdict {
    let slot = |event| Slot::new(&behavior.name, event);
    if behavior.smooth_streaming {
        return Verdict::of(
            Status::Impossible,
            &Conflict::SmoothStreaming {
                behavior: behavior.name.clone(),
            },
        );
    }
    let function = behavior.functions.iter().next();
    if let Some((event, function)) = function {
        return Verdict::of(
            Status::Impossible,
            &Conflict::CloudFrontFunction {
                slot: slot(*event),
                function: function.clone(),
            },
        );
    }
    let foreign = DEFAULT_EVENTS
        .into_iter()
        .find_map(|event| Some((event, behavior.associations.get(&event)?)));
    if let Some((event, held)) = foreign {
        return Verdict::of(
            Status::Foreign,
            &Conflict::Held {
                slot: slot(event),
                holder: held.lambda_arn.clone(),
            },
        );
    }
    let reason = if behavior.grpc {
        "no function of this provider is attached here: an integration without `behaviors` leaves \
         out behaviors with gRPC"
    } else {
        "no function of this provider is attached here"
    };
    Verdict {
        status: Status::Unprotected,
        reason: Some(reason.to_owned()),
    }
}

impl Verdict {
    fn of(status: Status, conflict: &Conflict) -> Verdict {
        Verdict {
            status,
            reason: Some(conflict.fact()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::aws::slot::Association;

    const OURS: &str = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:3";
    const OLDER: &str = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:2";
    const THEIRS: &str = "arn:aws:lambda:us-east-1:123456789012:function:rewrite:7";

    fn behavior(held: &[(EventType, &str)]) -> Behavior {
        let associations = held.iter().map(|(event, arn)| {
            let association = Association {
                lambda_arn: (*arn).to_owned(),
                include_body: false,
            };
            (*event, association)
        });
        Behavior {
            name: "/checkout/*".to_owned(),
            associations: associations.collect(),
            ..Behavior::default()
        }
    }

    fn judged(behavior: &Behavior) -> (Status, String) {
        let ours = BTreeSet::from([OURS.parse().expect("an ARN")]);
        let Verdict { status, reason } = verdict(behavior, &ours);
        assert_eq!(reason.is_none(), status == Status::Protected, "{reason:?}");
        (status, reason.unwrap_or_default())
    }

    #[test]
    fn requests_and_answers_of_one_version_are_protection() {
        use EventType::{OriginRequest, OriginResponse, ViewerRequest, ViewerResponse};
        for events in [
            vec![ViewerRequest, ViewerResponse],
            vec![ViewerRequest, ViewerResponse, OriginResponse],
            vec![OriginRequest, ViewerResponse],
        ] {
            let held: Vec<_> = events.into_iter().map(|event| (event, OURS)).collect();
            assert_eq!(judged(&behavior(&held)).0, Status::Protected, "{held:?}");
        }
        let next_to_it = behavior(&[
            (ViewerRequest, OURS),
            (ViewerResponse, OURS),
            (OriginRequest, THEIRS),
        ]);
        assert_eq!(judged(&next_to_it).0, Status::Protected);
    }

    #[test]
    fn what_ours_misses_is_named() {
        use EventType::{OriginRequest, OriginResponse, ViewerRequest, ViewerResponse};
        for (held, misses) in [
            (vec![(ViewerResponse, OURS)], "No request is judged"),
            (vec![(ViewerRequest, OURS)], "no session"),
            (
                vec![(OriginRequest, OURS), (OriginResponse, OURS)],
                "no session",
            ),
            (
                vec![(ViewerRequest, OURS), (ViewerResponse, THEIRS)],
                "no session",
            ),
            (
                vec![(ViewerRequest, OURS), (ViewerResponse, OLDER)],
                "viewer-response has version 2 of netacea-shop",
            ),
        ] {
            let (status, reason) = judged(&behavior(&held));
            assert_eq!(status, Status::Partly, "{held:?}");
            assert!(reason.contains(misses), "{held:?}: {reason}");
        }
        let grpc = Behavior {
            grpc: true,
            ..behavior(&[(ViewerRequest, OURS), (ViewerResponse, OURS)])
        };
        assert_eq!(judged(&grpc), (Status::Partly, GRPC_PASSES.to_owned()));
    }

    #[test]
    fn without_ours_the_reason_is_what_a_plan_would_refuse() {
        use EventType::{OriginRequest, ViewerRequest, ViewerResponse};
        let foreign = judged(&behavior(&[(ViewerResponse, THEIRS)]));
        assert_eq!(foreign.0, Status::Foreign);
        assert!(
            foreign.1.contains("/checkout/* viewer-response"),
            "{foreign:?}"
        );
        assert!(foreign.1.contains(THEIRS), "{foreign:?}");
        let next_to_it = judged(&behavior(&[(OriginRequest, THEIRS)]));
        assert_eq!(next_to_it.0, Status::Unprotected);
        assert_eq!(judged(&behavior(&[])).0, Status::Unprotected);

        let streaming = Behavior {
            smooth_streaming: true,
            ..behavior(&[])
        };
        assert_eq!(judged(&streaming).0, Status::Impossible);
        let taken = Behavior {
            functions: BTreeMap::from([(ViewerRequest, "rewrite-index".to_owned())]),
            ..behavior(&[])
        };
        let taken = judged(&taken);
        assert_eq!(taken.0, Status::Impossible);
        assert!(taken.1.contains("rewrite-index"), "{taken:?}");
        let grpc = Behavior {
            grpc: true,
            ..behavior(&[])
        };
        assert!(judged(&grpc).1.contains("gRPC"));
    }
}
