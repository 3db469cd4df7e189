//! [`Provider`]: the trait a provider implements.

use std::future::Future;

use crate::call::Configure;
use crate::diagnostics::{Diagnostics, Result};
use crate::registry::Registry;
use crate::schema::{Model, Schema};

/// A provider: its configuration, the client made from it, and what it offers.
pub trait Provider: Send + Sync + 'static {
    /// The provider block.
    type Configuration: Model;
    /// What [`configure`](Self::configure) returns and every resource gets.
    type Client: Send + Sync + 'static;
    /// The local name, `"netacea"`: the prefix of all type names, and the name in logs.
    const NAME: &'static str;

    /// The schema of the provider block; by default its model's, without a description.
    fn schema(&self) -> Schema<Self::Configuration> {
        Schema::of::<Self::Configuration>()
    }

    /// Looks at the configuration as a whole; single values are better checked where they are
    /// declared. Values may be unknown. No network.
    fn validate(&self, configuration: &Self::Configuration, diagnostics: &mut Diagnostics) {
        let _ = (configuration, diagnostics);
    }

    /// Whether to defer everything until the next plan, because too much of the configuration is
    /// not known yet. This is called only if something in it is unknown and Terraform can defer. If
    /// it returns a reason, neither [`configure`](Self::configure) nor any resource or data source
    /// is called: the declarations give the answers.
    ///
    /// As of version 1.15, Terraform can defer only in alpha versions and in builds of your own,
    /// and with `-allow-deferral`. Otherwise it configures the provider with unknown values: the
    /// [page about plans](crate::guide::planning#if-the-provider-is-not-configured-yet) shows what
    /// to do then.
    ///
    /// A list of blocks is empty here if its length is not known.
    fn defers(&self, configuration: &Self::Configuration) -> bool {
        let _ = configuration;
        false
    }

    /// Creates the client. Any value may still be unknown during a plan; defer what needs it, as
    /// the [page about plans](crate::guide::planning#if-the-provider-is-not-configured-yet) shows.
    /// This may be called several times in one process.
    ///
    /// # Errors
    /// Nothing that needs the client is planned or applied.
    fn configure(
        &self,
        call: &mut Configure,
        configuration: Self::Configuration,
    ) -> impl Future<Output = Result<Self::Client>> + Send;

    /// Lists what the provider offers.
    fn register(&self, registry: &mut Registry<Self::Client>);
}
