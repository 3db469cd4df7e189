//! [`Server`]: a provider, ready to be called.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::Status;

use super::convert::value_from_wire;
use crate::call::Call;
use crate::declaration_faults::DeclarationFaults;
use crate::declared::declared;
use crate::deferral::{Deferral, Deferring, allowed_by};
use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};
use crate::handlers::{
    ActionHandler, Boxed, DataSourceHandler, EphemeralHandler, FunctionHandler, ListHandler,
    ResourceHandler,
};
use crate::log;
use crate::panic_guard::guarded;
use crate::private::Private;
use crate::provider::Provider;
use crate::provider_meta::ProviderMeta;
use crate::registry::Registry;
use crate::schema::Schema;
use crate::value::Value;
use crate::wire;

/// A provider with its schemas built and checked, and its last configuration.
pub(crate) struct Server<P: Provider> {
    pub(super) provider: P,
    pub(super) schema: Schema<P::Configuration>,
    pub(super) registry: Registry<P::Client>,
    /// Replaced by each configuration; a reattached process sees several.
    client: RwLock<Client<P::Client>>,
    /// Whether the Terraform that configured it last can defer something in a plan. Otherwise it
    /// accepts no deferral, whatever it announces in single calls.
    can_put_off: Arc<AtomicBool>,
    /// The secrets of that configuration, masked in the log.
    concealed: Mutex<Vec<log::Concealed>>,
    /// Canceled, and replaced, by each stop.
    stop: Mutex<CancellationToken>,
    calls: TaskTracker,
}

/// The result of the last configuration.
enum Client<C> {
    /// There was none, or it failed.
    Missing,
    /// Everything is put off until the configuration is known.
    PutOff,
    Ready(Arc<C>),
}

impl<P: Provider> Server<P> {
    /// Builds every schema and refuses what Terraform would refuse.
    pub(crate) fn new(provider: P) -> Result<Self, DeclarationFaults> {
        let (schema, registry) = declared(&provider)?;
        Ok(Self {
            provider,
            schema,
            registry,
            client: RwLock::new(Client::Missing),
            can_put_off: Arc::default(),
            concealed: Mutex::default(),
            stop: Mutex::default(),
            calls: TaskTracker::new(),
        })
    }

    /// The calls in progress, for whoever wants to wait for them.
    pub(crate) fn calls(&self) -> &TaskTracker {
        &self.calls
    }

