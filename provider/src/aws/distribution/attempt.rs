//! One attempt at an update, and its outcome.
//!
//! A failed call says little by itself: its answer may have been lost after CloudFront had accepted
//! the update, somebody else may have been faster, or the reason may end in seconds. So this file
//! reads the distribution again if it must, and turns every end of a call into an [`Outcome`] that
//! says what the next round does.

use std::collections::BTreeSet;
use std::time::Duration;

use super::deployment::Wanted;
use super::distributions::Distributions;
use super::raw::{Doubt, Fetched};
use super::restores;
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::retry::{Backoff, Deadline};
use crate::aws::slot::Slot;
use crate::aws::splice::{Change, without_empty_items};

/// A read right after a write may still show the old version.
pub(super) const LOOKS: u32 = 3;
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(500);
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const REFUSED: &str = "InvalidLambdaFunctionAssociation";

/// An update of one version of a distribution.
pub(super) struct Attempt<'a> {
    pub(super) distributions: &'a Distributions,
    pub(super) id: &'a str,
    pub(super) deadline: &'a Deadline,
    /// The change that the update makes.
    pub(super) change: &'a Change,
    /// The version that it replaces.
    pub(super) current: &'a Fetched,
    /// Whether this or an earlier update of the change may have been carried out.
    pub(super) doubt: &'a Doubt,
}

/// The outcome of an update that was sent.
pub(super) enum Outcome {
    /// CloudFront accepted it; the new version has this ETag.
    Accepted { etag: String },
    /// Its answer was lost, or CloudFront refused a repetition of it, but the distribution holds it
    /// now.
    CarriedOut { etag: String },
    /// There is a newer version: make the change in that one.
    Stale(Error),
    /// CloudFront's reason ends by itself: send the same again.
    Passing(Error),
    /// These slots' former functions cannot be put back: send the same without them.
    Unrestorable { slots: BTreeSet<Slot>, error: Error },
    /// Repeating would not help.
    Failed(Error),
}

impl Attempt<'_> {
    /// Sends `document`, which holds the change.
    pub(super) async fn send(&self, document: &Document) -> Outcome {
        let error = match self.put(document).await {
            Ok(etag) => return Outcome::Accepted { etag },
            Err(error) => error,
        };
        if error.outcome_is_unknown() {
            self.doubt.raise();
        }
        // A repetition may be refused because of our own update, whose answer was lost.
        if self.doubt.is_raised() {
            match self.carried_out().await {
                Ok(Some(found)) => return Outcome::CarriedOut { etag: found.etag },
                Ok(None) => {}
                Err(_) => {
                    return Outcome::Failed(Error::Unclear {
                        id: self.id.to_owned(),
                        cause: Box::new(error),
                    });
                }
            }
        }
        if is_stale(&error) {
            Outcome::Stale(error)
        } else {
            self.refused(error)
        }
    }

    /// A temporary refusal comes first: it does not mean that the functions in its message cannot
    /// be restored.
    fn refused(&self, error: Error) -> Outcome {
        if error.code() != Some(REFUSED) {
            return Outcome::Failed(error);
        }
        // CloudFront may not know yet that Lambda reports a version as active.
        let is_inactive = error.says(REFUSED, "must be in an Active state");
        if is_inactive && error.says(REFUSED, "Pending") {
            return Outcome::Passing(error);
        }
        // The functions work, but the credentials may not associate them.
        if error.is_missing_permission() {
            return Outcome::Failed(error);
        }
        let slots = restores::refused(self.change, &error);
        if !slots.is_empty() {
            Outcome::Unrestorable { slots, error }
        } else if is_inactive {
            Outcome::Passing(error)
        } else {
            Outcome::Failed(error)
        }
    }

    /// The one repair outside our slots: CloudFront has refused empty lists that it had itself
    /// returned.
    async fn put(&self, document: &Document) -> Result<String, Error> {
        match self.put_once(document).await {
            Err(error)
                if error.code() == Some("MalformedInput")
                    || error.code() == Some("MalformedXML") =>
            {
                match without_empty_items(document) {
                    Ok(Some(repaired)) => self.put_once(&repaired).await,
                    _ => Err(error),
                }
            }
            answered => answered,
        }
    }

    async fn put_once(&self, document: &Document) -> Result<String, Error> {
        let putting = self
            .distributions
            .put(self.id, &self.current.etag, document, self.doubt);
        self.deadline
            .finish(&self.doing("updating"), putting)
            .await?
    }

    /// The distribution, if it is as wanted after an update that failed for us. This reads even
    /// after the operation's time is over or Terraform was stopped, and reads again if it finds the
    /// version that the update was to replace.
    async fn carried_out(&self) -> Result<Option<Fetched>, Error> {
        let patient = Deadline::grace();
        let doing = self.doing("looking again at");
        let wanted = Wanted::of(self.change);
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        for look in 1..=LOOKS {
            let fetching = self.distributions.fetch(self.id);
            let Some(found) = patient.run(&doing, fetching).await?? else {
                return Ok(None);
            };
            if wanted.missing(&found.document).is_empty() {
                return Ok(Some(found));
            }
            if found.etag != self.current.etag {
                return Ok(None);
            }
            if look < LOOKS {
                patient.pause(backoff.next(), &doing).await?;
            }
        }
        Ok(None)
    }

    fn doing(&self, what: &str) -> String {
        format!("{what} the distribution {}", self.id)
    }
}

/// The first code if `If-Match` names an older version, the second if it names a version that does
/// not exist.
fn is_stale(error: &Error) -> bool {
    matches!(
        error.code(),
        Some("PreconditionFailed" | "InvalidIfMatchVersion")
    )
}
