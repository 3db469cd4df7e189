//! [`DataSource`]: the trait a data source implements.

use std::future::Future;

use crate::call::Call;
use crate::diagnostics::{Diagnostics, Result};
use crate::schema::{Model, Schema};

/// Something to look up.
pub trait DataSource: Send + Sync + 'static {
    /// The data block.
    type Model: Model;
    /// The provider's client.
    type Client: Send + Sync + 'static;
    /// The type name without the provider's prefix.
    const TYPE: &'static str;

    /// The schema of the data block; by default its model's, without a description.
    fn schema(&self) -> Schema<Self::Model> {
        Schema::of::<Self::Model>()
    }

    /// Looks at the configuration as a whole. Values may be unknown. No network.
    fn validate(&self, config: &Self::Model, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Looks it up: `config` is completely known and has its defaults; return it with the computed
    /// values filled in.
    ///
    /// # Errors
    /// If it does not exist or cannot be read: what depends on it is not planned.
    fn read(
        &self,
        call: &mut Call<Self::Client>,
        config: Self::Model,
    ) -> impl Future<Output = Result<Self::Model>> + Send;
}
