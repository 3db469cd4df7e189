use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tfplugin::log;
use tokio_util::sync::CancellationToken;

use super::applied::Applied;
use super::deployment::{Deployment, Wanted};
use super::distributions::Distributions;
use super::raw::Fetched;
use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::event_type::EventType;
use crate::aws::ownership::{Displaced, Forgotten, Ownership};
use crate::aws::retry::{Backoff, Deadline};
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Originals, Wish, splice, without_empty_items};

/// Meeting a newer version this often means that another writer is at work.
const ROUNDS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// For finding out what became of an update when the operation's own time is over.
const GRACE: Duration = Duration::from_secs(30);
/// A read right after a write may still show the old version.
const LOOKS: u32 = 3;
/// Lambda's limit for a function.
const MOST_TAGS: usize = 50;
const REFUSED: &str = "InvalidLambdaFunctionAssociation";

impl Distributions {
    /// Makes the change: reads, splices, records what it displaces, writes, verifies. An error
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
        let mut task = Task {
            distributions: self,
            id,
            deadline,
            change: change.clone(),
            originals: change.originals.clone(),
            inherited: BTreeMap::new(),
            vacant: BTreeSet::new(),
            unrestored: BTreeMap::new(),
        };
        task.inherit().await;
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
    /// As the last attempt would leave them. The next one begins from those of `change` again: an
    /// update that was refused has neither taken nor left anything.
    originals: Originals,
    /// Whom the predecessor displaced in slots that are wanted.
    inherited: BTreeMap<Slot, Association>,
    /// Slots to be taken that nobody holds.
    vacant: BTreeSet<Slot>,
    unrestored: BTreeMap<Slot, String>,
}

