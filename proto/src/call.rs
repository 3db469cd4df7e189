//! [`Call`] and [`Configure`]: what a call gets in addition to its own arguments.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::deferral::{Deferral, Deferring};
use crate::diagnostics::{Diagnostics, Result};
use crate::private::Private;
use crate::provider_meta::ProviderMeta;

/// The surroundings of one call. `C` is the provider's client.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call<C> {
    /// What [`crate::Provider::configure`] made.
    pub client: Arc<C>,
    /// Canceled when the user presses Ctrl-C or Terraform dies: stop waiting and return what there
    /// is.
    pub stop: CancellationToken,
    /// Warnings, and errors in addition to the one that is returned.
    pub diagnostics: Diagnostics,
    /// What a resource remembers in addition to its state, and an ephemeral one until it is closed.
    pub private: Private,
    /// What the module says in its block `provider_meta`.
    pub provider_meta: ProviderMeta,
    pub(crate) deferring: Deferring,
}

impl<C> Call<C> {
    /// A call for tests: nobody stops it, nothing is remembered, and it cannot be deferred.
    ///
    /// ```
    /// use tfplugin::{Call, Result};
    ///
    /// /// What a test is about.
    /// fn remember(call: &mut Call<String>) -> Result<()> {
    ///     call.private.set("host", &*call.client);
    ///     Ok(())
    /// }
    ///
    /// let mut call = Call::new("example.com".to_owned());
    /// remember(&mut call)?;
    /// assert_eq!(call.private.get::<String>("host").as_deref(), Some("example.com"));
    /// # Ok::<(), tfplugin::Diagnostics>(())
    /// ```
    pub fn new(client: impl Into<Arc<C>>) -> Self {
        Self {
            client: client.into(),
            stop: CancellationToken::new(),
            diagnostics: Diagnostics::new(),
            private: Private::default(),
            provider_meta: ProviderMeta::default(),
            deferring: Deferring::default(),
        }
    }

    /// Whether Terraform would accept it if this call were [deferred](Self::defer).
    ///
    /// As of version 1.15, Terraform accepts it only in alpha versions and in builds of your own,
    /// and with `-allow-deferral`. A provider therefore needs another way too: an error, or a plan
    /// with unknown values. With any released Terraform, even in a Stack, this is `false` in both
    /// plans of a change. During an apply, a released Terraform says that it would accept a
    /// deferral, but it does not: it refuses a change that is deferred only then, and it treats a
    /// deferred data source as one that was read.
    ///
    /// An alpha version says the same during an apply. So do not defer anything for a reason that
    /// comes and goes.
    pub fn can_defer(&self) -> bool {
        self.deferring.is_allowed()
    }

    /// Defers the call: Terraform does everything else first, and asks again in the next plan.
    /// Return the result of this function from your method. Terraform shows what a
    /// [`plan`](crate::Resource::plan) has found until then; after all other calls, everything
    /// stays as it was before.
    ///
    /// No released Terraform accepts a deferral: ask [`can_defer`](Self::can_defer), and have
    /// another way.
    ///
    /// You can defer the read, the plan and the import of resources, the read of data sources, the
    /// opening of ephemeral resources, and the plan of actions.
    ///
    /// ```
    /// use tfplugin::{Call, Deferral, Diagnostic, Result};
    ///
    /// /// The beginning of a `read` or `plan`.
    /// async fn cluster(call: &mut Call<Option<String>>) -> Result<String> {
    ///     match &*call.client {
    ///         Some(cluster) => Ok(cluster.clone()),
    ///         None if call.can_defer() => call.defer(Deferral::AbsentPrerequisite),
    ///         None => Err(Diagnostic::error("The cluster does not exist yet")
    ///             .detail("Create it first, with `terraform apply -target=ADDRESS`.")
    ///             .into()),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// Always, so that `return call.defer(…)` or `?` ends the call. Terraform sees an error only if
    /// it [does not accept](Self::can_defer) deferrals.
    pub fn defer<T>(&mut self, why: Deferral) -> Result<T> {
        self.deferring.defer(why)
    }

    /// For tests: whether the call was deferred, and why.
    pub fn deferred(&self) -> Option<Deferral> {
        self.deferring.wanted()
    }

    /// For tests: a call that can be deferred.
    pub fn deferrable(mut self) -> Self {
        self.deferring = Deferring::allowed();
        self
    }

    /// Why the call is deferred, if it is and its result is not an error.
    pub(crate) fn put_off<T>(&self, result: &Result<T>) -> Option<Deferral> {
        let put_off = match result {
            Ok(_) => !self.diagnostics.has_errors(),
            Err(errors) => self.is_put_off_with(errors),
        };
        self.deferred().filter(|_| put_off)
    }

    /// Takes note of what a call returned instead of a result.
    pub(crate) fn failed(&mut self, errors: Diagnostics) {
        if self.is_put_off_with(&errors) {
            self.diagnostics.extend(errors);
        } else {
            self.diagnostics.fail(errors);
        }
    }

    /// Whether a call that returned these errors was deferred; they are not errors then.
    pub(crate) fn is_put_off_with(&self, errors: &Diagnostics) -> bool {
        self.deferred().is_some() && !errors.has_errors() && !self.diagnostics.has_errors()
    }
}

/// The surroundings of [`crate::Provider::configure`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Configure {
    /// Terraform's own version, `"1.11.4"`: for the user agent.
    pub terraform_version: String,
    /// Canceled when the user presses Ctrl-C.
    pub stop: CancellationToken,
    /// Warnings, and errors in addition to the one that is returned.
    pub diagnostics: Diagnostics,
}

impl Configure {
    /// A call of [`configure`](crate::Provider::configure) by that version of Terraform, for tests.
    pub fn new(terraform_version: impl Into<String>) -> Self {
        Self {
            terraform_version: terraform_version.into(),
            stop: CancellationToken::new(),
            diagnostics: Diagnostics::new(),
        }
    }
}
