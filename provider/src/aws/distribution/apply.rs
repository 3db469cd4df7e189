use std::collections::BTreeMap;
use std::time::Duration;

use super::applied::Applied;
use super::deployment::{Deployment, Wanted};
use super::raw::Fetched;
use super::Distributions;
use crate::aws::arn::QualifiedArn;
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::ownership::{Tags, displaced_key};
use crate::aws::retry::{Backoff, Deadline};
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Spliced, Wish, splice, without_empty_items};

/// Meeting a newer version this often means that another writer is at work.
const ROUNDS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// For finding out what became of an update when the operation's own time is over.
const GRACE: Duration = Duration::from_secs(30);
/// A read right after a write may still show the old version.
const LOOKS: u32 = 3;

impl Distributions {
    /// Makes the change: reads, splices, records what it displaces, writes, verifies. An error means that CloudFront accepted nothing of it.
    ///
    /// # Errors
    /// [`Error::Conflicts`], [`Error::DistributionGone`], [`Error::AnotherWriter`], and what calls can fail with.
    pub(crate) async fn apply(&self, id: &str, change: &Change, deadline: &Deadline) -> Result<Applied, Error> {
        let _turn = deadline.run(&format!("another change of distribution {id}"), self.turns.take(id)).await?;
        let mut task = Task { distributions: self, id, deadline, change: change.clone(), unrestored: BTreeMap::new() };
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
    unrestored: BTreeMap<Slot, String>,
}

/// What earlier rounds found, in case one of them was carried out although it failed for us.
#[derive(Default)]
struct Memory {
    displaced: BTreeMap<Slot, String>,
    /// The ETag that the first update started from.
    previous_etag: Option<String>,
}

impl Task<'_> {
    async fn rounds(&mut self) -> Result<Applied, Error> {
        let mut memory = Memory::default();
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut round = 1;
        while round <= ROUNDS {
            let current = self.current().await?;
            let spliced = splice(&current.document, &self.change).map_err(Error::Conflicts)?;
            memory.note(&current.document, &spliced, &self.change);
            self.change.originals = spliced.originals.clone();
            if !spliced.changed {
                return Ok(self.unchanged(current, memory));
            }
            self.record(&spliced.displaced).await?;
            let previous_etag = memory.previous_etag.get_or_insert_with(|| current.etag.clone()).clone();
            match self.put(&current, &spliced.document).await {
                Ok(etag) => return Ok(self.verified(etag, previous_etag, &spliced.document, memory).await),
                // Also the answer to the SDK's repetition of an update that was carried out: the next round looks first.
                Err(error) if error.code() == Some("PreconditionFailed") => {
                    round += 1;
                    self.deadline.pause(backoff.next(), &self.doing("another writer to finish with")).await?;
                }
                Err(error) if error.code() == Some("InvalidLambdaFunctionAssociation") && self.has_restores() => {
                    self.drop_restores(|_| true);
                }
                Err(error) if error.outcome_is_unknown() => {
                    return match self.carried_out().await {
                        Some(current) => Ok(self.unchanged(current, memory)),
                        None => Err(error),
                    };
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::AnotherWriter { id: self.id.to_owned(), rounds: ROUNDS })
    }

    async fn current(&self) -> Result<Fetched, Error> {
        let found = self.deadline.run(&self.doing("reading"), self.distributions.fetch(self.id)).await??;
        found.ok_or_else(|| Error::DistributionGone { id: self.id.to_owned() })
    }

    /// The one repair outside our slots: CloudFront has refused empty lists that it had itself returned.
    async fn put(&self, current: &Fetched, document: &Document) -> Result<String, Error> {
        let put = async |document: &Document| {
            let putting = self.distributions.put(self.id, &current.etag, document);
            self.deadline.finish(&self.doing("updating"), putting).await?
        };
        match put(document).await {
            Err(error) if error.code() == Some("MalformedInput") || error.code() == Some("MalformedXML") => {
                match without_empty_items(document) {
                    Ok(Some(repaired)) => put(&repaired).await,
                    _ => Err(error),
                }
            }
            answered => answered,
        }
    }

    /// The document, if it is as wanted: an update whose answer got lost was carried out then.
    async fn carried_out(&self) -> Option<Fetched> {
        let looking = tokio::time::timeout(GRACE, self.distributions.fetch(self.id));
        let found = looking.await.ok()?.ok()??;
        Wanted::of(&self.change).missing(&found.document).is_empty().then_some(found)
    }

    fn unchanged(&self, current: Fetched, memory: Memory) -> Applied {
        let deployment = memory.previous_etag.map(|previous_etag| self.deployment(current.etag, previous_etag));
        self.applied(&current.document, memory.displaced, deployment, Vec::new())
    }

    /// From here on the update is accepted: whatever fails is a warning.
    async fn verified(&self, etag: String, previous_etag: String, sent: &Document, memory: Memory) -> Applied {
        let wanted = Wanted::of(&self.change);
        let deployment = Some(self.deployment(etag, previous_etag.clone()));
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut look = 1;
        loop {
            let found = match self.current().await {
                Ok(found) => found,
                Err(error) => return self.applied(sent, memory.displaced, deployment, vec![error]),
            };
            let slots = wanted.missing(&found.document);
            let stale = found.etag == previous_etag && look < LOOKS;
            if slots.is_empty() || !stale {
                let overwritten = Error::Overwritten { id: self.id.to_owned(), slots: slots.clone() };
                let warnings = if slots.is_empty() { Vec::new() } else { vec![overwritten] };
                return self.applied(&found.document, memory.displaced, deployment, warnings);
            }
            look += 1;
            if let Err(error) = self.deadline.pause(backoff.next(), &self.doing("verifying")).await {
                return self.applied(sent, memory.displaced, deployment, vec![error]);
            }
        }
    }

    fn applied(
        &self,
        found: &Document,
        displaced: BTreeMap<Slot, String>,
        deployment: Option<Deployment>,
        warnings: Vec<Error>,
    ) -> Applied {
        Applied {
            slots: found.slots_of(&self.change.function),
            displaced,
            originals: self.change.originals.clone(),
            unrestored: self.unrestored.clone(),
            deployment,
            warnings,
        }
    }

    fn deployment(&self, etag: String, previous_etag: String) -> Deployment {
        Deployment { id: self.id.to_owned(), etag, previous_etag, wanted: Wanted::of(&self.change) }
    }

    /// Written before the update: an apply that is killed after it must still know what to put back.
    async fn record(&self, displaced: &BTreeMap<Slot, Association>) -> Result<(), Error> {
        let tag = |(slot, held): (&Slot, &Association)| (displaced_key(self.id, slot), held.lambda_arn.clone());
        let tags: Tags = displaced.iter().map(tag).collect();
        self.distributions.functions.tag(&self.change.function, tags, self.deadline).await
    }

    async fn forget_displaced(&self) -> Result<(), Error> {
        let released = self.change.slots.iter().filter(|(_, wish)| matches!(wish, Wish::Release { .. }));
        let keys: Vec<String> = released.map(|(slot, _)| displaced_key(self.id, slot)).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let functions = &self.distributions.functions;
        let Some(function) = functions.read(&self.change.function.name, self.deadline).await? else {
            return Ok(());
        };
        let keys = keys.into_iter().filter(|key| function.tags.contains_key(key)).collect();
        functions.untag(&function.arn, keys, self.deadline).await
    }

    /// A version that was deleted meanwhile cannot be put back, and CloudFront would refuse the whole update for it.
    async fn drop_dead_restores(&mut self) -> Result<(), Error> {
        let mut dead = Vec::new();
        for (slot, wish) in &self.change.slots {
            let Wish::Release { restore: Some(lambda_arn) } = wish else { continue };
            let works = match lambda_arn.parse::<QualifiedArn>() {
                Ok(version) if version.function.account_id == self.change.function.account_id => {
                    let found = self.distributions.functions.read_version(&version.function.name, version.version, self.deadline);
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
        self.change.slots.values().any(|wish| matches!(wish, Wish::Release { restore: Some(_) }))
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

impl Memory {
    fn note(&mut self, found: &Document, spliced: &Spliced, change: &Change) {
        let ours = found.slots_of(&change.function);
        self.displaced.retain(|slot, _| ours.contains_key(slot));
        self.displaced.extend(spliced.displaced.iter().map(|(slot, held)| (slot.clone(), held.lambda_arn.clone())));
    }
}
