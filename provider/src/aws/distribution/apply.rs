use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tfplugin::log;

use super::Distributions;
use super::applied::Applied;
use super::deployment::{Deployment, Wanted};
use super::raw::Fetched;
use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::ownership::{Tags, displaced_key};
use crate::aws::retry::{Backoff, Deadline};
use crate::aws::slot::Slot;
use crate::aws::splice::{Change, Originals, Wish, splice, without_empty_items};

/// Meeting a newer version this often means that another writer is at work.
const ROUNDS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// For finding out what became of an update when the operation's own time is over.
const GRACE: Duration = Duration::from_secs(30);
/// A read right after a write may still show the old version.
const LOOKS: u32 = 3;
const REFUSED: &str = "InvalidLambdaFunctionAssociation";

impl Distributions {
    /// Makes the change: reads, splices, records what it displaces, writes, verifies. An error means that CloudFront accepted nothing of it.
    ///
    /// # Errors
    /// [`Error::Conflicts`], [`Error::DistributionGone`], [`Error::AnotherWriter`], and what calls can fail with.
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
        let mut task = Task {
            distributions: self,
            id,
            deadline,
            change: change.clone(),
            originals: change.originals.clone(),
            vacant: BTreeSet::new(),
            unrestored: BTreeMap::new(),
        };
        task.drop_dead_restores().await?;
        let mut applied = task.rounds().await?;
        applied.warnings.extend(task.forget_displaced().await.err());
        Ok(applied)
    }
}

/// One change of one distribution.
struct Task<'a> {
    distributions: &'a Distributions,
    id: &'a str,
    deadline: &'a Deadline,
    change: Change,
    /// As the last attempt would leave them. The next one begins from those of `change` again: an update that was refused has
    /// neither taken nor left anything.
    originals: Originals,
    /// Slots to be taken that nobody holds.
    vacant: BTreeSet<Slot>,
    unrestored: BTreeMap<Slot, String>,
}

