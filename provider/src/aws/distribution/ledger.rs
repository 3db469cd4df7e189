//! The ledger of one change: the records, in the tags of our function, of the strangers'
//! associations that it displaces.
//!
//! The records are written ([`Ledger::write`]) before each update that displaces associations is
//! sent, because after a killed apply the next one must still know what to put back. Behaviors
//! without an element for associations (bare ones) are recorded with them. Records are removed
//! ([`Ledger::forget`]) after CloudFront has accepted an update by which our function leaves their
//! slots, whether or not the associations were put back. One kind of record is removed earlier, in
//! [`Ledger::write`]: that of a slot that is about to be taken and is empty, because its former
//! holder has left by itself and must not come back. What was written for a change that fails for
//! good is removed again ([`Ledger::withdraw`]).
//!
//! The predecessor of a change is the function of ours that held the slots until now. Its successor
//! inherits what it had displaced ([`Ledger::open`]), and the predecessor's own tags are removed
//! after the update that hands the slots over.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::companions::Companions;
use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::event_type::EventType;
use crate::aws::lambda::Functions;
use crate::aws::ownership::{Displaced, Forgotten, Ownership};
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Originals};
use crate::aws::tags::MOST_TAGS;

/// The tags of our function that are about one distribution.
pub(super) struct Ledger<'a> {
    functions: &'a Functions,
    function: FunctionArn,
    distribution_id: &'a str,
    deadline: &'a Deadline,
    /// Which functions work together.
    pub(super) companions: Companions<'a>,
    /// What the predecessor, and those that hand slots over, displaced in slots that are wanted.
    inherited: Displaced,
    /// What was written for updates of this change.
    written: Mutex<Forgotten>,
}

