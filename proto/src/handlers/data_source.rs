//! [`DataSourceHandler`]: a data source without its model's type. [`TypedDataSource`] implements it
//! for an author's data source.

use super::Boxed;
use super::completion::Completion;
use crate::call::Call;
use crate::data_source::DataSource;
use crate::decoding::validated;
use crate::diagnostics::{Diagnostics, Result};
use crate::engine::propose;
use crate::panic_guard::guarded;
use crate::schema::{Owner, Schema, check, schema_to_wire};
use crate::value::{Type, Value};
use crate::wire;

pub(crate) trait DataSourceHandler<C>: Send + Sync {
    /// `name` is the full name of the type.
    fn faults(&self, name: &str) -> Vec<String>;

    fn value_type(&self) -> &Type;

    fn wire_schema(&self) -> wire::Schema;

    fn validate(&self, config: &Value) -> Diagnostics;

    fn read<'a>(&'a self, call: &'a mut Call<C>, config: Value) -> Boxed<'a, Result<Value>>;

    /// The data source while it is not read: the configuration, and everything else unknown.
    fn unread(&self, config: &Value) -> Value;
}

pub(crate) struct TypedDataSource<D: DataSource> {
    /// For messages.
    name: String,
    data_source: D,
    schema: Schema<D::Model>,
}

impl<D: DataSource> TypedDataSource<D> {
    pub(crate) fn new(name: String, data_source: D) -> Self {
        let schema = data_source.schema();
        Self {
            name: format!("data.{name}"),
            data_source,
            schema,
        }
    }
}

impl<D: DataSource> DataSourceHandler<D::Client> for TypedDataSource<D> {
    fn faults(&self, name: &str) -> Vec<String> {
        check(Owner::DataSource, name, self.schema.declarations())
    }

    fn value_type(&self) -> &Type {
        self.schema.value_type()
    }

    fn wire_schema(&self) -> wire::Schema {
        schema_to_wire(&self.schema)
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let doing = format!("validation of {}", self.name);
        validated(&self.schema, config, &doing, |model, diagnostics| {
            self.data_source.validate(model, diagnostics);
        })
    }

    fn read<'a>(
        &'a self,
        call: &'a mut Call<D::Client>,
        config: Value,
    ) -> Boxed<'a, Result<Value>> {
        Box::pin(async move {
            let (completion, model) = Completion::new(&self.schema, config)?;
            let doing = format!("read of {}", self.name);
            let found = guarded(&doing, self.data_source.read(call, model)).await?;
            completion.found(found)
        })
    }

    fn unread(&self, config: &Value) -> Value {
        propose(self.schema.declarations(), config, &Value::Null)
    }
}
