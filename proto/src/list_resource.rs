//! [`ListResource`]: the trait that finds the objects of a resource.

use std::future::Future;

use crate::call::Call;
use crate::diagnostics::{Diagnostics, Result};
use crate::listing::Listing;
use crate::resource::Resource;
use crate::schema::{Model, Schema};

/// Finds what exists, for `terraform query` (Terraform 1.14 and later).
///
/// It belongs to a managed resource that has an [`Identity`](crate::Identity), whose type name it
/// shares.
pub trait ListResource: Send + Sync + 'static {
    /// The resource whose objects it finds.
    type Resource: Resource<Client = Self::Client>;
    /// The block `config` inside the list block.
    type Model: Model;
    /// The provider's client.
    type Client: Send + Sync + 'static;

    /// The schema of the block `config`; by default its model's, without a description.
    fn schema(&self) -> Schema<Self::Model> {
        Schema::of::<Self::Model>()
    }

    /// Looks at the configuration as a whole. Values may be unknown. No network.
    fn validate(&self, config: &Self::Model, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Passes every object to `listing` as soon as it is found.
    ///
    /// # Errors
    /// Shown after the objects that were found until then.
    fn list(
        &self,
        call: &mut Call<Self::Client>,
        config: Self::Model,
        listing: &mut Listing<<Self::Resource as Resource>::Model>,
    ) -> impl Future<Output = Result<()>> + Send;
}
