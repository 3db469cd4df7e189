//! [`EphemeralHandler`]: an ephemeral resource without its model's type. [`TypedEphemeral`]
//! implements it for an author's ephemeral resource.

use std::time::SystemTime;

use super::Boxed;
use super::completion::Completion;
use crate::call::Call;
use crate::decoding::validated;
use crate::diagnostics::{Diagnostics, Result};
use crate::ephemeral_resource::{EphemeralResource, Opened};
use crate::panic_guard::guarded;
use crate::schema::{Owner, Schema, check, schema_to_wire};
use crate::value::{Type, Value};
use crate::wire;

pub(crate) trait EphemeralHandler<C>: Send + Sync {
    /// `name` is the full name of the type.
    fn faults(&self, name: &str) -> Vec<String>;

    fn value_type(&self) -> &Type;

    fn wire_schema(&self) -> wire::Schema;

    fn validate(&self, config: &Value) -> Diagnostics;

    fn open<'a>(&'a self, call: &'a mut Call<C>, config: Value)
    -> Boxed<'a, Result<Opened<Value>>>;

    fn renew<'a>(&'a self, call: &'a mut Call<C>) -> Boxed<'a, Result<Option<SystemTime>>>;

    fn close<'a>(&'a self, call: &'a mut Call<C>) -> Boxed<'a, Result<()>>;
}

pub(crate) struct TypedEphemeral<E: EphemeralResource> {
    /// For messages.
    name: String,
    ephemeral: E,
    schema: Schema<E::Model>,
}

impl<E: EphemeralResource> TypedEphemeral<E> {
    pub(crate) fn new(name: String, ephemeral: E) -> Self {
        let schema = ephemeral.schema();
        Self {
            name: format!("ephemeral.{name}"),
            ephemeral,
            schema,
        }
    }

    fn doing(&self, what: &str) -> String {
        format!("{what} of {}", self.name)
    }
}

impl<E: EphemeralResource> EphemeralHandler<E::Client> for TypedEphemeral<E> {
    fn faults(&self, name: &str) -> Vec<String> {
        check(Owner::EphemeralResource, name, self.schema.declarations())
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
            self.ephemeral.validate(model, diagnostics);
        })
    }

    fn open<'a>(
        &'a self,
        call: &'a mut Call<E::Client>,
        config: Value,
    ) -> Boxed<'a, Result<Opened<Value>>> {
        Box::pin(async move {
            let (completion, model) = Completion::new(&self.schema, config)?;
            let opened = guarded(&self.doing("opening"), self.ephemeral.open(call, model)).await?;
            Ok(Opened {
                result: completion.found(opened.result)?,
                renew_at: opened.renew_at,
            })
        })
    }

    fn renew<'a>(&'a self, call: &'a mut Call<E::Client>) -> Boxed<'a, Result<Option<SystemTime>>> {
        Box::pin(async move { guarded(&self.doing("renewal"), self.ephemeral.renew(call)).await })
    }

    fn close<'a>(&'a self, call: &'a mut Call<E::Client>) -> Boxed<'a, Result<()>> {
        Box::pin(async move { guarded(&self.doing("closing"), self.ephemeral.close(call)).await })
    }
}
