//! [`Registry`]: what a provider offers.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::action::Action;
use crate::data_source::DataSource;
use crate::ephemeral_resource::EphemeralResource;
use crate::function::Function;
use crate::handlers::{
    ActionHandler, DataSourceHandler, EphemeralHandler, FunctionHandler, ListHandler, MetaHandler,
    ResourceHandler, TypedAction, TypedDataSource, TypedEphemeral, TypedFunction, TypedList,
    TypedMeta, TypedResource,
};
use crate::list_resource::ListResource;
use crate::names::type_name_fault;
use crate::resource::Resource;
use crate::schema::{Model, Schema};

/// Collects all that a provider offers; see [`crate::Provider::register`].
pub struct Registry<C> {
    prefix: &'static str,
    pub(crate) resources: Handlers<dyn ResourceHandler<C>>,
    pub(crate) data_sources: Handlers<dyn DataSourceHandler<C>>,
    pub(crate) ephemerals: Handlers<dyn EphemeralHandler<C>>,
    pub(crate) lists: Handlers<dyn ListHandler<C>>,
    pub(crate) actions: Handlers<dyn ActionHandler<C>>,
    pub(crate) functions: Handlers<dyn FunctionHandler>,
    pub(crate) provider_meta: Option<Box<dyn MetaHandler>>,
    /// What was wrong with the names, one sentence each.
    misnamed: Vec<String>,
}

/// By the name that Terraform calls them.
pub(crate) type Handlers<H> = BTreeMap<String, Arc<H>>;

