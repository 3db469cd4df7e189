//! Deletes old versions after a publish, because every version counts against the code storage of
//! the account.

use std::collections::BTreeSet;

use super::functions::Functions;
use super::snapshot::Snapshot;
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::aws::version::Version;

/// The result of deleting old versions.
#[derive(Debug, Default)]
pub(crate) struct Pruned {
    pub(crate) deleted: Vec<Version>,
    /// Still in use at some edge location; a later prune deletes them.
    pub(crate) replicated: Vec<Version>,
    /// What stopped the pruning; worth a warning, never an error.
    pub(crate) failure: Option<Error>,
}

impl Functions {
    /// The version that was published last.
    pub(crate) async fn newest_version(
        &self,
        name: &str,
        deadline: &Deadline,
    ) -> Result<Option<Snapshot>, Error> {
        match self.versions(name, deadline).await?.last() {
            Some(newest) => self.read_version(name, *newest, deadline).await,
            None => Ok(None),
        }
    }

    /// Deletes old versions until at most `keep` are left in addition to the `protected` ones; 0
    /// keeps all.
    pub(crate) async fn prune(
        &self,
        name: &str,
        keep: u32,
        protected: &BTreeSet<Version>,
        deadline: &Deadline,
    ) -> Pruned {
        let mut pruned = Pruned::default();
        if keep > 0 {
            pruned.failure = self
                .prune_into(&mut pruned, name, keep, protected, deadline)
                .await
                .err();
        }
        pruned
    }

    async fn prune_into(
        &self,
        pruned: &mut Pruned,
        name: &str,
        keep: u32,
        protected: &BTreeSet<Version>,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        let versions = self.versions(name, deadline).await?;
        for version in surplus(versions, keep, protected) {
            let doing = format!("deleting version {version} of {name}");
            match deadline
                .run(&doing, self.delete_once(name, Some(version)))
                .await?
            {
                Ok(()) => pruned.deleted.push(version),
                Err(error) if super::delete::is_replicated(&error) => {
                    pruned.replicated.push(version)
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The unprotected versions, except the newest `keep` of them.
fn surplus(versions: Vec<Version>, keep: u32, protected: &BTreeSet<Version>) -> Vec<Version> {
    let mut unused: Vec<Version> = versions
        .into_iter()
        .filter(|version| !protected.contains(version))
        .collect();
    let kept = usize::try_from(keep).unwrap_or(usize::MAX);
    unused.truncate(unused.len().saturating_sub(kept));
    unused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_unused_versions_are_surplus_and_protected_ones_never() {
        let version = |number: u64| number.to_string().parse::<Version>().unwrap();
        let all: Vec<Version> = [1, 2, 9, 10, 11].map(version).into();
        let protected = BTreeSet::from([version(1), version(11)]);
        assert_eq!(
            surplus(all.clone(), 1, &protected),
            [version(2), version(9)]
        );
        assert_eq!(surplus(all.clone(), 3, &protected), []);
        assert_eq!(surplus(all, 99, &protected), []);
    }
}
