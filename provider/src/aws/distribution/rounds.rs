//! The rounds of an update.
//!
//! CloudFront accepts a whole configuration or nothing, and only for the version that `If-Match`
//! names. So each round reads the newest configuration, splices the change into it, has the ledger
//! record what that displaces, and makes an attempt; its [`Outcome`] says whether there is another
//! round. Once an update is accepted, whatever fails is a warning.

use std::collections::{BTreeMap, BTreeSet};

use super::attempt::{Attempt, FIRST_PAUSE, LONGEST_PAUSE, LOOKS, Outcome};
use super::deployment::{Deployment, Wanted};
use super::distributions::Distributions;
use super::ledger::Ledger;
use super::pair_claim::{Claimed, PairClaim};
use super::raw::{Doubt, Fetched};
use super::restores::{self, Unrestored};
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::retry::{Backoff, Deadline};
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Originals, splice};

/// Meeting a newer version this often means that another writer is at work.
const ROUNDS: u32 = 5;

/// A distribution after our change.
#[derive(Debug)]
pub(crate) struct Applied {
    /// Strangers' associations that this change replaced; they are in the function's tags already.
    pub(crate) displaced: BTreeMap<Slot, Association>,
    /// Slots that were empty when this change took them: an earlier holder on record must not be
    /// put back.
    pub(crate) vacant: BTreeSet<Slot>,
    /// Our associations that this change removed.
    pub(super) left: BTreeMap<Slot, Association>,
    /// Another resource has taken the pair over, so this change left no slot and removes no record.
    pub(super) is_anothers: bool,
    /// The originals to keep for the next change.
    pub(crate) originals: Originals,
    /// The functions that could not be put back: their slots are empty now.
    pub(crate) unrestored: BTreeMap<Slot, Unrestored>,
    /// The deployment to wait for. `None`: nothing had to be written.
    pub(crate) deployment: Option<Deployment>,
    /// What failed after the update was accepted.
    pub(crate) warnings: Vec<Error>,
}

/// The end of a change that CloudFront did not accept, as far as a read after the last update
/// shows.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: Error,
    /// Whether it may have accepted an update all the same.
    pub(super) is_doubtful: bool,
}

/// One change of one distribution on its way to CloudFront.
pub(super) struct Rounds<'a> {
    distributions: &'a Distributions,
    ledger: &'a Ledger<'a>,
    claim: &'a PairClaim<'a>,
    id: &'a str,
    deadline: &'a Deadline,
    change: Change,
    /// The originals after the last attempt, if it is accepted. The next attempt begins from those
    /// of `change` again, because a refused update has neither taken nor left anything.
    originals: Originals,
    /// Empty slots that the change takes.
    vacant: BTreeSet<Slot>,
    /// Our associations that the change removes.
    left: BTreeMap<Slot, Association>,
    unrestored: BTreeMap<Slot, Unrestored>,
    /// The configuration for the first round, if it has been read already.
    read: Option<Fetched>,
    doubt: Doubt,
}

