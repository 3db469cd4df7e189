//! [`ListHandler`]: a list resource without its models' types. [`TypedList`] implements it for an
//! author's list resource.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::Boxed;
use crate::call::Call;
use crate::decoding::{decoded, validated};
use crate::diagnostics::{Diagnostics, Result};
use crate::list_resource::ListResource;
use crate::listing::{Listed, Listing};
use crate::panic_guard::guarded;
use crate::resource::Resource;
use crate::schema::{Owner, Schema, check, schema_to_wire};
use crate::value::{Type, Value};
use crate::wire;

pub(crate) trait ListHandler<C>: Send + Sync {
    /// `name` is the full name of the type.
    fn faults(&self, name: &str) -> Vec<String>;

    fn value_type(&self) -> &Type;

    fn wire_schema(&self) -> wire::Schema;

    fn validate(&self, config: &Value) -> Diagnostics;

    fn list<'a>(&'a self, call: &'a mut Call<C>, query: Query) -> Boxed<'a, Result<()>>;
}

/// What is wanted, and where it goes.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) config: Value,
    /// The most objects to send; `None` for all.
    pub(crate) limit: Option<u64>,
    pub(crate) wants_states: bool,
    pub(crate) found: mpsc::Sender<Listed>,
}

pub(crate) struct TypedList<L: ListResource> {
    /// For messages.
    name: String,
    list: L,
    schema: Schema<L::Model>,
    resource: Arc<Schema<<L::Resource as Resource>::Model>>,
}

impl<L: ListResource> TypedList<L> {
    pub(crate) fn new(name: &str, list: L) -> Self {
        let schema = list.schema();
        Self {
            name: format!("list.{name}"),
            list,
            schema,
            resource: Arc::new(Schema::of::<<L::Resource as Resource>::Model>()),
        }
    }

    fn doing(&self, what: &str) -> String {
        format!("{what} of {}", self.name)
    }
}

impl<L: ListResource> ListHandler<L::Client> for TypedList<L> {
    fn faults(&self, name: &str) -> Vec<String> {
        check(Owner::ListResource, name, self.schema.declarations())
    }

    fn value_type(&self) -> &Type {
        self.schema.value_type()
    }

    fn wire_schema(&self) -> wire::Schema {
        schema_to_wire(&self.schema)
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let doing = self.doing("validation");
        validated(&self.schema, config, &doing, |model, diagnostics| {
            self.list.validate(model, diagnostics);
        })
    }

    fn list<'a>(&'a self, call: &'a mut Call<L::Client>, query: Query) -> Boxed<'a, Result<()>> {
        Box::pin(async move {
            let config = decoded(&self.schema, query.config)?;
            let mut listing = Listing::new(
                Arc::clone(&self.resource),
                query.found,
                query.limit,
                query.wants_states,
            );
            let listed = self.list.list(call, config, &mut listing);
            guarded(&self.doing("listing"), listed).await
        })
    }
}
