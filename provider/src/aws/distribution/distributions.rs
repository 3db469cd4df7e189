//! The handle to all distributions, to which the files beside this one add their calls.
//!
//! It holds what one run of the provider has to know across them: who writes, and who claims.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::turns::Turns;
use crate::aws::arn::FunctionArn;
use crate::aws::connection::Connection;
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::lambda::Functions;
use crate::aws::retry::Deadline;
use crate::aws::slot::Slot;
use crate::aws::splice::Conflict;

/// CloudFront distributions of the session's account.
#[derive(Clone, Debug)]
pub(crate) struct Distributions {
    pub(super) connection: Arc<Connection>,
    pub(super) functions: Functions,
    pub(super) turns: Turns,
    claims: Arc<Mutex<BTreeMap<(String, Slot), Claim>>>,
}

impl Distributions {
    pub(in crate::aws) fn new(connection: Arc<Connection>, functions: Functions) -> Distributions {
        Distributions {
            connection,
            functions,
            turns: Turns::default(),
            claims: Arc::default(),
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
        Ok(found.map(|found| found.document))
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
