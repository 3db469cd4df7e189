//! The attributes that choose slots of a distribution, and show what they hold.
//!
//! Integration and association have the same ones in different places ([`Form`]): the integration
//! in an object `distribution`, the association at its top.

use std::collections::BTreeSet;

use tfplugin::{Attr, Diagnostic, Model, Object, Path};

use crate::aws::behavior_name;
use crate::aws::diagnostic::no_such_distribution;
use crate::aws::document::Document;
use crate::aws::event_type::EventType;
use crate::aws::identifiers::{is_distribution_id, is_function_name};
use crate::aws::splice::Conflict;

/// A distribution, and which of its slots are ours.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Site {
    /// Distribution id.
    pub(crate) id: Attr<String>,
    /// Names of cache behaviors; null = all.
    pub(crate) behaviors: Attr<BTreeSet<String>>,
    /// CloudFront event types; null = [`DEFAULT_EVENTS`].
    pub(crate) events: Attr<BTreeSet<EventType>>,
    /// Pass the request body to the function on request events; null = yes. The integration does
    /// not offer the choice: its function reads captcha answers from the body.
    pub(crate) include_body: Attr<bool>,
    /// Take slots that another function holds.
    pub(crate) adopt_existing: Attr<bool>,
    /// Put displaced associations back on destroy.
    pub(crate) restore_previous_on_destroy: Attr<bool>,
    /// The distribution is a staging one; null = it is not. The integration does not offer the
    /// choice.
    pub(crate) staging: Attr<bool>,
}

/// The three triggers of the edge function, as `events` has them by default.
pub(crate) const DEFAULT_EVENTS: [EventType; 3] = [
    EventType::ViewerRequest,
    EventType::ViewerResponse,
    EventType::OriginResponse,
];

/// Whether slots that another function holds are taken.
pub(crate) const DEFAULT_ADOPT_EXISTING: bool = false;
/// Whether displaced associations come back.
pub(crate) const DEFAULT_RESTORE_PREVIOUS: bool = true;
/// Whether the distribution is a staging one.
pub(crate) const DEFAULT_STAGING: bool = false;
/// Whether an apply waits for CloudFront.
pub(crate) const DEFAULT_WAIT_FOR_DEPLOYMENT: bool = true;

/// What the attribute `adopt_existing` does.
pub(crate) const ADOPT_EXISTING: &str = "Take a slot even if a function that this provider does \
     not manage holds it, and record that function in `displaced`. To take a slot from another \
     function of this provider, use `hand_over_from`. Default `false`: a held slot is an error in \
     the plan. The only exception is a slot that holds exactly the version that `displaced` \
     records, because you have let the resource displace it before.";

/// What the attribute `restore_previous_on_destroy` does.
pub(crate) const RESTORE_PREVIOUS_ON_DESTROY: &str = "Restore displaced associations when the \
     resource gives up the slot. Default `true`.";

/// What the attribute `wait_for_deployment` does.
pub(crate) const WAIT_FOR_DEPLOYMENT: &str = "Wait until CloudFront has deployed a change of \
     the distribution to all edge locations. Default `true`.";

/// What the attribute `depends_on_distribution_changes` does.
pub(crate) const DEPENDS_ON_DISTRIBUTION_CHANGES: &str = "Set this if a resource that this one \
     depends on changes the distribution in the same apply. A missing behavior, or a CloudFront \
     Function that is in the way, is then a warning in the plan instead of an error, and the \
     apply waits up to a minute until the distribution shows the change. Default `false`.";

impl Site {
    /// The chosen event types; `None` while they are unknown.
    pub(crate) fn event_types(&self) -> Option<Vec<EventType>> {
        match &self.events {
            Attr::Unknown => None,
            Attr::Null => Some(DEFAULT_EVENTS.to_vec()),
            Attr::Known(events) => Some(events.iter().copied().collect()),
        }
    }

    /// Whether the function gets the request body on `event`.
    pub(crate) fn include_body(&self, event: EventType) -> Attr<bool> {
        match &self.include_body {
            _ if !event.carries_body() => Attr::Known(false),
            Attr::Null => Attr::Known(true),
            configured => *configured,
        }
    }

