//! The handle to all distributions, to which the files in this folder add their calls.
//!
//! It holds what one run of the provider has to know across distributions: which of them are being
//! written.

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use super::turns::Turns;
use crate::aws::connection::Connection;
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::lambda::Functions;
use crate::aws::retry::Deadline;

/// CloudFront distributions of the session's account.
#[derive(Clone, Debug)]
pub(crate) struct Distributions {
    pub(super) connection: Arc<Connection>,
    pub(super) functions: Functions,
    pub(super) turns: Turns,
}

impl Distributions {
    pub(in crate::aws) fn new(connection: Arc<Connection>, functions: Functions) -> Distributions {
        Distributions {
            connection,
            functions,
            turns: Turns::default(),
        }
    }

    /// Waits for the turn to write to the distribution, which lasts until the guard is dropped.
    pub(super) async fn turn(
        &self,
        id: &str,
        deadline: &Deadline,
    ) -> Result<OwnedMutexGuard<()>, Error> {
        let doing = format!("waiting for another change of distribution {id}");
        deadline.run(&doing, self.turns.take(id)).await
    }

    /// The configuration that was accepted last, deployed or not. `None`: there is no such
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
}
