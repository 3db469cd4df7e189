//! Waiting until an accepted update has reached the edge locations.
//!
//! Meanwhile a later update of somebody else may take the slots again, so the wait also compares
//! them with what they must hold ([`Wanted`]). The same comparison verifies an update right after
//! it was sent, and finds out whether an update whose answer was lost was carried out.

use std::collections::BTreeMap;
use std::time::Duration;

use super::distributions::Distributions;
use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::retry::{Backoff, Deadline};
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Wish};

const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Edge locations take minutes.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// An accepted update on its way to the edge locations.
#[derive(Clone, Debug)]
pub(crate) struct Deployment {
    pub(super) id: String,
    pub(super) etag: String,
    pub(super) previous_etag: String,
    pub(super) wanted: Wanted,
}

impl Distributions {
    /// Waits until the update is live everywhere.
    ///
    /// # Errors
    /// [`Error::Overwritten`] when somebody else's later update took our slots; [`Error::Timeout`]
    /// if CloudFront has not finished in time.
    pub(crate) async fn wait_deployed(
        &self,
        deployment: &Deployment,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        let id = &deployment.id;
        let doing = format!("waiting for distribution {id} to be deployed");
        let mut expected = deployment.etag.clone();
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            let status = deadline.run(&doing, self.status(id)).await??;
            if status.etag == expected {
                if status.deployed {
                    return Ok(());
                }
            } else if status.etag != deployment.previous_etag {
                // The ETag also changes without us, for example when a policy in use changes:
                // follow it as long as our slots are in it.
                let found = deadline.run(&doing, self.fetch(id)).await??;
                let found = found.ok_or_else(|| Error::DistributionGone { id: id.clone() })?;
                let slots = deployment.wanted.missing(&found.document);
                if !slots.is_empty() {
                    return Err(Error::Overwritten {
                        id: id.clone(),
                        slots,
                    });
                }
                expected = found.etag;
            }
            tracing::info!(
                distribution = %id,
                seconds_left = deadline.remaining().as_secs(),
                "waiting for CloudFront to deploy"
            );
            deadline.pause(backoff.next(), &doing).await?;
        }
    }
}

/// What the slots of a change must hold afterwards: an association, or none of ours.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    functions: Vec<FunctionArn>,
    slots: BTreeMap<Slot, Option<Association>>,
}

impl Wanted {
    pub(super) fn of(change: &Change) -> Wanted {
        let slots = change.slots.iter().map(|(slot, wish)| match wish {
            Wish::Hold { association, .. } => (slot.clone(), Some(association.clone())),
            Wish::Leave { .. } => (slot.clone(), None),
        });
        Wanted {
            functions: [&change.function]
                .into_iter()
                .chain(change.predecessor.as_ref().map(|before| &before.function))
                .cloned()
                .collect(),
            slots: slots.collect(),
        }
    }

    fn is_ours(&self, lambda_arn: &str) -> bool {
        self.functions
            .iter()
            .any(|function| function.owns(lambda_arn))
    }

    /// The slots that are not as wanted.
    pub(super) fn missing(&self, document: &Document) -> Vec<Slot> {
        let found = document.slots();
        let differs = |slot: &Slot, wanted: &Option<Association>| match (wanted, found.get(slot)) {
            (Some(wanted), held) => held != Some(wanted),
            (None, held) => held.is_some_and(|held| self.is_ours(&held.lambda_arn)),
        };
        self.slots
            .iter()
            .filter(|(slot, wanted)| differs(slot, wanted))
            .map(|(slot, _)| slot.clone())
            .collect()
    }
}