    /// Whether a staging distribution is meant; `None` while that is unknown.
    pub(super) fn is_staging(&self) -> Option<bool> {
        match self.staging {
            Attr::Unknown => None,
            Attr::Null => Some(DEFAULT_STAGING),
            Attr::Known(staging) => Some(staging),
        }
    }

    /// Rewords a conflict for this configuration: if it names no behaviors, a missing behavior is
    /// reported as gone instead of unknown.
    pub(super) fn reworded(&self, conflict: Conflict) -> Conflict {
        match conflict {
            Conflict::UnknownBehavior { behavior, .. } if self.behaviors.is_null() => {
                Conflict::BehaviorGone { behavior }
            }
            conflict => conflict,
        }
    }

    /// Whether it names `default`, and the distribution has a path pattern of that spelling.
    pub(super) fn leaves_default_open(&self, document: &Document) -> bool {
        let mut names = self.behaviors.known().into_iter().flatten();
        document.has_pattern_default() && names.any(|name| name == behavior_name::DEFAULT)
    }

    /// The same once everything is known.
    pub(super) fn includes_body(&self, event: EventType) -> bool {
        self.include_body(event).known() == Some(&true)
    }
}

/// Where a resource has the attributes of its [`Site`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `distribution = { id, behaviors, … }`, which may be left out.
    Nested,
    /// `distribution_id`, `behaviors`, … of the resource itself.
    Flat,
}

impl Form {
    /// The path of the distribution's id.
    pub(crate) fn id(self) -> Path {
        match self {
            Form::Nested => Path::root("distribution").attribute("id"),
            Form::Flat => Path::root("distribution_id"),
        }
    }

    /// The path of another part of the site.
    pub(crate) fn part(self, name: &'static str) -> Path {
        match self {
            Form::Nested => Path::root("distribution").attribute(name),
            Form::Flat => Path::root(name),
        }
    }

    /// What to do about a distribution that is not there.
    pub(crate) fn without_distribution(self) -> &'static str {
        match self {
            Form::Nested => {
                "Correct `distribution.id`, or remove `distribution` to keep only the function \
                 (emit mode)."
            }
            Form::Flat => "Correct `distribution_id`, or remove this association.",
        }
    }

    /// The error if a distribution does not exist.
    pub(super) fn no_distribution(self, id: &str) -> Diagnostic {
        let advice = format!(
            "{} A destroy does not need the distribution.",
            self.without_distribution()
        );
        no_such_distribution(id, &advice).at(self.id())
    }
}

/// One value of a `slots` attribute: the association in the slot.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SlotAssociation {
    /// Qualified ARN of the associated function.
    pub(crate) lambda_arn: Attr<String>,
    /// Whether the function gets the request body.
    pub(crate) include_body: Attr<bool>,
}

impl Model for SlotAssociation {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("lambda_arn", |m| &mut m.lambda_arn)
            .computed()
            .describe("Qualified ARN of the function in this slot.");
        object
            .attribute("include_body", |m| &mut m.include_body)
            .computed()
            .describe("Whether CloudFront passes the request body to the function.");
    }
}

/// Checks a distribution id.
pub(crate) fn distribution_id(id: &str) -> Result<(), String> {
    if is_distribution_id(id) {
        Ok(())
    } else {
        Err(format!(
            "`{id}` is not a distribution id. Use the id, like \"E2QWRUHAPOMQZL\", not the ARN or \
             the domain name."
        ))
    }
}

/// Checks names of cache behaviors.
pub(crate) fn behaviors(names: &BTreeSet<String>) -> Result<(), String> {
    if names.is_empty() {
        Err(
            "An empty set selects nothing. Remove `behaviors` to protect all cache behaviors."
                .to_owned(),
        )
    } else {
        Ok(())
    }
}

/// What `hand_over_from` is for.
pub(crate) const HAND_OVER_FROM: &str = "Resources that give slots up for this one in the same \
    apply. For another integration whose function holds slots that are wanted here, give its \
    `name`. If that is a reference, Terraform updates the other integration first, and the slots \
    are empty until this resource takes them. For an association that has placed the same function \
    in the distribution so far, give its `id`. Without this argument, this resource never takes a \
    slot that another function of this provider holds. You can remove the argument after the \
    apply.";

