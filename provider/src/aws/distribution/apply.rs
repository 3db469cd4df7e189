//! One change of one distribution, from the first read to the last tag.
//!
//! A ledger keeps what is displaced (`ledger.rs`). Functions that are to be put back are looked up
//! in Lambda before anything is sent (`restores.rs`). The update itself goes in rounds until
//! CloudFront accepts it (`rounds.rs`, with `attempt.rs` for each of them), and only after that
//! does the ledger forget what our function has left.

use super::distributions::Distributions;
use super::ledger::Ledger;
use super::restores;
use super::rounds::{Applied, Rounds};
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::aws::splice::Change;

impl Distributions {
    /// Makes the change: reads, splices, writes down what it displaces, updates, verifies. Any
    /// error but [`Error::Unclear`] means that CloudFront accepted nothing of it, as far as a read
    /// after the failed update shows.
    ///
    /// # Errors
    /// [`Error::Conflicts`], [`Error::DistributionGone`], [`Error::AnotherWriter`], and what calls
    /// can fail with.
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
