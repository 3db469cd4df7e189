//! All rules together.

use super::case::Case;
use super::finding::Finding;
use super::{answers, behaviors, captchas, distribution};

/// What the owner should know before the function stands in the wanted slots, in the order of
/// [`Hazard`](super::Hazard) and then of the behaviors. Nothing is said of a plan that wants no
/// slot.
pub(crate) fn findings(case: &Case<'_>) -> Vec<Finding> {
    let mut found = captchas::findings(case);
    found.extend(answers::findings(case));
    found.extend(behaviors::findings(case));
    if !case.wanted.is_empty() {
        found.extend(distribution::findings(case));
    }
    // Stable: behaviors stay in their order.
    found.sort_by_key(|finding| finding.hazard);
    for behavior in found.iter_mut().filter_map(|one| one.behavior.as_mut()) {
        *behavior = case.document.written(behavior).to_owned();
    }
    found
}