impl<'a> Ledger<'a> {
    pub(super) async fn open(
        functions: &'a Functions,
        distribution_id: &'a str,
        change: &Change,
        deadline: &'a Deadline,
    ) -> Result<Ledger<'a>, Error> {
        Ok(Ledger {
            functions,
            function: change.function.clone(),
            distribution_id,
            deadline,
            companions: Companions::new(functions, deadline),
            inherited: inherited(functions, distribution_id, change, deadline).await?,
            written: Mutex::default(),
        })
    }

    /// Records what the next update of `document` displaces, `bare` behaviors included. What a
    /// failed attempt has written about a slot is removed if nobody holds the slot any more
    /// (`vacant`). If the function that takes the slots is not managed by this provider, its tags
    /// are changed only if an association would be lost otherwise.
    pub(super) async fn write(
        &self,
        document: &Document,
        displaced: &BTreeMap<Slot, Association>,
        bare: BTreeSet<String>,
        vacant: &BTreeSet<Slot>,
    ) -> Result<(), Error> {
        let inherited = self.inherited.clone();
        let displaced = Displaced {
            associations: inherited
                .associations
                .into_iter()
                .chain(displaced.clone())
                .collect(),
            together: inherited.together,
            bare,
        };
        // `tag_edits` removes what is outdated before it adds what is displaced, so an inherited
        // association stays in the tags.
        let outdated = Forgotten {
            slots: vacant.clone(),
            ..Forgotten::default()
        };
        if displaced.is_empty() && outdated.slots.is_empty() {
            return Ok(());
        }
        // An element that is absent and one that is empty mean the same: not worth an error.
        let is_vital = !displaced.associations.is_empty();
        match self.tag(document, displaced, &outdated).await {
            Err(error) if !is_vital => {
                tracing::debug!(
                    distribution = %self.distribution_id,
                    because = %error,
                    "cannot record what surrounded the slots"
                );
                Ok(())
            }
            written => written,
        }
    }

    async fn tag(
        &self,
        document: &Document,
        mut displaced: Displaced,
        outdated: &Forgotten,
    ) -> Result<(), Error> {
        let tags = self.functions.tags(&self.function, self.deadline).await?;
        if Ownership::of(&tags) == Ownership::Stranger {
            displaced.bare.clear();
        }
        let slots = every_slot(document);
        let newly = displaced.clone();
        let recorded = Displaced::recall(&tags, self.distribution_id, &slots);
        self.join(&mut displaced, recorded, outdated).await;
        let edits = displaced.tag_edits(&tags, self.distribution_id, &slots, outdated);
        if edits.most(&tags) > MOST_TAGS {
            return Err(Error::TooManyTags {
                id: self.distribution_id.to_owned(),
                function: self.function.to_string(),
                count: edits.most(&tags),
            });
        }
        self.note(newly);
        self.functions
            .edit_tags(&self.function, edits, self.deadline)
            .await
    }

    /// Marks associations that belong together; one of several that were displaced earlier may have
    /// come back in another version.
    async fn join(&self, displaced: &mut Displaced, recorded: Displaced, outdated: &Forgotten) {
        let behaviors: BTreeSet<&str> = displaced
            .associations
            .keys()
            .map(|slot| slot.behavior.as_str())
            .collect();
        let mut held = recorded.associations;
        held.retain(|slot, _| {
            behaviors.contains(slot.behavior.as_str()) && !outdated.slots.contains(slot)
        });
        held.extend(displaced.associations.clone());
        let together = self.companions.among(&held).await;
        held.retain(|slot, _| together.contains(slot));
        displaced.associations.extend(held);
        displaced.together.extend(together);
    }

    fn note(&self, displaced: Displaced) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.slots.extend(displaced.associations.into_keys());
        written.behaviors.extend(displaced.bare);
    }

    /// Removes what was written for failed updates. Call it only if it is certain that CloudFront
    /// has accepted none of them.
    pub(super) async fn withdraw(&self) -> Result<(), Error> {
        // Both sets are whole after any panic elsewhere.
        let written =
            std::mem::take(&mut *self.written.lock().unwrap_or_else(PoisonError::into_inner));
        self.untag(&self.function, written, self.deadline).await
    }

    /// Removes what our function's tags say about slots that it has left, and what its
    /// predecessor's tags say about any slot of this change. Call it only if the update of `change`
    /// was accepted, or nothing had to be updated; `originals` are those that are kept after it.
    pub(super) async fn forget(
        &self,
        change: &Change,
        originals: &Originals,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        let released = change
            .slots
            .iter()
            .filter(|(_, wish)| !wish.takes())
            .map(|(slot, _)| slot.clone());
        let slots: BTreeSet<Slot> = released.collect();
        let left = behaviors(&slots).filter(|name| !originals.knows(name));
        let forgotten = Forgotten {
            behaviors: left.collect(),
            slots,
        };
        self.untag(&self.function, forgotten, deadline).await?;
        let Some(before) = &change.predecessor else {
            return Ok(());
        };
        let slots: BTreeSet<Slot> = change.slots.keys().cloned().collect();
        let forgotten = Forgotten {
            behaviors: behaviors(&slots).collect(),
            slots,
        };
        self.untag(&before.function, forgotten, deadline).await
    }

    async fn untag(
        &self,
        function: &FunctionArn,
        forgotten: Forgotten,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        if forgotten.slots.is_empty() && forgotten.behaviors.is_empty() {
            return Ok(());
        }
        let tags = self.functions.tags(function, deadline).await?;
        let edits = forgotten.tag_edits(&tags, self.distribution_id);
        self.functions.edit_tags(function, edits, deadline).await
    }
}

/// What the predecessor displaced. Its tags say more than a state does: whether the request body
/// was passed on.
async fn inherited(
    functions: &Functions,
    distribution_id: &str,
    change: &Change,
    deadline: &Deadline,
) -> Result<Displaced, Error> {
    let mut inherited = change.handover.displaced.clone();
    inherited.associations.retain(|slot, _| change.takes(slot));
    inherited.together.retain(|slot| change.takes(slot));
    let Some(before) = &change.predecessor else {
        return Ok(inherited);
    };
    let mut displaced = before.displaced.clone();
    displaced.retain(|slot, _| change.takes(slot));
    if displaced.is_empty() {
        return Ok(inherited);
    }
    let tags = functions.tags(&before.function, deadline).await?;
    let known = Displaced::recall(&tags, distribution_id, displaced.keys());
    for (slot, lambda_arn) in displaced {
        let recorded = known.association(&slot, &lambda_arn).cloned();
        if recorded.is_some() && known.together.contains(&slot) {
            inherited.together.insert(slot.clone());
        }
        let association = recorded.unwrap_or(Association {
            lambda_arn,
            include_body: false,
        });
        inherited.associations.insert(slot, association);
    }
    Ok(inherited)
}

fn every_slot(document: &Document) -> BTreeSet<Slot> {
    let of = |name| EventType::ALL.map(|event| Slot::new(name, event));
    document.behavior_names().flat_map(of).collect()
}

fn behaviors(slots: &BTreeSet<Slot>) -> impl Iterator<Item = String> {
    slots.iter().map(|slot| slot.behavior.clone())
}
