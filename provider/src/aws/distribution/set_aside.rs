//! Takes a function out of slots without giving them up: what was displaced is put back, and claim
//! and records stay in the function's tags, so that the next apply of its resource takes the slots
//! again. Nothing but the distribution is written.

use std::collections::BTreeMap;

use super::distributions::Distributions;
use super::ledger::Ledger;
use super::mandate::Mandate;
use super::pair_claim::PairClaim;
use super::restores;
use super::rounds::{Applied, Rounds};
use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::ownership::{Claim, Claimant, Displaced, placer};
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Handover, Originals, Restore, Wish};
use crate::aws::tags::Tags;

/// The slots after a function was set aside.
#[derive(Debug)]
pub(crate) struct SetAside {
    /// The associations in the slots that were left.
    pub(crate) left: BTreeMap<Slot, Association>,
    /// The functions that were put back into some of them.
    pub(crate) restored: BTreeMap<Slot, String>,
    pub(crate) applied: Applied,
}

impl Distributions {
    /// Removes `function`, which has these `tags`, from its slots that are `meant`, on behalf of
    /// the resource that placed it there. `None`: none of them holds it.
    ///
    /// # Errors
    /// [`Error::DistributionGone`], [`Error::AnotherWriter`], and what calls can fail with.
    /// CloudFront has accepted nothing then, unless it is [`Error::Unclear`].
    pub(crate) async fn set_aside(
        &self,
        id: &str,
        function: &FunctionArn,
        tags: &Tags,
        meant: impl Fn(&Slot) -> bool,
        deadline: &Deadline,
    ) -> Result<Option<SetAside>, Error> {
        let _turn = self.turn(id, deadline).await?;
        let doing = format!("reading the distribution {id}");
        let read = deadline.run(&doing, self.fetch(id)).await??;
        let read = read.ok_or_else(|| Error::DistributionGone { id: id.to_owned() })?;
        let mut left = read.document.slots_of(function);
        left.retain(|slot, _| meant(slot));
        if left.is_empty() {
            return Ok(None);
        }
        let recorded = Displaced::recall(tags, id, left.keys());
        let mut change = leaving(function, &left, &recorded);
        let unrestored = restores::drop_dead(&mut change, &self.functions, deadline).await;
        let restored = recorded.associations.into_iter();
        let mut restored: BTreeMap<Slot, String> = restored
            .map(|(slot, association)| (slot, association.lambda_arn))
            .collect();
        let claim = placer(tags, id).map_or_else(Claim::any, |placer| placer.claim);
        let mandate = Mandate::of(Claimant::new(claim));
        let claim = PairClaim::new(&self.functions, id, &mandate, deadline);
        let ledger = Ledger::open(&self.functions, id, &change, deadline).await?;
        let rounds = Rounds::new(self, &ledger, &claim, id, change, unrestored, deadline);
        let applied = rounds.from(read).run().await;
        let applied = applied.map_err(|failed| failed.error)?;
        if applied.deployment.is_none() {
            // Somebody was faster.
            return Ok(None);
        }
        restored.retain(|slot, _| !applied.unrestored.contains_key(slot));
        Ok(Some(SetAside {
            left,
            restored,
            applied,
        }))
    }
}

fn leaving(
    function: &FunctionArn,
    left: &BTreeMap<Slot, Association>,
    recorded: &Displaced,
) -> Change {
    let mut originals = Originals::default();
    originals.recall_bare(&recorded.bare);
    let leave = |slot: &Slot| {
        let restore = recorded.associations.get(slot).map(|association| Restore {
            together: recorded.together.contains(slot),
            ..Restore::from(association.clone())
        });
        (slot.clone(), Wish::Leave { restore })
    };
    Change {
        function: function.clone(),
        predecessor: None,
        handover: Handover::default(),
        slots: left.keys().map(leave).collect(),
        foreseen: None,
        staging: None,
        originals,
    }
}
