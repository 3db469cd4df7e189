//! One change of one distribution, from the first read to the last tag.
//!
//! What is displaced is in a ledger (`ledger.rs`), what is put back is looked at first
//! (`restores.rs`), and the update itself goes in rounds until CloudFront accepts it (`rounds.rs`,
//! with `attempt.rs` for each of them). Only after that does the ledger forget what our function
//! has left.

use super::distributions::Distributions;
use super::ledger::Ledger;
use super::restores;
use super::rounds::{Applied, Rounds};
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::aws::splice::Change;

impl Distributions {
    /// Makes the change: reads, splices, writes down what it displaces, updates, verifies. An error
    /// means that CloudFront accepted nothing of it.
    ///
    /// # Errors
    /// [`Error::Conflicts`], [`Error::DistributionGone`], [`Error::AnotherWriter`], and what calls
    /// can fail with. After [`Error::Unclear`] alone CloudFront may have accepted it.
    pub(crate) async fn apply(
        &self,
        id: &str,
        change: &Change,
        deadline: &Deadline,
    ) -> Result<Applied, Error> {
        let _turn = deadline
            .run(
                &format!("another change of distribution {id}"),
                self.turns.take(id),
            )
            .await?;
        let ledger = Ledger::open(&self.functions, id, change, deadline).await;
        let mut possible = change.clone();
        let unrestored = restores::drop_dead(&mut possible, &self.functions, deadline).await;
        let rounds = Rounds::new(self, &ledger, id, possible, unrestored, deadline);
        let mut applied = rounds.run().await?;
        let forgotten = ledger.forget(change, &applied.originals).await;
        applied.warnings.extend(forgotten.err());
        Ok(applied)
    }
}
