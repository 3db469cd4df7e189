//! [`EphemeralResource`]: the trait an ephemeral resource implements, and [`Opened`], what it
//! opens.

use std::future::Future;
use std::time::SystemTime;

use crate::call::Call;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};
use crate::schema::{Model, Schema};

/// Something that lives only as long as Terraform runs and is kept nowhere: a token, a session, a
/// generated password (Terraform 1.10 and later).
///
/// It is opened in every plan and apply that uses it, renewed when it is about to end, and closed
/// when nothing needs it any more. What [`renew`](Self::renew) and [`close`](Self::close) need goes
/// through [`Call::private`], which Terraform keeps in memory only.
pub trait EphemeralResource: Send + Sync + 'static {
    /// The ephemeral block.
    type Model: Model;
    /// The provider's client.
    type Client: Send + Sync + 'static;
    /// The type name without the provider's prefix.
    const TYPE: &'static str;

    /// The schema of the ephemeral block; by default its model's, without a description.
    fn schema(&self) -> Schema<Self::Model> {
        Schema::of::<Self::Model>()
    }

    /// Looks at the configuration as a whole. Values may be unknown. No network.
    fn validate(&self, config: &Self::Model, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Makes or fetches it: `config` is wholly known and has its defaults; return it with the
    /// computed values filled in.
    ///
    /// # Errors
    /// It is not there: what depends on it is not planned or applied, and nothing is closed.
    fn open(
        &self,
        call: &mut Call<Self::Client>,
        config: Self::Model,
    ) -> impl Future<Output = Result<Opened<Self::Model>>> + Send;

    /// Prolongs it, at the time that [`open`](Self::open) or the last renewal named; returns the
    /// next time, or `None` if it now lasts. The values stay as they are.
    ///
    /// # Errors
    /// Terraform goes on no further with what depends on it.
    fn renew(
        &self,
        call: &mut Call<Self::Client>,
    ) -> impl Future<Output = Result<Option<SystemTime>>> + Send {
        let _ = call;
        async {
            Err(
                Diagnostic::error("The provider asked for a renewal that it does not implement")
                    .detail("This is a bug in the provider; please report it.")
                    .into(),
            )
        }
    }

    /// Gives it back. Does nothing unless it is written.
    ///
    /// # Errors
    /// Shown; there is no second attempt.
    fn close(&self, call: &mut Call<Self::Client>) -> impl Future<Output = Result<()>> + Send {
        let _ = call;
        async { Ok(()) }
    }
}

/// What [`EphemeralResource::open`](crate::EphemeralResource::open) returns.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened<M> {
    pub(crate) result: M,
    pub(crate) renew_at: Option<SystemTime>,
}

impl<M> Opened<M> {
    /// The configuration with its computed values; it lasts until it is closed.
    pub fn new(result: M) -> Self {
        Self {
            result,
            renew_at: None,
        }
    }

    /// Asks for a renewal at that time, some while before it ends.
    pub fn renew_at(mut self, time: SystemTime) -> Self {
        self.renew_at = Some(time);
        self
    }
}
