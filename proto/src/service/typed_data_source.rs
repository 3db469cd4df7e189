//! [`TypedDataSource`]: between untyped values and an author's data source.

use super::model::{decoded, validated};
use super::panic_guard::guarded;
use super::typed_resource::{bug, refused};
use super::{Boxed, DataSourceHandler};
use crate::call::Call;
use crate::data_source::DataSource;
use crate::diagnostics::{Diagnostics, Result};
use crate::engine::{first_unknown, propose, restore, unknown_to_null, verify_plan};
use crate::schema::{Owner, Schema, check, schema_to_wire};
use crate::value::{Type, Value};
use crate::wire;

pub(crate) struct TypedDataSource<D: DataSource> {
    /// The full type name, for messages.
    name: String,
    data_source: D,
    schema: Schema<D::Model>,
}

impl<D: DataSource> TypedDataSource<D> {
    pub(crate) fn new(name: String, data_source: D) -> Self {
        let schema = data_source.schema();
        Self {
            name,
            data_source,
            schema,
        }
    }
}

impl<D: DataSource> DataSourceHandler<D::Client> for TypedDataSource<D> {
    fn faults(&self, name: &str) -> Vec<String> {
        check(
            Owner::DataSource,
            &format!("data.{name}"),
            self.schema.declarations(),
        )
    }

    fn value_type(&self) -> &Type {
        self.schema.value_type()
    }

    fn wire_schema(&self) -> wire::Schema {
        schema_to_wire(&self.schema)
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let doing = format!("validation of data.{}", self.name);
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
            let declarations = self.schema.declarations();
            let proposed = unknown_to_null(propose(declarations, &config, &Value::Null));
            let model = decoded(&self.schema, proposed.clone())?;
            let echo = self.schema.encode(model.clone());
            let found = guarded(
                &format!("read of data.{}", self.name),
                self.data_source.read(call, model),
            )
            .await?;
            let found = restore(self.schema.encode(found), &echo, &proposed);
            if let Some(path) = first_unknown(&found) {
                return Err(bug("The provider read an unknown value").at(path).into());
            }
            let changed = verify_plan(declarations, &config, &Value::Null, &found);
            refused(
                &changed,
                "The provider changed the configuration of a data source",
            )?;
            Ok(found)
        })
    }
}