impl Task<'_> {
    async fn rounds(&mut self) -> Result<Applied, Error> {
        let mut displaced = BTreeMap::new();
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut round = 1;
        loop {
            let current = self.current().await?;
            let spliced = splice(&current.document, &self.change).map_err(Error::Conflicts)?;
            self.originals = spliced.originals.clone();
            if !spliced.changed {
                return Ok(self.applied(BTreeMap::new(), None, Vec::new()));
            }
            displaced.clear();
            displaced.extend(
                spliced
                    .displaced
                    .iter()
                    .map(|(slot, held)| (slot.clone(), held.lambda_arn.clone())),
            );
            self.vacant = self.vacancies(&current.document);
            self.record(&displaced).await?;
            let error = match self.put(&current, &spliced.document).await {
                Ok(etag) => return Ok(self.verified(etag, current.etag, displaced).await),
                Err(error) => error,
            };
            let is_stale = error.code() == Some("PreconditionFailed");
            // A newer version refuses ours, and so does our own update when its answer got lost and the SDK sent it again.
            if (is_stale || error.outcome_is_unknown())
                && let Some(found) = self.carried_out().await
            {
                let deployment = self.deployment(found.etag, current.etag);
                return Ok(self.applied(displaced, Some(deployment), Vec::new()));
            }
            if is_stale && round == ROUNDS {
                return Err(Error::AnotherWriter {
                    id: self.id.to_owned(),
                    rounds: ROUNDS,
                });
            } else if is_stale {
                round += 1;
            } else if error.code() == Some(REFUSED) && self.has_restores() {
                self.drop_restores(|_| true);
            } else if !is_pending(&error) {
                return Err(error);
            }
            log::debug(
                "update of the distribution to be repeated",
                &[("distribution", &self.id), ("because", &error)],
            );
            match self
                .deadline
                .pause(backoff.next(), &self.doing("repeating the update of"))
                .await
            {
                // AWS's own words say more than that time ran out.
                Err(Error::Timeout { .. }) => return Err(error),
                paused => paused?,
            }
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

    /// The one repair outside our slots: CloudFront has refused empty lists that it had itself returned.
    async fn put(&self, current: &Fetched, document: &Document) -> Result<String, Error> {
        match self.put_once(current, document).await {
            Err(error)
                if error.code() == Some("MalformedInput")
                    || error.code() == Some("MalformedXML") =>
            {
                match without_empty_items(document) {
                    Ok(Some(repaired)) => self.put_once(current, &repaired).await,
                    _ => Err(error),
                }
            }
            answered => answered,
        }
    }

    async fn put_once(&self, current: &Fetched, document: &Document) -> Result<String, Error> {
        let putting = self.distributions.put(self.id, &current.etag, document);
        self.deadline
            .finish(&self.doing("updating"), putting)
            .await?
    }

    /// The distribution, if it is as wanted after an update that failed for us.
    async fn carried_out(&self) -> Option<Fetched> {
        let looking = tokio::time::timeout(GRACE, self.distributions.fetch(self.id));
        let found = looking.await.ok()?.ok()??;
        Wanted::of(&self.change)
            .missing(&found.document)
            .is_empty()
            .then_some(found)
    }

    /// From here on the update is accepted: whatever fails is a warning.
    async fn verified(
        &self,
        etag: String,
        previous_etag: String,
        displaced: BTreeMap<Slot, String>,
    ) -> Applied {
        log::info(
            "distribution updated",
            &[
                ("distribution", &self.id),
                ("slots", &self.change.slots.len()),
            ],
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
        displaced: BTreeMap<Slot, String>,
        deployment: Option<Deployment>,
        warnings: Vec<Error>,
    ) -> Applied {
        Applied {
            displaced,
            vacant: self.vacant.clone(),
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
            .filter(|(slot, wish)| matches!(wish, Wish::Hold { .. }) && !found.contains_key(slot))
            .map(|(slot, _)| slot.clone())
            .collect()
    }

    /// Written before the update: an apply that is killed after it must still know what to put back. For the same reason, what an
    /// attempt that came to nothing has written about a slot is removed when its holder has left meanwhile.
    async fn record(&self, displaced: &BTreeMap<Slot, String>) -> Result<(), Error> {
        let inherited: BTreeMap<&Slot, &String> = self
            .change
            .predecessor
            .iter()
            .flat_map(|before| &before.displaced)
            .filter(|(slot, _)| matches!(self.change.slots.get(slot), Some(Wish::Hold { .. })))
            .collect();
        let outdated = self
            .vacant
            .iter()
            .filter(|slot| !inherited.contains_key(slot));
        match self.forget(&self.change.function, outdated).await {
            // Who may not read tags has not written any.
            Ok(()) | Err(Error::Denied(_)) => {}
            Err(error) => return Err(error),
        }
        let tags: Tags = inherited
            .into_iter()
            .chain(displaced)
            .map(|(slot, lambda_arn)| (displaced_key(self.id, slot), lambda_arn.clone()))
            .collect();
        self.distributions
            .functions
            .tag(&self.change.function, tags, self.deadline)
            .await
    }

    /// Removes the tags of slots that our function has left.
    async fn forget_displaced(&self) -> Result<(), Error> {
        let released = self
            .change
            .slots
            .iter()
            .filter(|(_, wish)| matches!(wish, Wish::Release { .. }))
            .map(|(slot, _)| slot);
        self.forget(&self.change.function, released).await?;
        match &self.change.predecessor {
            Some(before) => {
                self.forget(&before.function, self.change.slots.keys())
                    .await
            }
            None => Ok(()),
        }
    }

    async fn forget<'a>(
        &self,
        function: &FunctionArn,
        slots: impl Iterator<Item = &'a Slot>,
    ) -> Result<(), Error> {
        let keys: Vec<String> = slots.map(|slot| displaced_key(self.id, slot)).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let functions = &self.distributions.functions;
        let Some(tags) = functions.tags(function, self.deadline).await? else {
            return Ok(());
        };
        let keys = keys
            .into_iter()
            .filter(|key| tags.contains_key(key))
            .collect();
        functions.untag(function, keys, self.deadline).await
    }

    /// A version that was deleted meanwhile cannot be put back, and CloudFront would refuse the whole update for it.
    async fn drop_dead_restores(&mut self) -> Result<(), Error> {
        let mut dead = Vec::new();
        for (slot, wish) in &self.change.slots {
            let Wish::Release {
                restore: Some(lambda_arn),
            } = wish
            else {
                continue;
            };
            let works = match lambda_arn.parse::<QualifiedArn>() {
                Ok(version) if version.function.account_id == self.change.function.account_id => {
                    let found = self.distributions.functions.read_version(
                        &version.function.name,
                        version.version,
                        self.deadline,
                    );
                    // Without permission to look, CloudFront decides.
                    !matches!(found.await, Ok(None))
                }
                Ok(_) => true,
                Err(_) => false,
            };
            if !works {
                dead.push(slot.clone());
            }
        }
        self.drop_restores(|slot| dead.contains(slot));
        Ok(())
    }

    fn has_restores(&self) -> bool {
        self.change
            .slots
            .values()
            .any(|wish| matches!(wish, Wish::Release { restore: Some(_) }))
    }

    fn drop_restores(&mut self, dead: impl Fn(&Slot) -> bool) {
        for (slot, wish) in &mut self.change.slots {
            if let Wish::Release { restore } = wish
                && dead(slot)
                && let Some(lambda_arn) = restore.take()
            {
                self.unrestored.insert(slot.clone(), lambda_arn);
            }
        }
    }

    fn doing(&self, what: &str) -> String {
        format!("{what} the distribution {}", self.id)
    }
}

/// CloudFront may not know yet that Lambda reports a version as active.
fn is_pending(error: &Error) -> bool {
    error.says(REFUSED, "must be in an Active state") || error.says(REFUSED, "is Pending")
}
