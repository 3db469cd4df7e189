//! [`ActionHandler`]: an action without its model's type. [`TypedAction`] implements it for an
//! author's action.

use super::Boxed;
use crate::action::{Action, Progress};
use crate::call::Call;
use crate::decoding::{decoded, validated};
use crate::diagnostics::{Diagnostics, Result};
use crate::panic_guard::guarded;
use crate::schema::{Owner, Schema, check, schema_to_wire};
use crate::value::{Type, Value};
use crate::wire;

pub(crate) trait ActionHandler<C>: Send + Sync {
    /// `name` is the full name of the type.
    fn faults(&self, name: &str) -> Vec<String>;

    fn value_type(&self) -> &Type;

    fn wire_schema(&self) -> wire::ActionSchema;

    fn validate(&self, config: &Value) -> Diagnostics;

    fn plan<'a>(&'a self, call: &'a mut Call<C>, config: Value) -> Boxed<'a, Result<()>>;

    fn invoke<'a>(
        &'a self,
        call: &'a mut Call<C>,
        config: Value,
        progress: Progress,
    ) -> Boxed<'a, Result<()>>;
}

pub(crate) struct TypedAction<A: Action> {
    /// For messages.
    name: String,
    action: A,
    schema: Schema<A::Model>,
}

impl<A: Action> TypedAction<A> {
    pub(crate) fn new(name: &str, action: A) -> Self {
        let schema = action.schema();
        Self {
            name: format!("action.{name}"),
            action,
            schema,
        }
    }

    fn doing(&self, what: &str) -> String {
        format!("{what} of {}", self.name)
    }

    /// Validates again, with what is known by now, and returns the errors. Terraform validates an
    /// action once, before it plans, when not even the variables are known; it has shown the
    /// warnings then.
    fn validated_again(&self, config: &Value) -> Result<()> {
        let validation = self.validate(config);
        if validation.has_errors() {
            Err(validation)
        } else {
            Ok(())
        }
    }
}

impl<A: Action> ActionHandler<A::Client> for TypedAction<A> {
    fn faults(&self, name: &str) -> Vec<String> {
        check(Owner::Action, name, self.schema.declarations())
    }

    fn value_type(&self) -> &Type {
        self.schema.value_type()
    }

    fn wire_schema(&self) -> wire::ActionSchema {
        wire::ActionSchema {
            schema: Some(schema_to_wire(&self.schema)),
        }
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let doing = self.doing("validation");
        validated(&self.schema, config, &doing, |model, diagnostics| {
            self.action.validate(model, diagnostics);
        })
    }

    fn plan<'a>(&'a self, call: &'a mut Call<A::Client>, config: Value) -> Boxed<'a, Result<()>> {
        Box::pin(async move {
            self.validated_again(&config)?;
            let config = decoded(&self.schema, config)?;
            guarded(&self.doing("plan"), self.action.plan(call, config)).await
        })
    }

    fn invoke<'a>(
        &'a self,
        call: &'a mut Call<A::Client>,
        config: Value,
        progress: Progress,
    ) -> Boxed<'a, Result<()>> {
        Box::pin(async move {
            self.validated_again(&config)?;
            let config = decoded(&self.schema, config)?;
            let invoked = self.action.invoke(call, config, &progress);
            guarded(&self.doing("invocation"), invoked).await
        })
    }
}