    /// Asks every call in progress to come to an end. Later calls are not affected.
    pub(crate) fn stop_calls(&self) {
        // Nothing can panic while these locks are held, so a poisoned one is still in order.
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *stop).cancel();
    }

    /// Canceled by the next stop.
    pub(super) fn stop_token(&self) -> CancellationToken {
        self.stop
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .child_token()
    }

    pub(crate) fn set_client(&self, client: P::Client) {
        self.replace_client(Client::Ready(Arc::new(client)));
    }

    /// Whether something can be deferred in a plan, for a test client in the place of Terraform.
    pub(crate) fn can_put_off(&self) -> &Arc<AtomicBool> {
        &self.can_put_off
    }

    /// Whether Terraform accepts it if this call is deferred.
    pub(super) fn takes_deferral(&self, capabilities: Option<wire::ClientCapabilities>) -> bool {
        self.can_put_off.load(Ordering::Relaxed) && allowed_by(capabilities)
    }

    /// From now on, every call is deferred that can be.
    pub(super) fn put_off(&self) {
        self.replace_client(Client::PutOff);
    }

    fn replace_client(&self, client: Client<P::Client>) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
    }

    /// The answer to a call that needs the provider's client while everything is put off.
    pub(super) fn deferred(
        &self,
        capabilities: Option<wire::ClientCapabilities>,
    ) -> Option<wire::Deferred> {
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner);
        let put_off = matches!(*client, Client::PutOff) && self.takes_deferral(capabilities);
        put_off.then(|| Deferral::ProviderConfigUnknown.to_wire())
    }

    /// Masks what is sensitive in the configuration in every line from now on.
    pub(super) fn conceal(&self, configuration: &Value) {
        let secrets = log::secrets(self.schema.declarations(), configuration);
        *self
            .concealed
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = secrets;
    }

    /// The argument of a resource's or data source's handler.
    pub(super) fn call(&self, private: &[u8]) -> Result<Call<P::Client>> {
        let client = match &*self.client.read().unwrap_or_else(PoisonError::into_inner) {
            Client::Ready(client) => Arc::clone(client),
            Client::Missing => return Err(not_configured().into()),
            Client::PutOff => return Err(put_off().into()),
        };
        let mut call = Call::new(client);
        call.stop = self.stop_token();
        call.private = Private::from_bytes(private);
        Ok(call)
    }

    /// The same for a call that can be put off.
    pub(super) fn deferrable_call(
        &self,
        private: &[u8],
        capabilities: Option<wire::ClientCapabilities>,
    ) -> Result<Call<P::Client>> {
        let mut call = self.call(private)?;
        call.deferring = Deferring::if_taken(self.takes_deferral(capabilities));
        Ok(call)
    }

    /// The block `provider_meta` of the resource's or data source's module.
    pub(super) fn provider_meta(&self, block: Option<wire::DynamicValue>) -> Result<ProviderMeta> {
        match &self.registry.provider_meta {
            Some(meta) => meta.read(value_from_wire(block, meta.value_type())?),
            None => Ok(ProviderMeta::default()),
        }
    }

    pub(super) fn resource(&self, name: &str) -> Result<&Arc<dyn ResourceHandler<P::Client>>> {
        self.registry
            .resources
            .get(name)
            .ok_or_else(|| no_such("resource", name).into())
    }

    pub(super) fn data_source(&self, name: &str) -> Result<&Arc<dyn DataSourceHandler<P::Client>>> {
        self.registry
            .data_sources
            .get(name)
            .ok_or_else(|| no_such("data source", name).into())
    }

    pub(super) fn ephemeral(&self, name: &str) -> Result<&Arc<dyn EphemeralHandler<P::Client>>> {
        self.registry
            .ephemerals
            .get(name)
            .ok_or_else(|| no_such("ephemeral resource", name).into())
    }

    pub(super) fn list(&self, name: &str) -> Result<&Arc<dyn ListHandler<P::Client>>> {
        self.registry
            .lists
            .get(name)
            .ok_or_else(|| no_such("list resource", name).into())
    }

    pub(super) fn action(&self, name: &str) -> Result<&Arc<dyn ActionHandler<P::Client>>> {
        self.registry
            .actions
            .get(name)
            .ok_or_else(|| no_such("action", name).into())
    }

    pub(super) fn function(&self, name: &str) -> Result<&Arc<dyn FunctionHandler>> {
        self.registry
            .functions
            .get(name)
            .ok_or_else(|| no_such("function", name).into())
    }

    /// Runs one call to its end in a task of its own: a client that hangs up does not cut off a
    /// change half-way. Errors, and a panic that escapes the guards around the author's code,
    /// become the answer that `failed` makes of them.
    pub(super) async fn run<A: Send + 'static>(
        &self,
        rpc: &'static str,
        subject: Option<log::Subject>,
        call: Boxed<'static, Result<A>>,
        failed: fn(Diagnostics) -> A,
    ) -> Result<A, Status> {
        let doing = match &subject {
            Some(subject) => format!("{rpc} of {}", subject.name),
            None => rpc.to_owned(),
        };
        let (answered, answer) = oneshot::channel();
        let call = async move {
            let begun = std::time::Instant::now();
            call_received();
            let answer = guarded(&doing, call).await.unwrap_or_else(|errors| {
                let mut diagnostics = Diagnostics::new();
                diagnostics.fail(errors);
                failed(diagnostics)
            });
            call_answered(begun.elapsed());
            // A client that has hung up takes no answer.
            let _ = answered.send(answer);
        };
        // Boxed: otherwise the compiler would generate a task for each kind of call.
        let call: Boxed<'static, ()> = Box::pin(call);
        self.calls
            .spawn(log::scoped(log::Scope::new(rpc, subject), call));
        // Panics are caught inside, so only the end of the runtime can keep a task from its answer.
        answer
            .await
            .map_err(|_| Status::aborted("the provider is shutting down"))
    }
}

// Outside of `run`: otherwise the compiler would generate these lines for each kind of call.

fn call_received() {
    tracing::trace!("call received");
}

fn call_answered(duration: std::time::Duration) {
    tracing::trace!(tf_req_duration_ms = duration.as_millis(), "call answered");
}

fn not_configured() -> Diagnostic {
    Diagnostic::error("The provider is not configured").detail(
        "Terraform called a resource before it configured the provider, or the configuration \
         failed. If an error says why the configuration failed, fix that first; otherwise please \
         report this as a bug in the provider.",
    )
}

fn put_off() -> Diagnostic {
    Diagnostic::error("The provider's configuration is not known yet").detail(
        "It depends on resources that have not been created yet. Create those first, with \
         `terraform apply -target=ADDRESS`.",
    )
}

fn no_such(kind: &str, name: &str) -> Diagnostic {
    Diagnostic::error(format!("Unknown {kind}"))
        .detail(format!("This provider has no {kind} {name:?}."))
}