/// Checks who hands over.
pub(crate) fn hand_over_from(names: &BTreeSet<String>) -> Result<(), String> {
    for name in names {
        let is_valid = match name.split_once(',') {
            Some((id, function)) => is_distribution_id(id) && is_function_name(function),
            None => is_function_name(name),
        };
        if !is_valid {
            return Err(format!(
                "`{name}` is neither the `name` of an integration, like \"netacea-shop\", nor the \
                 `id` of an association, like \"E2QWRUHAPOMQZL,netacea-shop\"."
            ));
        }
    }
    Ok(())
}

/// Checks CloudFront event types.
pub(crate) fn event_types(events: &BTreeSet<EventType>) -> Result<(), String> {
    if events.is_empty() {
        Err("An empty set selects nothing. Remove `events` to use the default.".to_owned())
    } else {
        Ok(())
    }
}

/// The warning of a plan if the function sees no answers on `viewer-response`.
pub(crate) const UNSEEN_ANSWERS: &str = "Most visitors get no session and no log entry";

/// A warning at `path`, if the function sees no answers below 400 on their way to the visitor.
pub(crate) fn unseen_answers(events: &BTreeSet<EventType>, path: Path) -> Option<Diagnostic> {
    if events.contains(&EventType::ViewerResponse) {
        return None;
    }
    let sealed = if events.contains(&EventType::OriginRequest) {
        " These responses then also contain the encrypted header (1 to 4 KB) in which the \
         function passes its findings from the request to the response."
    } else {
        ""
    };
    let warning = Diagnostic::warning(UNSEEN_ANSWERS);
    Some(
        warning
            .detail(format!(
                "Without `viewer-response` in `events`, the function does not see responses with a \
                 status below 400 on their way to the visitor. With these responses, visitors get \
                 no session cookie, so in `MITIGATE` and `INJECT` the function asks Netacea again \
                 at each request, and these responses are not logged.{sealed} Add \
                 `viewer-response`, unless CloudFront Functions take the viewer events of these \
                 behaviors."
            ))
            .at(path),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_not_taken_for_a_distribution_id() {
        assert!(distribution_id("E2QWRUHAPOMQZL").is_ok());
        assert!(
            distribution_id("arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL")
                .is_err()
        );
    }

    #[test]
    fn only_request_events_carry_the_body() {
        let site = Site::default();
        assert_eq!(
            site.include_body(EventType::ViewerRequest),
            Attr::Known(true)
        );
        assert_eq!(
            site.include_body(EventType::OriginResponse),
            Attr::Known(false)
        );
        let unknown = Site {
            include_body: Attr::Unknown,
            ..Site::default()
        };
        assert_eq!(
            unknown.include_body(EventType::ViewerRequest),
            Attr::Unknown
        );
        assert_eq!(
            unknown.include_body(EventType::ViewerResponse),
            Attr::Known(false)
        );
    }

    #[test]
    fn misspelt_and_missing_events_are_refused() {
        assert!(event_types(&[EventType::OriginRequest].into()).is_ok());
        assert!("viewer-requests".parse::<EventType>().is_err());
        assert!(event_types(&BTreeSet::new()).is_err());
    }

    #[test]
    fn who_is_neither_given_a_session_nor_logged_is_told() {
        use EventType::{OriginRequest, OriginResponse, ViewerRequest, ViewerResponse};
        for (events, is_told, mentions_header) in [
            (vec![ViewerRequest, ViewerResponse], false, false),
            (
                vec![OriginRequest, OriginResponse, ViewerResponse],
                false,
                false,
            ),
            (vec![ViewerRequest, OriginResponse], true, false),
            (vec![OriginRequest], true, true),
        ] {
            let warning = unseen_answers(&events.iter().copied().collect(), Path::root("events"));
            assert_eq!(warning.is_some(), is_told, "{events:?}");
            let text = format!("{warning:?}");
            assert_eq!(
                text.contains("encrypted header"),
                mentions_header,
                "{events:?}"
            );
        }
    }
}
