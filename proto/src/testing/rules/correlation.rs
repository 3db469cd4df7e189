//! Compares two sets. Elements have no path, so each one needs a possible counterpart in the other
//! set.

use super::fault::Fault;
use crate::path::Path;
use crate::testing::shown::in_words;
use crate::value::{Set, Value};

/// For each element, the other set has to have at least one that could be the same.
pub(super) fn set_faults(
    planned: &Set,
    actual: &Set,
    path: &Path,
    agree: impl Fn(&Value, &Value) -> bool,
) -> Vec<Fault> {
    let alone = |one: &Value, others: &Set, agree: &dyn Fn(&Value, &Value) -> bool| {
        !others.iter().any(|other| agree(one, other))
    };
    let vanished = planned
        .iter()
        .filter(|one| alone(one, actual, &|planned, actual| agree(planned, actual)));
    let faults: Vec<Fault> = vanished
        .map(|element| Fault {
            path: path.clone(),
            what: format!(
                "planned set element {} does not correlate with any element in actual",
                in_words(element)
            ),
        })
        .collect();
    if !faults.is_empty() {
        return faults;
    }
    let appeared = actual
        .iter()
        .filter(|one| alone(one, planned, &|actual, planned| agree(planned, actual)));
    appeared
        .map(|element| Fault {
            path: path.clone(),
            what: format!(
                "actual set element {} does not correlate with any element in plan",
                in_words(element)
            ),
        })
        .collect()
}
