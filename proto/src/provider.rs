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
    /// What [`configure`](Self::configure) makes and every resource gets.
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

    /// Whether everything is to be put off until the next plan, because too much of the
    /// configuration is not known yet. Only asked if something in it is unknown and Terraform can
    /// put things off. [`configure`](Self::configure) is not called then, and neither is any
    /// resource or data source: they are answered as the declarations say.
    ///
    /// Terraform can as of version 1.15 only in alpha versions and builds of your own, and with
    /// `-allow-deferral`. Otherwise it configures the provider with unknown values: the [page about
    /// plans](crate::guide::planning#if-the-provider-is-not-configured-yet) shows what to do then.
    ///
    /// A list of blocks whose number is not known is empty here.
    fn defers(&self, configuration: &Self::Configuration) -> bool {
        let _ = configuration;
        false
    }

    /// Makes the client. Any value may still be unknown during a plan; put off what needs it, as
    /// the [page about plans](crate::guide::planning#if-the-provider-is-not-configured-yet) shows.
    /// May be called several times in one process.
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
