//! All regions at once.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Diagnostic, Path};
use tokio::task::JoinSet;

use crate::aws::error::Error;
use crate::aws::log_groups::{LogGroups, RegionalLogGroups};
use crate::aws::retry::Deadline;

/// The results of the regions.
#[derive(Debug)]
pub(super) struct Outcomes<T> {
    pub(super) done: BTreeMap<String, T>,
    /// The account cannot use them.
    pub(super) not_enabled: BTreeSet<String>,
    pub(super) failed: BTreeMap<String, Error>,
}

/// Does `work` in each region.
pub(super) async fn each<T, W>(
    groups: &LogGroups,
    regions: impl IntoIterator<Item = String>,
    deadline: &Deadline,
    work: impl Fn(RegionalLogGroups, String) -> W,
) -> Outcomes<T>
where
    T: Send + 'static,
    W: Future<Output = Result<T, Error>> + Send + 'static,
{
    let mut at_work = JoinSet::new();
    let mut failed = BTreeMap::new();
    for region in regions {
        match groups.in_region(&region, deadline).await {
            Ok(regional) => {
                let work = work(regional, region.clone());
                at_work.spawn(async move { (region, work.await) });
            }
            Err(error) => {
                failed.insert(region, error);
            }
        }
    }
    let mut done = BTreeMap::new();
    while let Some(ended) = at_work.join_next().await {
        match ended {
            Ok((region, Ok(outcome))) => {
                done.insert(region, outcome);
            }
            Ok((region, Err(error))) => {
                failed.insert(region, error);
            }
            Err(broken) => std::panic::resume_unwind(broken.into_panic()),
        }
    }
    let mut not_enabled = BTreeSet::new();
    if !done.is_empty() {
        // The same credentials work elsewhere.
        let refused = |error: &Error| matches!(error, Error::RejectedCredentials(_));
        not_enabled.extend(
            failed
                .iter()
                .filter(|(_, error)| refused(error))
                .map(|(region, _)| region.clone()),
        );
        failed.retain(|_, error| !refused(error));
    }
    Outcomes {
        done,
        not_enabled,
        failed,
    }
}

/// What failed, in one error; `None` if nothing did.
pub(super) fn failure(
    failed: &BTreeMap<String, Error>,
    what: &str,
    next: &str,
) -> Option<Diagnostic> {
    let (_, error) = failed.first_key_value()?;
    let regions: Vec<&str> = failed.keys().map(String::as_str).collect();
    let each: String = failed
        .iter()
        .map(|(region, error)| format!("\n  - {region}: {error}"))
        .collect();
    let told = if let [_] = regions.as_slice() {
        return Some(error.diagnostic().at(Path::root("regions")));
    } else {
        format!(
            "{what} failed in {} regions:{each}\n\n{next}",
            regions.len()
        )
    };
    Some(
        Diagnostic::error(format!("{what} failed in {} regions", regions.len()))
            .detail(told)
            .at(Path::root("regions")),
    )
}
