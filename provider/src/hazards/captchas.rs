//! Whether captchas can be solved: what their pages send must reach the function.

use netacea_edge::captcha::VERIFICATION_PATH;

use super::case::Case;
use super::conduct::Mitigation;
use super::finding::Finding;
use super::hazard::Hazard;
use crate::aws::document::Behavior;
use crate::aws::event_type::EventType;

/// A path that the function answers itself.
struct OwnPath<'a> {
    path: &'a str,
    what: &'static str,
    is_posted: bool,
}

pub(super) fn findings(case: &Case<'_>) -> Vec<Finding> {
    let Some(mitigation) = case.mitigation() else {
        return Vec::new();
    };
    let paths = own_paths(mitigation);
    let mut found = Vec::new();
    for behavior in case.document.behaviors() {
        let is_served = |own: &&OwnPath<'_>| {
            let serving = case.document.serving(own.path);
            serving.is_some_and(|serving| std::ptr::eq(serving, behavior))
        };
        let served: Vec<&OwnPath<'_>> = paths.iter().filter(is_served).collect();
        let posted: Vec<&OwnPath<'_>> =
            served.iter().copied().filter(|own| own.is_posted).collect();
        if !served.is_empty() && !reaches_a_function(case, behavior) {
            found.push(unprotected(behavior, &served));
        }
        if !posted.is_empty() && !takes_posts(behavior) {
            found.push(read_only(behavior, &posted));
        }
    }
    found
}

fn own_paths(mitigation: &Mitigation) -> Vec<OwnPath<'_>> {
    let verification = OwnPath {
        path: VERIFICATION_PATH,
        what: "captcha solutions",
        is_posted: true,
    };
    let page = mitigation.captcha_path.as_deref().map(|path| OwnPath {
        path,
        what: "requests for captcha pages",
        is_posted: false,
    });
    let signals = mitigation.signal_path.as_deref().map(|path| OwnPath {
        path,
        what: "signals from checkpoint pages",
        is_posted: true,
    });
    [Some(verification), page, signals]
        .into_iter()
        .flatten()
        .collect()
}

/// Another function at viewer-request may be the one that answers.
fn reaches_a_function(case: &Case<'_>, behavior: &Behavior) -> bool {
    let holder = behavior.associations.get(&EventType::ViewerRequest);
    let is_ours = |lambda_arn: &str| {
        let function = case.function;
        function.is_some_and(|function| function.owns(lambda_arn))
    };
    case.judges(behavior) || holder.is_some_and(|held| !is_ours(&held.lambda_arn))
}

/// CloudFront's own documents always name the allowed methods.
fn takes_posts(behavior: &Behavior) -> bool {
    let methods = behavior.allowed_methods.as_ref();
    methods.is_none_or(|methods| methods.contains("POST"))
}

fn unprotected(behavior: &Behavior, served: &[&OwnPath<'_>]) -> Finding {
    Finding::of_behavior(
        Hazard::VerificationPathUnprotected,
        &behavior.name,
        Some(EventType::ViewerRequest),
        format!(
            "{}: the function does not see {}",
            effect(served),
            paths(served)
        ),
        format!(
            "The behavior that serves {} has no Lambda function at viewer-request, and this plan \
             does not attach one. Therefore {} go to the origin, which does not know them. \
             Protect that behavior too, with `behaviors` of this resource or with another \
             resource. If another resource takes the slot in the same apply, you do not need to \
             do anything.",
            paths(served),
            contents(served)
        ),
    )
}

fn read_only(behavior: &Behavior, posted: &[&OwnPath<'_>]) -> Finding {
    Finding::of_behavior(
        Hazard::VerificationPathReadOnly,
        &behavior.name,
        None,
        format!(
            "{}: CloudFront refuses POST for {}",
            effect(posted),
            paths(posted)
        ),
        format!(
            "The behavior that serves {} does not allow POST. CloudFront answers {} with 403 \
             before any function runs, so they do not reach Netacea. Allow GET, HEAD, OPTIONS, \
             PUT, POST, PATCH and DELETE in that behavior, or add a separate behavior for the \
             path, allow them there, and protect that one.",
            paths(posted),
            contents(posted)
        ),
    )
}

fn effect(own: &[&OwnPath<'_>]) -> &'static str {
    if own.iter().any(|own| own.path == VERIFICATION_PATH) {
        "Captchas cannot be solved"
    } else {
        "Netacea's captcha or checkpoint pages do not work"
    }
}

fn paths(own: &[&OwnPath<'_>]) -> String {
    let paths: Vec<&str> = own.iter().map(|own| own.path).collect();
    paths.join(" or ")
}

fn contents(own: &[&OwnPath<'_>]) -> String {
    let contents: Vec<&str> = own.iter().map(|own| own.what).collect();
    contents.join(" and ")
}
