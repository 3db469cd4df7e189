//! [`Resource`]: the trait a managed resource implements.

use std::future::Future;

use crate::call::Call;
use crate::change::{Create, Plan, Update};
use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};
use crate::identity::Identified;
use crate::migrations::Migrations;
use crate::schema::{Model, Schema};

/// A managed resource. This crate enforces the rules between plan and apply, as far as a crate can:
///
/// * write-only values are never returned, whatever the model contains;
/// * a plan that changes a configured value, and an apply that contradicts the plan or leaves a
///   value unknown, are reported as a bug in the provider before Terraform sees them;
/// * when a call fails, the state at that moment is returned, so that nothing is orphaned; its
///   error, and everything in [`Call::diagnostics`], is shown at the attributes that it names;
/// * a panic becomes an error of this resource only.
pub trait Resource: Send + Sync + 'static {
    /// The resource block.
    type Model: Model;
    /// The provider's client.
    type Client: Send + Sync + 'static;
    /// The type name without the provider's prefix: `"cloudfront_integration"`.
    const TYPE: &'static str;

    /// The schema of the resource block; by default its model's, at version 0 and without a
    /// description.
    fn schema(&self) -> Schema<Self::Model> {
        Schema::of::<Self::Model>()
    }

    /// How to read state of older schema versions, and of other types in a `moved` block.
    fn migrations(&self) -> Migrations<Self::Model> {
        Migrations::new()
    }

    /// What tells one object of this type from another.
    fn identity(&self) -> Option<Identified<Self::Model>> {
        None
    }

    /// Looks at the configuration as a whole; single values are better checked where they are
    /// declared. Values may be unknown. No network.
    fn validate(&self, config: &Self::Model, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Reads the real object; `None` if it is gone. If only the notation differs (a normalized JSON
    /// string), keep the one in `state`.
    ///
    /// # Errors
    /// The state stays as it is, and Terraform plans nothing.
    fn read(
        &self,
        call: &mut Call<Self::Client>,
        state: Self::Model,
    ) -> impl Future<Output = Result<Option<Self::Model>>> + Send;

    /// Improves the plan of a creation or update. Terraform always calls this, even if nothing has
    /// changed, and again just before apply: what was known the first time must then be the same
    /// ([`PlannedPrivate`](crate::PlannedPrivate)).
    ///
    /// # Errors
    /// There is no plan.
    fn plan(
        &self,
        call: &mut Call<Self::Client>,
        plan: &mut Plan<Self::Model>,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = (call, plan);
        async { Ok(()) }
    }

    /// Called when a destruction is planned: the place for warnings.
    ///
    /// # Errors
    /// There is no plan, so nothing is destroyed.
    fn plan_destroy(
        &self,
        call: &mut Call<Self::Client>,
        prior: &Self::Model,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = (call, prior);
        async { Ok(()) }
    }

    /// Creates the object. Set `state` as soon as something exists: on an error it is returned, and
    /// Terraform marks the resource as tainted instead of forgetting it.
    ///
    /// # Errors
    /// It was not created, or not completely.
    fn create(
        &self,
        call: &mut Call<Self::Client>,
        change: Create<Self::Model>,
        state: &mut Option<Self::Model>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Updates the object in place. `state` starts as the prior state; keep it true while going.
    ///
    /// # Errors
    /// It was not updated, or not completely: `state` says how far.
    fn update(
        &self,
        call: &mut Call<Self::Client>,
        change: Update<Self::Model>,
        state: &mut Self::Model,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Deletes the object. If it is already gone, that is a success.
    ///
    /// # Errors
    /// It still exists: `state` is what is left of it.
    fn delete(
        &self,
        call: &mut Call<Self::Client>,
        state: &mut Self::Model,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Turns an import id into a state from which [`read`](Self::read) finds the rest. If the
    /// [identity](Self::identity) is [by attributes](Identified::by_attributes) and only one of
    /// them is required, the id is the value of that attribute, and you do not need to implement
    /// this.
    ///
    /// # Errors
    /// If it cannot be the id of anything.
    fn import(
        &self,
        call: &mut Call<Self::Client>,
        id: &str,
    ) -> impl Future<Output = Result<Self::Model>> + Send {
        let _ = call;
        let imported = match self.identity() {
            Some(identified) => identified.import(id),
            None => Err(Diagnostic::error("Import is not supported")
                .detail("Resources of this type cannot be imported; create a new one instead.")
                .into()),
        };
        async move { imported }
    }

    /// Improves the configuration that Terraform writes for an imported object. `config` is already
    /// the state without defaults and without what only the provider sets.
    fn generate(&self, state: &Self::Model, config: &mut Self::Model) {
        let _ = (state, config);
    }
}
