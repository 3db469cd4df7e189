//! [`EphemeralResource`]: the trait an ephemeral resource implements, and [`Opened`], what it
//! opens.

use std::future::Future;
use std::time::SystemTime;

use crate::call::Call;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};
use crate::schema::{Model, Schema};

/// Something that exists only while Terraform runs and is stored nowhere: a token, a session, a
/// generated password (Terraform 1.10 and later).
///
/// It is opened in every plan and apply that uses it, renewed when it is about to end, and closed
/// when nothing needs it any more. Keep what [`renew`](Self::renew) and [`close`](Self::close) need
/// in [`Call::private`], which Terraform keeps only in memory.
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

    /// Creates or fetches it: `config` is completely known and has its defaults; return it with the
    /// computed values filled in.
    ///
    /// # Errors
    /// It does not exist: what depends on it is not planned or applied, and nothing is closed.
    fn open(
        &self,
        call: &mut Call<Self::Client>,
        config: Self::Model,
    ) -> impl Future<Output = Result<Opened<Self::Model>>> + Send;

    /// Extends its life, at the time that [`open`](Self::open) or the last renewal asked for;
    /// returns the next time, or `None` if no further renewal is needed. The values do not change.
    ///
    /// # Errors
    /// Terraform does not continue with what depends on it.
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

    /// Releases it. By default, this does nothing.
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

    /// Asks for a renewal at that time, which should be some time before it ends.
    pub fn renew_at(mut self, time: SystemTime) -> Self {
        self.renew_at = Some(time);
        self
    }
}
