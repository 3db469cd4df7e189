//! [`Registry`]: what a provider offers.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::data_source::DataSource;
use crate::function::Function;
use crate::resource::Resource;
use crate::service::{
    DataSourceHandler, FunctionHandler, ResourceHandler, TypedDataSource, TypedFunction,
    TypedResource,
};

/// Collects all that a provider offers; see [`crate::Provider::register`].
pub struct Registry<C> {
    prefix: &'static str,
    pub(crate) resources: BTreeMap<String, Arc<dyn ResourceHandler<C>>>,
    pub(crate) data_sources: BTreeMap<String, Arc<dyn DataSourceHandler<C>>>,
    pub(crate) functions: BTreeMap<String, Arc<dyn FunctionHandler>>,
    /// Registered twice.
    pub(crate) duplicates: Vec<String>,
}

impl<C: Send + Sync + 'static> Registry<C> {
    pub(crate) fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            resources: BTreeMap::new(),
            data_sources: BTreeMap::new(),
            functions: BTreeMap::new(),
            duplicates: Vec::new(),
        }
    }

    /// Offers a managed resource.
    pub fn resource<R: Resource<Client = C>>(&mut self, resource: R) {
        let name = format!("{}_{}", self.prefix, R::TYPE);
        let handler = Arc::new(TypedResource::new(name.clone(), resource));
        if self.resources.insert(name.clone(), handler).is_some() {
            self.duplicates.push(name);
        }
    }

    /// Offers a data source.
    pub fn data_source<D: DataSource<Client = C>>(&mut self, data_source: D) {
        let name = format!("{}_{}", self.prefix, D::TYPE);
        let handler = Arc::new(TypedDataSource::new(name.clone(), data_source));
        if self.data_sources.insert(name.clone(), handler).is_some() {
            self.duplicates.push(format!("data.{name}"));
        }
    }

    /// Offers a function.
    pub fn function<F: Function>(&mut self, function: F) {
        let handler = Arc::new(TypedFunction::new(function));
        if self.functions.insert(F::NAME.to_owned(), handler).is_some() {
            self.duplicates.push(format!("function {}", F::NAME));
        }
    }
}