impl Task<'_> {
    async fn rounds(&mut self) -> Result<Applied, Error> {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut round = 1;
        loop {
            let current = self.current().await?;
            let spliced = splice(&current.document, &self.change).map_err(Error::Conflicts)?;
            let bare = spliced.originals.bare_beyond(&self.change.originals);
            self.originals = spliced.originals.clone();
            if !spliced.changed {
                return Ok(self.applied(BTreeMap::new(), None, Vec::new()));
            }
            let displaced = spliced.displaced;
            self.vacant = self.vacancies(&current.document);
            self.record(&current.document, &displaced, bare).await?;
            let error = match self.put(&current, &spliced.document).await {
                Ok(etag) => return Ok(self.verified(etag, current.etag, displaced).await),
                Err(error) => error,
            };
            let is_stale = matches!(
                error.code(),
                Some("PreconditionFailed" | "InvalidIfMatchVersion")
            );
            // A newer version refuses ours, and so does our own update when its answer got lost and
            // the SDK sent it again.
            if is_stale || error.outcome_is_unknown() {
                match self.carried_out().await {
                    Ok(Some(found)) => {
                        let deployment = self.deployment(found.etag, current.etag);
                        return Ok(self.applied(displaced, Some(deployment), Vec::new()));
                    }
                    Ok(None) => {}
                    Err(_) => {
                        return Err(Error::Unclear {
                            id: self.id.to_owned(),
                            cause: Box::new(error),
                        });
                    }
                }
            }
            if is_stale && round == ROUNDS {
                return Err(Error::AnotherWriter {
                    id: self.id.to_owned(),
                    rounds: ROUNDS,
                });
            } else if is_stale {
                round += 1;
            } else if !is_pending(&error)
                && !self.drop_refused_restores(&error)
                && !error.says(REFUSED, "must be in an Active state")
            {
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

    /// The one repair outside our slots: CloudFront has refused empty lists that it had itself
    /// returned.
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

    /// The distribution, if it is as wanted after an update that failed for us. Neither the
    /// operation's end nor a stop keeps us from looking.
    async fn carried_out(&self) -> Result<Option<Fetched>, Error> {
        let patient = Deadline::after(GRACE, CancellationToken::new());
        let found = patient
            .run(
                &self.doing("looking again at"),
                self.distributions.fetch(self.id),
            )
            .await??;
        let wanted = Wanted::of(&self.change);
        Ok(found.filter(|found| wanted.missing(&found.document).is_empty()))
    }

    /// From here on the update is accepted: whatever fails is a warning.
    async fn verified(
        &self,
        etag: String,
        previous_etag: String,
        displaced: BTreeMap<Slot, Association>,
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
        displaced: BTreeMap<Slot, Association>,
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

    /// Written before the update: an apply that is killed after it must still know what to put
    /// back. For the same reason, what an attempt that came to nothing has written about a slot is
    /// removed when its holder has left meanwhile. A stranger's function is marked only when
    /// somebody's work is at stake.
    async fn record(
        &self,
        document: &Document,
        displaced: &BTreeMap<Slot, Association>,
        bare: BTreeSet<String>,
    ) -> Result<(), Error> {
        let inherited = self.inherited.clone().into_iter();
        let displaced = Displaced {
            associations: inherited.chain(displaced.clone()).collect(),
            bare,
        };
        // What is displaced is written after this: an inherited association stays recorded.
        let outdated = Forgotten {
            slots: self.vacant.clone(),
            ..Forgotten::default()
        };
        if displaced.is_empty() && outdated.slots.is_empty() {
            return Ok(());
        }
        // An element that is absent and one that is empty mean the same: not worth an error.
        let is_vital = !displaced.associations.is_empty();
        match self.write_down(document, displaced, &outdated).await {
            Err(error) if !is_vital => {
                log::debug(
                    "what stood around the slots could not be written down",
                    &[("distribution", &self.id), ("because", &error)],
                );
                Ok(())
            }
            written => written,
        }
    }

    async fn write_down(
        &self,
        document: &Document,
        mut displaced: Displaced,
        outdated: &Forgotten,
    ) -> Result<(), Error> {
        let (function, functions) = (&self.change.function, &self.distributions.functions);
        let tags = functions.tags(function, self.deadline).await?;
        if Ownership::of(&tags) == Ownership::Stranger {
            displaced.bare.clear();
        }
        let edits = displaced.tag_edits(&tags, self.id, &every_slot(document), outdated);
        if edits.most(&tags) > MOST_TAGS {
            return Err(Error::TooManyTags {
                id: self.id.to_owned(),
                function: function.to_string(),
                count: edits.most(&tags),
            });
        }
        functions.edit_tags(function, edits, self.deadline).await
    }

    /// Removes what the tags say about slots that our function has left.
    async fn forget_displaced(&self) -> Result<(), Error> {
        let released = self
            .change
            .slots
            .iter()
            .filter(|(_, wish)| matches!(wish, Wish::Release { .. }))
            .map(|(slot, _)| slot.clone());
        let slots: BTreeSet<Slot> = released.collect();
        let left = behaviors(&slots).filter(|name| !self.originals.knows(name));
        let forgotten = Forgotten {
            behaviors: left.collect(),
            slots,
        };
        self.forget(&self.change.function, forgotten).await?;
        let Some(before) = &self.change.predecessor else {
            return Ok(());
        };
        let slots: BTreeSet<Slot> = self.change.slots.keys().cloned().collect();
        let forgotten = Forgotten {
            behaviors: behaviors(&slots).collect(),
            slots,
        };
        self.forget(&before.function, forgotten).await
    }

    async fn forget(&self, function: &FunctionArn, forgotten: Forgotten) -> Result<(), Error> {
        if forgotten.slots.is_empty() {
            return Ok(());
        }
        let functions = &self.distributions.functions;
        let tags = functions.tags(function, self.deadline).await?;
        let edits = forgotten.tag_edits(&tags, self.id);
        functions.edit_tags(function, edits, self.deadline).await
    }

    /// The predecessor's tags say more than a state does, if they can be read: whether the request
    /// body was handed over.
    async fn inherit(&mut self) {
        let Some(before) = &self.change.predecessor else {
            return;
        };
        let mut displaced = before.displaced.clone();
        displaced.retain(|slot, _| matches!(self.change.slots.get(slot), Some(Wish::Hold { .. })));
        if displaced.is_empty() {
            return;
        }
        let functions = &self.distributions.functions;
        let tags = functions.tags(&before.function, self.deadline).await;
        let recorded = Displaced::recall(&tags.unwrap_or_default(), self.id, displaced.keys());
        let associations = displaced.into_iter().map(|(slot, lambda_arn)| {
            let include_body = recorded.include_body(&slot, &lambda_arn);
            let association = Association {
                include_body: include_body.unwrap_or(false),
                lambda_arn,
            };
            (slot, association)
        });
        self.inherited = associations.collect();
    }

    /// A version that was deleted meanwhile cannot be put back, and CloudFront would refuse the
    /// whole update for it.
    async fn drop_dead_restores(&mut self) -> Result<(), Error> {
        let mut dead = Vec::new();
        for (slot, wish) in &self.change.slots {
            let Wish::Release {
                restore: Some(restore),
            } = wish
            else {
                continue;
            };
            let works = match restore.lambda_arn.parse::<QualifiedArn>() {
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

    /// CloudFront refuses the whole update for one function that cannot be put back; its message
    /// names it. Gives whether there was one.
    fn drop_refused_restores(&mut self, error: &Error) -> bool {
        let slots = self.change.slots.iter();
        let refused = slots.filter(|(_, wish)| match wish {
            Wish::Release {
                restore: Some(restore),
            } => error.code() == Some(REFUSED) && error.names(&restore.lambda_arn),
            _ => false,
        });
        let refused: BTreeSet<Slot> = refused.map(|(slot, _)| slot.clone()).collect();
        self.drop_restores(|slot| refused.contains(slot));
        !refused.is_empty()
    }

    fn drop_restores(&mut self, dead: impl Fn(&Slot) -> bool) {
        for (slot, wish) in &mut self.change.slots {
            if let Wish::Release { restore } = wish
                && dead(slot)
                && let Some(restore) = restore.take()
            {
                self.unrestored.insert(slot.clone(), restore.lambda_arn);
            }
        }
    }

    fn doing(&self, what: &str) -> String {
        format!("{what} the distribution {}", self.id)
    }
}

fn every_slot(document: &Document) -> BTreeSet<Slot> {
    let of = |name: &String| EventType::ALL.map(|event| Slot::new(name, event));
    let names = document.behaviors().iter().map(|behavior| &behavior.name);
    names.flat_map(of).collect()
}

fn behaviors(slots: &BTreeSet<Slot>) -> impl Iterator<Item = String> {
    slots.iter().map(|slot| slot.behavior.clone())
}

/// CloudFront may not know yet that Lambda reports a version as active.
fn is_pending(error: &Error) -> bool {
    error.says(REFUSED, "is Pending")
}