impl<C: Send + Sync + 'static> Registry<C> {
    pub(crate) fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            resources: Handlers::new(),
            data_sources: Handlers::new(),
            ephemerals: Handlers::new(),
            lists: Handlers::new(),
            actions: Handlers::new(),
            functions: Handlers::new(),
            provider_meta: None,
            misnamed: Vec::new(),
        }
    }

    /// Offers a managed resource.
    pub fn resource<R: Resource<Client = C>>(&mut self, resource: R) {
        let name = self.type_name("resource", R::TYPE);
        let handler = Arc::new(TypedResource::new(name.clone(), resource));
        if self.resources.insert(name.clone(), handler).is_some() {
            self.twice("resource", &name);
        }
    }

    /// Offers a data source.
    pub fn data_source<D: DataSource<Client = C>>(&mut self, data_source: D) {
        let name = self.type_name("data source", D::TYPE);
        let handler = Arc::new(TypedDataSource::new(name.clone(), data_source));
        if self.data_sources.insert(name.clone(), handler).is_some() {
            self.twice("data source", &name);
        }
    }

    /// Offers an ephemeral resource.
    pub fn ephemeral_resource<E: EphemeralResource<Client = C>>(&mut self, ephemeral: E) {
        let name = self.type_name("ephemeral resource", E::TYPE);
        let handler = Arc::new(TypedEphemeral::new(name.clone(), ephemeral));
        if self.ephemerals.insert(name.clone(), handler).is_some() {
            self.twice("ephemeral resource", &name);
        }
    }

    /// Offers a way to find the objects of a managed resource.
    pub fn list_resource<L: ListResource<Client = C>>(&mut self, list: L) {
        let name = self.full_name(<L::Resource as Resource>::TYPE);
        let handler = Arc::new(TypedList::new(&name, list));
        if self.lists.insert(name.clone(), handler).is_some() {
            self.twice("list resource", &name);
        }
    }

    /// Offers an action.
    pub fn action<A: Action<Client = C>>(&mut self, action: A) {
        let name = self.type_name("action", A::TYPE);
        let handler = Arc::new(TypedAction::new(&name, action));
        if self.actions.insert(name.clone(), handler).is_some() {
            self.twice("action", &name);
        }
    }

    /// Offers a function.
    pub fn function<F: Function>(&mut self, function: F) {
        let handler = Arc::new(TypedFunction::new(function));
        if self.functions.insert(F::NAME.to_owned(), handler).is_some() {
            self.twice("function", F::NAME);
        }
    }

    /// Takes what modules say about themselves: for statistics, say, or a user agent. The author of
    /// a module writes it once, and every call for a resource or data source in there brings it in
    /// [`Call::provider_meta`](crate::Call::provider_meta).
    ///
    /// ```hcl
    /// terraform {
    ///   provider_meta "acme" {
    ///     module_name = "acme/network/acme"
    ///   }
    /// }
    /// ```
    ///
    /// Terraform takes only constants there, and no blocks. They are checked in the first call that
    /// brings them.
    ///
    /// ```
    /// # use tfplugin::{Attr, Call, Model, Object, Registry, Result, Schema};
    /// #[derive(Clone, Debug, Default, PartialEq)]
    /// struct ModuleMeta {
    ///     module_name: Attr<String>,
    /// }
    ///
    /// impl Model for ModuleMeta {
    ///     fn declare(object: &mut Object<Self>) {
    ///         object.attribute("module_name", |meta| &mut meta.module_name).required();
    ///     }
    /// }
    ///
    /// # struct Client;
    /// // In the provider:
    /// fn register(registry: &mut Registry<Client>) {
    ///     registry.provider_meta(Schema::of::<ModuleMeta>());
    /// }
    ///
    /// // In a call of a resource:
    /// fn user_agent(call: &Call<Client>) -> Result<String> {
    ///     let meta = call.provider_meta.get::<ModuleMeta>()?;
    ///     let module = meta.and_then(|meta| meta.module_name.known());
    ///     Ok(module.map_or("acme".to_owned(), |module| format!("acme ({module})")))
    /// }
    /// ```
    pub fn provider_meta<M: Model>(&mut self, schema: Schema<M>) {
        if self
            .provider_meta
            .replace(Box::new(TypedMeta(schema)))
            .is_some()
        {
            self.twice("block", "provider_meta");
        }
    }

    /// What Terraform would refuse, one sentence each.
    pub(crate) fn faults(&self) -> Vec<String> {
        let resources = self.resources.values().flat_map(|one| one.faults());
        let data_sources = self.data_sources.iter();
        let data_sources = data_sources.flat_map(|(name, one)| one.faults(name));
        let ephemerals = self.ephemerals.iter();
        let ephemerals = ephemerals.flat_map(|(name, one)| one.faults(name));
        let lists = self.lists.iter();
        let lists = lists.flat_map(|(name, one)| one.faults(name));
        let unidentified = self.lists.keys().filter_map(|name| self.unidentified(name));
        let actions = self.actions.iter();
        let actions = actions.flat_map(|(name, one)| one.faults(name));
        let functions = self.functions.values().flat_map(|one| one.faults());
        let provider_meta = self.provider_meta.iter().flat_map(|one| one.faults());
        resources
            .chain(data_sources)
            .chain(ephemerals)
            .chain(lists)
            .chain(unidentified)
            .chain(actions)
            .chain(functions)
            .chain(provider_meta)
            .chain(self.misnamed.iter().cloned())
            .collect()
    }

    /// What is listed is told apart by its identity.
    fn unidentified(&self, listed: &str) -> Option<String> {
        match self.resources.get(listed).map(|one| one.identity()) {
            Some(Some(_)) => None,
            Some(None) => Some(format!(
                "list resource {listed}: the resource has no identity"
            )),
            None => Some(format!("list resource {listed}: there is no such resource")),
        }
    }

    /// The full name of a new type.
    fn type_name(&mut self, kind: &str, name: &str) -> String {
        let full_name = self.full_name(name);
        if let Some(fault) = type_name_fault(name) {
            self.misnamed.push(format!("{kind} {full_name}: {fault}"));
        }
        full_name
    }

    fn full_name(&self, name: &str) -> String {
        format!("{}_{name}", self.prefix)
    }

    fn twice(&mut self, kind: &str, name: &str) {
        self.misnamed
            .push(format!("{kind} {name}: registered twice"));
    }
}
