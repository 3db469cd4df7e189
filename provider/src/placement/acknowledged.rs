//! Acknowledged hazards that no longer occur: the plan reports each of them once, and private state
//! remembers which. One that occurs in between is reported again when it is absent the next time.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tfplugin::{Diagnostic, Path, Private};

use crate::hazards::{Finding, Hazard};
use crate::private_keys::ACKNOWLEDGED;

/// Acknowledgements that are not needed. The names of the fields in private state are older.
#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
struct Unneeded {
    /// All of them, as the last read or plan found them.
    #[serde(rename = "absent")]
    names: BTreeSet<String>,
    /// Those that an earlier apply has reported.
    #[serde(rename = "told")]
    reported: BTreeSet<String>,
}

/// For a resource that acknowledges nothing.
pub(super) fn forget(private: &mut Private) {
    private.remove(ACKNOWLEDGED);
}

/// Keeps, at a read, which acknowledgements are not needed, for the next plan.
pub(super) fn keep_unneeded(
    private: &mut Private,
    acknowledged: &BTreeSet<Hazard>,
    found: &[Finding],
) {
    let names = absent(acknowledged, found);
    let before: Unneeded = private.get(ACKNOWLEDGED).unwrap_or_default();
    let reported = before.names.intersection(&names).cloned().collect();
    private.set(ACKNOWLEDGED, &Unneeded { names, reported });
}

/// Reports, at a plan, those that have not been reported yet. A plan of a run that has not read the
/// distribution is one that was made before, or made without a refresh: it reports only what came
/// up since.
pub(super) fn report(
    private: &mut Private,
    acknowledged: &BTreeSet<Hazard>,
    found: &[Finding],
    was_read: bool,
) -> Option<Diagnostic> {
    let names = absent(acknowledged, found);
    let Unneeded {
        names: mut before,
        mut reported,
    } = private.get(ACKNOWLEDGED).unwrap_or_default();
    if !was_read {
        reported.append(&mut before);
    }
    reported.retain(|name| names.contains(name));
    let warning = warning(&names.difference(&reported).collect());
    private.set(ACKNOWLEDGED, &Unneeded { names, reported });
    warning
}

fn absent(acknowledged: &BTreeSet<Hazard>, found: &[Finding]) -> BTreeSet<String> {
    let occurs = |hazard: &Hazard| found.iter().any(|finding| finding.hazard == *hazard);
    let absent = acknowledged.iter().filter(|hazard| !occurs(hazard));
    absent.map(ToString::to_string).collect()
}

fn warning(names: &BTreeSet<&String>) -> Option<Diagnostic> {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| {
        Diagnostic::warning("An acknowledged hazard does not occur")
            .detail(format!(
                "`acknowledge_hazards` silences hazards that the distribution and this \
                 configuration do not cause: {}. Remove these names, or nobody is warned if such a \
                 hazard occurs. After an apply, this warning is not repeated.",
                names.join(", ")
            ))
            .at(Path::root("acknowledge_hazards"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hazards::Place;

    fn occurring() -> Vec<Finding> {
        vec![Finding {
            hazard: Hazard::Grpc,
            behavior: None,
            event: None,
            summary: String::new(),
            detail: String::new(),
            place: Place::Distribution,
        }]
    }

    fn acknowledged() -> BTreeSet<Hazard> {
        [Hazard::Grpc].into()
    }

    /// A run of `terraform apply`: read, plan, and the plan once more without a read. Says whether
    /// the plan that the user sees reports.
    fn apply(private: &mut Private, found: &[Finding]) -> bool {
        keep_unneeded(private, &acknowledged(), found);
        let shown = report(private, &acknowledged(), found, true);
        let again = report(private, &acknowledged(), found, false);
        assert_eq!(again, None, "a plan that is made again reports nothing new");
        shown.is_some()
    }

    #[test]
    fn a_hazard_that_occurs_is_not_reported_here() {
        let mut private = Private::default();
        assert!(!apply(&mut private, &occurring()));
    }

    #[test]
    fn an_absent_hazard_is_reported_once() {
        let mut private = Private::default();
        assert!(report(&mut private, &acknowledged(), &[], true).is_some());
        assert!(
            !apply(&mut private, &[]),
            "an earlier apply has reported it"
        );
        assert!(!apply(&mut private, &[]));
    }

    #[test]
    fn a_hazard_that_was_back_is_reported_again() {
        let mut private = Private::default();
        assert!(apply(&mut private, &[]));
        assert!(!apply(&mut private, &[]));
        assert!(!apply(&mut private, &occurring()));
        assert!(apply(&mut private, &[]));
    }

    #[test]
    fn private_state_keeps_the_names_of_older_releases() {
        let mut private = Private::default();
        private.set(
            ACKNOWLEDGED,
            &serde_json::json!({ "absent": ["grpc"], "told": [] }),
        );
        assert!(!apply(&mut private, &[]), "it was absent before");
    }
}
