//! One change of one distribution, from the first read to the last tag.
//!
//! A ledger records what is displaced (`ledger.rs`). Functions to put back are looked up in Lambda
//! before anything is sent (`restores.rs`). The update itself goes in rounds until CloudFront
//! accepts it (`rounds.rs`, with `attempt.rs` for each of them). Only after that are the records of
//! slots that our function has left removed from the ledger.

use super::distributions::Distributions;
use super::ledger::Ledger;
use super::mandate::Mandate;
use super::pair_claim::PairClaim;
use super::restores;
use super::rounds::{Applied, Failed, Rounds};
use crate::aws::error::Error;
use crate::aws::ownership::Claimant;
use crate::aws::retry::Deadline;
use crate::aws::splice::Change;

impl Distributions {
    /// Makes the change on behalf of `mandate`: reads, splices, claims the pair of function and
    /// distribution, records what it displaces, updates, verifies. Any error except
    /// [`Error::Unclear`] and [`Error::PlacedByAnother`] means that CloudFront accepted nothing of
    /// it, as far as a read after the failed update shows.
    ///
    /// # Errors
    /// [`Error::Conflicts`], [`Error::PlacedByAnother`], [`Error::PlacedElsewhere`],
    /// [`Error::DistributionGone`], [`Error::AnotherWriter`], and what calls can fail with.
    pub(crate) async fn apply(
        &self,
        id: &str,
        change: &Change,
        mandate: &Mandate,
        deadline: &Deadline,
    ) -> Result<Applied, Error> {
        let _turn = self.turn(id, deadline).await?;
        let mut applied = self.change(id, change, mandate, deadline).await?;
        if !change.takes_any() && !applied.left.is_empty() {
            let leaving = &mandate.claimant;
            let putting = self.put_back(id, change, leaving, &mut applied, deadline);
            let mut put_back = putting.await;
            if matches!(
                put_back,
                Err(Error::Cancelled { .. } | Error::Timeout { .. })
            ) {
                let grace = Deadline::grace();
                let putting = self.put_back(id, change, leaving, &mut applied, &grace);
                put_back = putting.await;
            }
            applied.warnings.extend(put_back.err());
        }
        Ok(applied)
    }

    /// Puts our function back into slots that this change has left although another resource has
    /// taken them over meanwhile: that resource found the function there and had nothing to update.
    async fn put_back(
        &self,
        id: &str,
        change: &Change,
        leaving: &Claimant,
        applied: &mut Applied,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        let successor = self.successor(id, &change.function, leaving, deadline);
        let Some(successor) = successor.await? else {
            return Ok(());
        };
        let document = self.read(id, deadline).await?;
        if document.is_none_or(|document| !document.slots_of(&change.function).is_empty()) {
            return Ok(());
        }
        tracing::info!(
            distribution = %id,
            function = %change.function.name,
            "restoring slots for the resource that has taken them over in the meantime"
        );
        let back = Change::back(change.function.clone(), &applied.left);
        let mandate = Mandate::of(Claimant::new(successor));
        let again = self.change(id, &back, &mandate, deadline).await?;
        applied.warnings.extend(again.warnings);
        applied.deployment = again.deployment;
        Ok(())
    }

    async fn change(
        &self,
        id: &str,
        change: &Change,
        mandate: &Mandate,
        deadline: &Deadline,
    ) -> Result<Applied, Error> {
        let ledger = Ledger::open(&self.functions, id, change, deadline).await?;
        let mut possible = change.clone();
        let unrestored = restores::drop_dead(&mut possible, &self.functions, deadline).await;
        let claim = PairClaim::new(&self.functions, id, mandate, deadline);
        let rounds = Rounds::new(self, &ledger, &claim, id, possible, unrestored, deadline);
        let mut applied = match rounds.run().await {
            Ok(applied) => applied,
            Err(Failed { error, is_doubtful }) => {
                if !matches!(error, Error::Unclear { .. }) {
                    claim.withdraw(change).await;
                }
                // A record too many does no harm, one too few loses a function that was displaced.
                // If two resources have claimed the pair, the other's records may be the same.
                let is_needed = is_doubtful || matches!(error, Error::PlacedByAnother { .. });
                if !is_needed && let Err(error) = ledger.withdraw().await {
                    tracing::debug!(
                        distribution = %id,
                        because = %error,
                        "records of a failed change stay in the tags"
                    );
                }
                return Err(error);
            }
        };
        if applied.is_anothers {
            return Ok(applied);
        }
        // What the tags say has to follow the slots, also if Terraform is stopped: no later apply
        // would change the distribution again and repeat it.
        let grace = Deadline::grace();
        let forgotten = ledger.forget(change, &applied.originals, &grace).await;
        applied.warnings.extend(forgotten.err());
        match claim.confirm(change, &grace).await {
            Err(error @ Error::PlacedByAnother { .. }) => return Err(error),
            confirmed => applied.warnings.extend(confirmed.err()),
        }
        Ok(applied)
    }
}
