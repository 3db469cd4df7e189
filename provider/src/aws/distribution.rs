//! Distributions that somebody else owns: their configuration is read and sent back as raw XML,
//! with nothing but our slots changed.

mod alias;
mod applied;
mod apply;
mod deployment;
mod description;
mod raw;
mod turns;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use self::applied::Applied;
pub(crate) use self::deployment::Deployment;
pub(crate) use self::description::Description;
use self::turns::Turns;
use super::arn::FunctionArn;
use super::connection::Connection;
use super::document::Document;
use super::error::Error;
use super::lambda::Functions;
use super::retry::Deadline;
use super::slot::Slot;
use super::splice::Conflict;

/// CloudFront distributions of the session's account.
#[derive(Clone, Debug)]
pub(crate) struct Distributions {
    connection: Arc<Connection>,
    functions: Functions,
    turns: Turns,
    claims: Arc<Mutex<BTreeMap<(String, Slot), Claim>>>,
    /// Distribution id to the names of the behaviors that it had when it was last read.
    behaviors: Arc<Mutex<BTreeMap<String, BTreeSet<String>>>>,
}

impl Distributions {
    pub(super) fn new(connection: Arc<Connection>, functions: Functions) -> Distributions {
        Distributions {
            connection,
            functions,
            turns: Turns::default(),
            claims: Arc::default(),
            behaviors: Arc::default(),
        }
    }

    /// The configuration that was accepted last, deployed or not. None: there is no such
    /// distribution in this account.
    pub(crate) async fn read(
        &self,
        id: &str,
        deadline: &Deadline,
    ) -> Result<Option<Document>, Error> {
        let found = deadline
            .run(&format!("reading the distribution {id}"), self.fetch(id))
            .await??;
        let document = found.map(|found| found.document);
        // A map is whole after any panic elsewhere.
        let mut behaviors = self
            .behaviors
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match &document {
            Some(document) => {
                let names = document.behaviors().iter();
                let names = names.map(|behavior| behavior.name.clone()).collect();
                behaviors.insert(id.to_owned(), names);
            }
            None => {
                behaviors.remove(id);
            }
        }
        drop(behaviors);
        Ok(document)
    }

    /// The behaviors that the distribution had when this run last read it: what a plan that
    /// follows a read need not ask AWS again.
    pub(crate) fn behaviors_as_read(&self, id: &str) -> Option<BTreeSet<String>> {
        let behaviors = self.behaviors.lock();
        behaviors
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }

    /// Notes during planning that a resource (`claimant`) wants these slots for a function, and
    /// reports those that another resource of this run wants too.
    pub(crate) fn claim<'a>(
        &self,
        id: &str,
        claimant: u64,
        function: Option<&FunctionArn>,
        slots: impl IntoIterator<Item = &'a Slot>,
    ) -> Vec<Conflict> {
        // A map is whole after any panic elsewhere.
        let mut claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        slots
            .into_iter()
            .filter_map(|slot| {
                let claim = claims
                    .entry((id.to_owned(), slot.clone()))
                    .or_insert_with(|| Claim {
                        claimant,
                        function: function.map(|function| function.name.clone()),
                    });
                (claim.claimant != claimant).then(|| Conflict::Claimed {
                    slot: slot.clone(),
                    by: claim.function.clone(),
                })
            })
            .collect()
    }
}

/// Which resource wants a slot, and for whom.
#[derive(Debug)]
struct Claim {
    claimant: u64,
    function: Option<String>,
}
