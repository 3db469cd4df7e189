//! The claim to a pair of function and distribution that a change of the distribution makes
//! (docs/design/OWNERSHIP.md).
//!
//! Lambda has no precondition for tags: a resource writes a claim, reads it back, and acts only
//! then. If two write at the same moment, the distribution's `If-Match` decides: every round reads
//! the document again, and what has changed in the function's slots meanwhile is the other's,
//! unless an update of this change may have been carried out.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::distributions::Distributions;
use super::mandate::{Mandate, placed_by_another};
use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::lambda::Functions;
use crate::aws::ownership::{
    Claim, Claimant, Lease, Ownership, Placer, placed_key, placed_tag, placer,
};
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::Change;
use crate::aws::tags::{MOST_TAGS, TagEdits, Tags};

/// How often a claim is looked for after it was written: a read right after may still show none.
const LOOKS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);

impl Distributions {
    /// Removes the claim to a pair whose slots the function has left already.
    ///
    /// # Errors
    /// What calls can fail with.
    pub(crate) async fn withdraw_claim(
        &self,
        id: &str,
        function: &FunctionArn,
        mandate: &Mandate,
    ) -> Result<(), Error> {
        let grace = Deadline::grace();
        let claim = PairClaim::new(&self.functions, id, mandate, &grace);
        claim.remove(function, &grace).await
    }

    /// Another resource than `leaving` that has the pair now and has finished its first update;
    /// waits for one that is still at work. `None`: nobody else has it. The claim of `leaving` may
    /// still be there, if it could not be removed.
    pub(super) async fn successor(
        &self,
        id: &str,
        function: &FunctionArn,
        leaving: &Claimant,
        deadline: &Deadline,
    ) -> Result<Option<Claim>, Error> {
        loop {
            let tags = self.functions.tags(function, deadline).await?;
            let others = placer(&tags, id).filter(|placer| !leaving.holds(&placer.claim));
            let Some(Placer { claim, lease }) = others else {
                return Ok(None);
            };
            let Some(lease) = lease else {
                return Ok(Some(claim));
            };
            let Some(left) = lease.left(self.functions.now()) else {
                return Ok(None);
            };
            wait_for_another(function, id, left, deadline).await?;
        }
    }
}

/// Whether a change has a claim to its pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claimed {
    /// Written just now.
    Now,
    /// Written before, or it needs none.
    Before,
    /// Not yet: another apply was at work, and the distribution may have changed meanwhile.
    NotYet,
    /// It only leaves slots, and another resource has taken the pair over.
    ByAnother,
}

/// The claim that one change makes to its pair.
pub(super) struct PairClaim<'a> {
    functions: &'a Functions,
    distribution_id: &'a str,
    mandate: &'a Mandate,
    deadline: &'a Deadline,
    /// Whether this change has written the tag and no update was accepted yet.
    is_new: AtomicBool,
    /// Whether the pair was the resource's before this change wrote.
    was_held: AtomicBool,
    /// Whether an update of this change may have been carried out: the function in a slot that the
    /// change takes may be its own.
    is_doubtful: AtomicBool,
    /// The function's slots before this change claimed the pair.
    held_first: OnceLock<BTreeMap<Slot, Association>>,
}

