//! What happens to the function's answers to visitors that it stops: replaced by a page of the
//! site, or kept for others.

use std::collections::BTreeMap;
use std::fmt;

use netacea_edge::ERRORS_NOT_KEPT;

use super::case::Case;
use super::conduct::Mitigation;
use super::finding::{Finding, Place};
use super::hazard::Hazard;
use crate::aws::event_type::EventType;

pub(super) fn findings(case: &Case<'_>) -> Vec<Finding> {
    match case.mitigation() {
        Some(mitigation) => {
            let mut found = replaced(case, mitigation);
            found.extend(kept(case, mitigation));
            found
        }
        None => Vec::new(),
    }
}

/// Custom error responses. That they also replace what a viewer-request function answers is not
/// documented, so it is said that they may.
fn replaced(case: &Case<'_>, mitigation: &Mitigation) -> Vec<Finding> {
    let surroundings = case.document.surroundings();
    let finding = |(status, answers): (u32, Answers)| {
        let page = surroundings.error_page(status)?;
        let (path, code) = (&page.path, &page.status);
        let seconds = surroundings.error_seconds(status);
        let then = answers.replaced();
        Some(Finding::of_distribution(
            Hazard::CustomErrorPage,
            format!("Visitors may get {path} with status {code} instead of {answers}"),
            format!(
                "The distribution has a custom error response for {status}, the status of \
                 {answers}. CloudFront may therefore send the page {path} with status {code} \
                 instead of the function's response, and cache it for {seconds} seconds. {then} \
                 Choose \
                 statuses that have no custom error response, such as 410 for `block.status` and \
                 429 for `captcha.status` in the integration's `settings`, or remove the custom \
                 error response for {status}.",
            ),
        ))
    };
    statuses(mitigation)
        .into_iter()
        .filter_map(finding)
        .collect()
}

/// An answer that an origin-request function gives is one of the origin's to CloudFront.
fn kept(case: &Case<'_>, mitigation: &Mitigation) -> Vec<Finding> {
    let surroundings = case.document.surroundings();
    let kept: Vec<String> = statuses(mitigation)
        .into_iter()
        // The function gives no page of 200 there.
        .map(|(status, answers)| (if status == 200 { 403 } else { status }, answers))
        .filter(|(status, _)| !ERRORS_NOT_KEPT.map(u32::from).contains(status))
        .map(|(status, answers)| (status, answers, surroundings.error_seconds(status)))
        .filter(|(_, _, seconds)| *seconds > 0)
        .map(|(status, answers, seconds)| format!("{answers} ({status}) for {seconds} seconds"))
        .collect();
    let behaviors = case.document.behaviors().iter();
    behaviors
        .filter(|behavior| !kept.is_empty() && case.wants(&behavior.name, EventType::OriginRequest))
        .map(|behavior| Finding {
            hazard: Hazard::CachedMitigation,
            behavior: Some(behavior.name.clone()),
            event: Some(EventType::OriginRequest),
            summary: "The answer to one visitor may be shown to others".to_owned(),
            detail: format!(
                "At origin-request, CloudFront caches these \
                 answers of the function like errors of the origin, whatever their `Cache-Control` \
                 says: {}. These times are the distribution's error caching \
                 minimum. Meanwhile, everybody who requests the same object gets the same \
                 answer, and a visitor who has solved a captcha may get it again. Use \
                 `viewer-request` in `events` instead of `origin-request`. Otherwise choose 404 \
                 or 410 for `block.status`, for which CloudFront obeys `no-store`, and set the \
                 distribution's error caching minimum to 0 for `captcha.status`.",
                kept.join(", ")
            ),
            place: Place::Events,
        })
        .collect()
}

/// What is answered with one status.
#[derive(Clone, Copy)]
enum Answers {
    Blocks,
    Captchas,
    Both,
}

impl Answers {
    /// What it means that a page takes their place.
    fn replaced(self) -> &'static str {
        match self {
            Answers::Blocks => "A bot then gets that page.",
            Answers::Captchas => "Nobody then sees a captcha.",
            Answers::Both => "A bot then gets that page, and nobody sees a captcha.",
        }
    }
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Answers::Blocks => "blocks",
            Answers::Captchas => "captchas",
            Answers::Both => "blocks and captchas",
        })
    }
}

fn statuses(mitigation: &Mitigation) -> BTreeMap<u32, Answers> {
    if mitigation.block_status == mitigation.captcha_status {
        return [(mitigation.block_status, Answers::Both)].into();
    }
    [
        (mitigation.block_status, Answers::Blocks),
        (mitigation.captcha_status, Answers::Captchas),
    ]
    .into()
}
