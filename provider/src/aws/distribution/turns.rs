//! Locks: within one process, one writer at a time for each distribution.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

/// One writer at a time for each distribution: Terraform works on many resources at once, and two
/// of them may share one.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>>);

impl Turns {
    /// Waits until nobody else of this process writes to the distribution.
    pub(super) async fn take(&self, id: &str) -> OwnedMutexGuard<()> {
        let turn = {
            // A map of locks is whole after any panic elsewhere.
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(id.to_owned()).or_default())
        };
        turn.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_distribution_has_one_writer_and_another_is_free() {
        let turns = Turns::default();
        let first = turns.take("E1").await;
        let other = turns.take("E2").await;
        let second = tokio::spawn({
            let turns = turns.clone();
            async move { turns.take("E1").await }
        });
        tokio::task::yield_now().await;
        assert!(!second.is_finished(), "two writers at once");
        drop((first, other));
        second.await.unwrap();
    }
}