impl<'a> PairClaim<'a> {
    pub(super) fn new(
        functions: &'a Functions,
        distribution_id: &'a str,
        mandate: &'a Mandate,
        deadline: &'a Deadline,
    ) -> PairClaim<'a> {
        PairClaim {
            functions,
            distribution_id,
            mandate,
            deadline,
            is_new: AtomicBool::new(false),
            was_held: AtomicBool::new(false),
            is_doubtful: AtomicBool::new(false),
            held_first: OnceLock::new(),
        }
    }

    /// Claims the pair before an update of `document`, or refuses because it belongs to another
    /// resource. A function that this provider did not make has no claims.
    pub(super) async fn make(
        &self,
        document: &Document,
        change: &Change,
    ) -> Result<Claimed, Error> {
        if !change.takes_any() {
            return self.find(change).await;
        }
        let held = document.slots_of(&change.function);
        let tags = self.functions.tags(&change.function, self.deadline).await?;
        if Ownership::of(&tags) == Ownership::Stranger {
            return Ok(Claimed::Before);
        }
        let is_new = self.is_new.load(Ordering::Relaxed);
        if is_new && self.is_placed(&held, change) {
            return Err(placed_by_another(&change.function, self.distribution_id));
        }
        let now = self.functions.now();
        let present = placer(&tags, self.distribution_id);
        match &present {
            Some(present) if self.mandate.claimant.holds(&present.claim) => {
                // A lease that this change has not written may be one that it inherited.
                let is_due = |lease: Lease| !is_new || lease.is_due(now);
                let is_due = present.lease.is_some_and(is_due);
                if present.claim == self.mandate.claimant.own && !is_due {
                    return Ok(Claimed::Before);
                }
                if !is_new {
                    self.was_held.store(true, Ordering::Relaxed);
                }
                return self.write(&tags, change, now).await;
            }
            Some(present) if !self.mandate.takes_pair => {
                let Some(lease) = present.lease else {
                    return Err(placed_by_another(&change.function, self.distribution_id));
                };
                if let Some(left) = lease.left(now) {
                    let (id, deadline) = (self.distribution_id, self.deadline);
                    wait_for_another(&change.function, id, left, deadline).await?;
                    return Ok(Claimed::NotYet);
                }
            }
            _ => {}
        }
        let slots = elsewhere(&held, change);
        if slots.is_empty() {
            self.held_first.get_or_init(|| held);
            return self.write(&tags, change, now).await;
        }
        if present.is_none() && self.mandate.shares {
            return Ok(Claimed::Before);
        }
        Err(Error::PlacedElsewhere {
            id: self.distribution_id.to_owned(),
            function: change.function.to_string(),
            slots,
        })
    }

    /// An update of this change may have been carried out although no read shows it: what appears
    /// from now on in the slots that it takes may be its own, and the claim is not withdrawn.
    pub(super) fn note_doubt(&self) {
        self.is_doubtful.store(true, Ordering::Relaxed);
    }

    /// Whether another resource that has claimed the pair as well has placed the function since,
    /// which is in the slots `held` now. A pair that may be taken from the other resource is not
    /// refused for that.
    fn is_placed(&self, held: &BTreeMap<Slot, Association>, change: &Change) -> bool {
        if self.mandate.takes_pair || self.was_held.load(Ordering::Relaxed) {
            return false;
        }
        let is_doubtful = self.is_doubtful.load(Ordering::Relaxed);
        let may_be_own = |slot: &Slot| is_doubtful && change.takes(slot);
        self.held_first.get().is_some_and(|first| {
            let mut held = held.iter();
            held.any(|(slot, now)| first.get(slot) != Some(now) && !may_be_own(slot))
        })
    }

    /// For a change that only leaves slots.
    async fn find(&self, change: &Change) -> Result<Claimed, Error> {
        let tags = self.functions.tags(&change.function, self.deadline).await?;
        let placer = placer(&tags, self.distribution_id);
        let is_anothers = placer.is_some_and(|found| !self.mandate.claimant.holds(&found.claim));
        Ok(if is_anothers {
            Claimed::ByAnother
        } else {
            Claimed::Before
        })
    }

    async fn write(&self, tags: &Tags, change: &Change, now: i64) -> Result<Claimed, Error> {
        self.is_new.store(true, Ordering::Relaxed);
        let lease = Some(Lease::at(now));
        self.set(tags, change, lease, self.deadline).await?;
        match self.written(&change.function).await? {
            Some(claim) if claim == self.mandate.claimant.own => Ok(Claimed::Now),
            _ => {
                self.is_new.store(false, Ordering::Relaxed);
                Err(placed_by_another(&change.function, self.distribution_id))
            }
        }
    }

    /// The claim that the tags show after one was written.
    async fn written(&self, function: &FunctionArn) -> Result<Option<Claim>, Error> {
        let mut look = 1;
        loop {
            let tags = self.functions.tags(function, self.deadline).await?;
            let found = placer(&tags, self.distribution_id);
            if found.is_some() || look == LOOKS {
                return Ok(found.map(|found| found.claim));
            }
            look += 1;
            let doing = format!("reading the tags of {} again", function.name);
            self.deadline.pause(PAUSE, &doing).await?;
        }
    }

    /// Writes the claim, with a `lease` until the first update of the distribution is accepted.
    async fn set(
        &self,
        tags: &Tags,
        change: &Change,
        lease: Option<Lease>,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        let placer = Placer {
            claim: self.mandate.claimant.own.clone(),
            lease,
        };
        let edits = TagEdits {
            set: [placed_tag(self.distribution_id, &placer)].into(),
            remove: Vec::new(),
        };
        if edits.most(tags) > MOST_TAGS {
            return Err(Error::TooManyTags {
                id: self.distribution_id.to_owned(),
                function: change.function.to_string(),
                count: edits.most(tags),
            });
        }
        self.functions
            .edit_tags(&change.function, edits, deadline)
            .await
    }

    /// After an accepted update: the claim no longer has a lease. A change that has left
    /// every slot removes its claim, and one that replaces another function removes that function's
    /// claim.
    ///
    /// # Errors
    /// [`Error::PlacedByAnother`] if another resource has the pair by now, because this process was
    /// suspended, and what calls can fail with.
    pub(super) async fn confirm(&self, change: &Change, deadline: &Deadline) -> Result<(), Error> {
        if change.takes_any() {
            if self.is_new.swap(false, Ordering::Relaxed) {
                let tags = self.functions.tags(&change.function, deadline).await?;
                // Of two that have claimed the pair, the one whose update was accepted has it.
                let own = &self.mandate.claimant.own;
                let is_anothers = placer(&tags, self.distribution_id)
                    .is_some_and(|placer| placer.lease.is_none() && placer.claim != *own);
                if is_anothers {
                    return Err(placed_by_another(&change.function, self.distribution_id));
                }
                self.set(&tags, change, None, deadline).await?;
            }
        } else {
            self.remove(&change.function, deadline).await?;
        }
        match &change.predecessor {
            Some(before) => self.remove(&before.function, deadline).await,
            None => Ok(()),
        }
    }

    /// After a failed change: removes the claim that was made for it, if the pair was not the
    /// resource's before.
    pub(super) async fn withdraw(&self, change: &Change) {
        if self.is_new.load(Ordering::Relaxed)
            && !self.was_held.load(Ordering::Relaxed)
            && !self.is_doubtful.load(Ordering::Relaxed)
            && let Err(error) = self.remove(&change.function, self.deadline).await
        {
            tracing::debug!(
                distribution = %self.distribution_id,
                because = %error,
                "cannot withdraw a claim; it expires by itself"
            );
        }
    }

    /// Removes the claim to the pair with `function`, if it is this resource's.
    async fn remove(&self, function: &FunctionArn, deadline: &Deadline) -> Result<(), Error> {
        let tags = self.functions.tags(function, deadline).await?;
        if !self.mandate.claimant.places(&tags, self.distribution_id) {
            return Ok(());
        }
        let edits = TagEdits {
            set: Tags::new(),
            remove: vec![placed_key(self.distribution_id)],
        };
        self.functions.edit_tags(function, edits, deadline).await
    }
}

/// Waits a little for another apply, whose lease has `left`, to renew it or finish.
async fn wait_for_another(
    function: &FunctionArn,
    id: &str,
    left: Duration,
    deadline: &Deadline,
) -> Result<(), Error> {
    let doing = format!(
        "waiting for another apply to place {} in distribution {id}",
        function.name
    );
    tracing::info!(
        distribution = %id,
        function = %function.name,
        seconds_left = left.as_secs(),
        "waiting for another apply that is in progress"
    );
    deadline.pause(Lease::LOOK.min(left), &doing).await
}

/// Slots that hold the function and are not part of the change.
fn elsewhere(held: &BTreeMap<Slot, Association>, change: &Change) -> Vec<Slot> {
    let is_elsewhere = |slot: &&Slot| !change.slots.contains_key(slot);
    held.keys().filter(is_elsewhere).cloned().collect()
}