impl<'a> Rounds<'a> {
    /// `unrestored` are the functions that `change` no longer puts back.
    pub(super) fn new(
        distributions: &'a Distributions,
        ledger: &'a Ledger<'a>,
        claim: &'a PairClaim<'a>,
        id: &'a str,
        change: Change,
        unrestored: BTreeMap<Slot, Unrestored>,
        deadline: &'a Deadline,
    ) -> Rounds<'a> {
        Rounds {
            distributions,
            ledger,
            claim,
            id,
            deadline,
            originals: change.originals.clone(),
            change,
            vacant: BTreeSet::new(),
            left: BTreeMap::new(),
            unrestored,
            read: None,
            doubt: Doubt::default(),
        }
    }

    /// The same, but the first round begins with what was `read` just now.
    pub(super) fn from(self, read: Fetched) -> Rounds<'a> {
        Rounds {
            read: Some(read),
            ..self
        }
    }

    pub(super) async fn run(mut self) -> Result<Applied, Failed> {
        let mut refused = None;
        let error = match self.repeat(&mut refused).await {
            Ok(applied) => return Ok(applied),
            // AWS's own message says more than that the time is over.
            Err(error @ Error::Timeout { .. }) => refused.unwrap_or(error),
            Err(error) => error,
        };
        Err(Failed {
            error,
            is_doubtful: self.doubt.is_raised(),
        })
    }

    /// `refused` is the error of the last update, until the next one is sent or waited for.
    async fn repeat(&mut self, refused: &mut Option<Error>) -> Result<Applied, Error> {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut round = 1;
        loop {
            let current = match self.read.take() {
                Some(read) => read,
                None => self.current().await?,
            };
            let spliced = splice(&current.document, &self.change);
            let spliced = self
                .distributions
                .tell_holders_apart(spliced, |spliced| &spliced.displaced, self.deadline)
                .await?;
            let stays = |slot: &Slot, held: &Association| {
                !self.change.slots.contains_key(slot) && !self.change.may_take(&held.lambda_arn)
            };
            let companions = &self.ledger.companions;
            let staying = companions.would_stay(&current.document, &spliced.displaced, stays);
            let staying = staying.await;
            if !staying.is_empty() {
                return Err(Error::Conflicts(staying));
            }
            let claimed = self.claim.make(&current.document, &self.change).await?;
            if claimed == Claimed::NotYet {
                *refused = None;
                continue;
            }
            let bare = spliced.originals.bare_beyond(&self.change.originals);
            self.originals = spliced.originals.clone();
            if !spliced.changed && claimed == Claimed::Now {
                // The resource that had the pair may have left its slots since this was read.
                continue;
            }
            if !spliced.changed || claimed == Claimed::ByAnother {
                self.vacant.clear();
                self.left.clear();
                let mut applied = self.applied(BTreeMap::new(), None, Vec::new());
                applied.is_anothers = claimed == Claimed::ByAnother;
                return Ok(applied);
            }
            let displaced = spliced.displaced;
            self.vacant = self.vacancies(&current.document);
            self.left = self.departures(&current.document);
            self.ledger
                .write(&current.document, &displaced, bare, &self.vacant)
                .await?;
            let attempt = Attempt {
                distributions: self.distributions,
                id: self.id,
                deadline: self.deadline,
                change: &self.change,
                current: &current,
                doubt: &self.doubt,
            };
            *refused = None;
            let error = match attempt.send(&spliced.document).await {
                Outcome::Accepted { etag } => {
                    return Ok(self.verified(etag, current.etag, displaced).await);
                }
                Outcome::CarriedOut { etag } => {
                    let deployment = self.deployment(etag, current.etag);
                    return Ok(self.applied(displaced, Some(deployment), Vec::new()));
                }
                Outcome::Stale(error) => {
                    if round == ROUNDS {
                        return Err(Error::AnotherWriter {
                            id: self.id.to_owned(),
                            rounds: ROUNDS,
                        });
                    }
                    round += 1;
                    error
                }
                Outcome::Passing(error) => error,
                Outcome::Unrestorable { slots, error } => {
                    let dropped = restores::drop_from(&mut self.change, &slots);
                    self.unrestored.extend(dropped);
                    error
                }
                Outcome::Failed(error) => return Err(error),
            };
            if self.doubt.is_raised() {
                self.claim.note_doubt();
            }
            tracing::debug!(
                distribution = %self.id,
                because = %error,
                "repeating the update of the distribution"
            );
            *refused = Some(error);
            self.deadline
                .pause(backoff.next(), &self.doing("repeating the update of"))
                .await?;
        }
    }

    async fn current(&self) -> Result<Fetched, Error> {
        let found = self
            .deadline
            .run(&self.doing("reading"), self.distributions.fetch(self.id))
            .await??;
        found.ok_or_else(|| Error::DistributionGone {
            id: self.id.to_owned(),
        })
    }

    /// From here on the update is accepted: whatever fails is a warning.
    async fn verified(
        &self,
        etag: String,
        previous_etag: String,
        displaced: BTreeMap<Slot, Association>,
    ) -> Applied {
        tracing::info!(
            distribution = %self.id,
            slots = self.change.slots.len(),
            "distribution updated"
        );
        let warning = self.verify(&previous_etag).await.err();
        let deployment = self.deployment(etag, previous_etag);
        self.applied(displaced, Some(deployment), warning.into_iter().collect())
    }

    async fn verify(&self, previous_etag: &str) -> Result<(), Error> {
        let wanted = Wanted::of(&self.change);
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut look = 1;
        loop {
            let found = self.current().await?;
            let slots = wanted.missing(&found.document);
            if slots.is_empty() {
                return Ok(());
            }
            if found.etag != previous_etag || look == LOOKS {
                return Err(Error::Overwritten {
                    id: self.id.to_owned(),
                    slots,
                });
            }
            look += 1;
            self.deadline
                .pause(backoff.next(), &self.doing("verifying"))
                .await?;
        }
    }

    fn applied(
        &self,
        displaced: BTreeMap<Slot, Association>,
        deployment: Option<Deployment>,
        warnings: Vec<Error>,
    ) -> Applied {
        Applied {
            displaced,
            vacant: self.vacant.clone(),
            left: self.left.clone(),
            is_anothers: false,
            originals: self.originals.clone(),
            unrestored: self.unrestored.clone(),
            deployment,
            warnings,
        }
    }

    fn deployment(&self, etag: String, previous_etag: String) -> Deployment {
        Deployment {
            id: self.id.to_owned(),
            etag,
            previous_etag,
            wanted: Wanted::of(&self.change),
        }
    }

    fn vacancies(&self, document: &Document) -> BTreeSet<Slot> {
        let found = document.slots();
        self.change
            .slots
            .iter()
            .filter(|(slot, wish)| wish.takes() && !found.contains_key(slot))
            .map(|(slot, _)| slot.clone())
            .collect()
    }

    fn departures(&self, document: &Document) -> BTreeMap<Slot, Association> {
        let mut held = document.slots_of(&self.change.function);
        held.retain(|slot, _| {
            let wish = self.change.slots.get(slot);
            wish.is_some_and(|wish| !wish.takes())
        });
        held
    }

    fn doing(&self, what: &str) -> String {
        format!("{what} the distribution {}", self.id)
    }
}
