//! [`Registry`]: what a provider offers.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::data_source::DataSource;
use crate::ephemeral_resource::EphemeralResource;
use crate::function::Function;
use crate::resource::Resource;
use crate::service::{
    DataSourceHandler, EphemeralHandler, FunctionHandler, ResourceHandler, TypedDataSource,
    TypedEphemeral, TypedFunction, TypedResource,
};

/// Collects all that a provider offers; see [`crate::Provider::register`].
pub struct Registry<C> {
    prefix: &'static str,
    pub(crate) resources: Handlers<dyn ResourceHandler<C>>,
    pub(crate) data_sources: Handlers<dyn DataSourceHandler<C>>,
    pub(crate) ephemerals: Handlers<dyn EphemeralHandler<C>>,
    pub(crate) functions: Handlers<dyn FunctionHandler>,
    /// Registered twice.
    duplicates: Vec<String>,
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
            functions: Handlers::new(),
            duplicates: Vec::new(),
        }
    }

    /// Offers a managed resource.
    pub fn resource<R: Resource<Client = C>>(&mut self, resource: R) {
        let name = self.type_name(R::TYPE);
        let handler = Arc::new(TypedResource::new(name.clone(), resource));
        if self.resources.insert(name.clone(), handler).is_some() {
            self.duplicates.push(name);
        }
    }

    /// Offers a data source.
    pub fn data_source<D: DataSource<Client = C>>(&mut self, data_source: D) {
        let name = self.type_name(D::TYPE);
        let handler = Arc::new(TypedDataSource::new(name.clone(), data_source));
        if self.data_sources.insert(name.clone(), handler).is_some() {
            self.duplicates.push(format!("data.{name}"));
        }
    }

    /// Offers an ephemeral resource.
    pub fn ephemeral_resource<E: EphemeralResource<Client = C>>(&mut self, ephemeral: E) {
        let name = self.type_name(E::TYPE);
        let handler = Arc::new(TypedEphemeral::new(name.clone(), ephemeral));
        if self.ephemerals.insert(name.clone(), handler).is_some() {
            self.duplicates.push(format!("ephemeral.{name}"));
        }
    }

    /// Offers a function.
    pub fn function<F: Function>(&mut self, function: F) {
        let handler = Arc::new(TypedFunction::new(function));
        if self.functions.insert(F::NAME.to_owned(), handler).is_some() {
            self.duplicates.push(format!("function {}", F::NAME));
        }
    }

    /// What Terraform would refuse, one sentence each.
    pub(crate) fn faults(&self) -> Vec<String> {
        let resources = self.resources.values().flat_map(|one| one.faults());
        let data_sources = self.data_sources.values().flat_map(|one| one.faults());
        let ephemerals = self.ephemerals.values().flat_map(|one| one.faults());
        let functions = self.functions.values().flat_map(|one| one.faults());
        let duplicates = self.duplicates.iter();
        resources
            .chain(data_sources)
            .chain(ephemerals)
            .chain(functions)
            .chain(duplicates.map(|name| format!("{name}: registered twice")))
            .collect()
    }

    fn type_name(&self, name: &str) -> String {
        format!("{}_{name}", self.prefix)
    }
}
