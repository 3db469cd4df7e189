//! [`TypedResource`]: between untyped values and an author's resource, with the rules of plan and
//! apply.

use super::Boxed;
use super::replacement::replacement;
use super::resource::{Applied, Planned, ResourceHandler};
use super::typed_migrations::{moved, upgraded};
use crate::call::Call;
use crate::change::{Create, Plan, PlannedPrivate, Update};
use crate::decoding::{decoded, decoded_state, validated};
use crate::diagnostics::{Diagnostics, Result};
use crate::engine::{
    configurable, configured_only, differences, first_unknown, keep_notation,
    keep_planned_notation, propose, restore, unknown_to_null, verify_apply, verify_plan,
    without_write_only,
};
use crate::fault::{bug, refused, unknown};
use crate::identity::IdentityHandler;
use crate::log;
use crate::migrations::{Migrations, MoveSource};
use crate::panic_guard::{guarded, guarded_sync};
use crate::raw_state::RawState;
use crate::resource::Resource;
use crate::schema::{Declaration, Owner, Schema, check, schema_to_wire};
use crate::value::{Type, Value};
use crate::wire;

pub(crate) struct TypedResource<R: Resource> {
    /// The full type name, for messages.
    name: String,
    resource: R,
    schema: Schema<R::Model>,
    migrations: Migrations<R::Model>,
    identity: Option<Box<dyn IdentityHandler>>,
}

impl<R: Resource> TypedResource<R> {
    pub(crate) fn new(name: String, resource: R) -> Self {
        let schema = resource.schema();
        let migrations = resource.migrations();
        let identity = resource
            .identity()
            .map(|identified| identified.handler(name.clone()));
        Self {
            name,
            resource,
            schema,
            migrations,
            identity,
        }
    }

    /// The operation, as messages name it.
    fn doing(&self, what: &str) -> String {
        format!("{what} of {}", self.name)
    }

    /// A state for Terraform, without write-only values, whatever the model holds.
    fn encoded_state(&self, model: R::Model) -> Value {
        let state = self.schema.encode(model);
        log::conceal(self.schema.declarations(), &state);
        without_write_only(self.schema.declarations(), state)
    }

    /// Checks the outcome of a create or update against its plan.
    fn applied(
        &self,
        call: &Call<R::Client>,
        planned: &Value,
        state: Value,
        result: Result<()>,
    ) -> Applied {
        let state = keep_notation(self.schema.declarations(), planned, state);
        if result.is_err() || call.diagnostics.has_errors() {
            return Applied {
                state: unknown_to_null(state),
                result,
            };
        }
        let result = self.kept_its_word(planned, &state);
        Applied {
            state: unknown_to_null(state),
            result,
        }
    }

    /// What a plan starts from: nothing, or a state.
    fn prior(
        &self,
        prior: Value,
        diagnostics: &mut Diagnostics,
    ) -> Result<(Option<R::Model>, Value)> {
        if prior.is_null() {
            return Ok((None, prior));
        }
        let (model, prior) = decoded_state(&self.schema, &prior, diagnostics)?;
        Ok((Some(model), prior.into_owned()))
    }

    fn kept_its_word(&self, planned: &Value, state: &Value) -> Result<()> {
        if state.is_null() {
            return Err(bug("The provider reported success without a state").into());
        }
        if let Some(path) = first_unknown(state) {
            return Err(unknown("The provider left a value unknown after apply", path).into());
        }
        let declarations = self.schema.declarations();
        let broken = verify_apply(declarations, planned, state);
        let sides = [("in the plan", planned), ("in the result", state)];
        refused(
            differences(declarations, broken, sides),
            "The provider's result differs from its plan",
        )
    }
}

impl<R: Resource> ResourceHandler<R::Client> for TypedResource<R> {
    fn faults(&self) -> Vec<String> {
        let name = &self.name;
        let mut faults = check(Owner::Resource, name, self.schema.declarations());
        let migrations = self.migrations.faults(self.schema.version);
        faults.extend(
            migrations
                .into_iter()
                .map(|fault| format!("resource {name}: {fault}")),
        );
        faults.extend(self.identity.iter().flat_map(|identity| identity.faults()));
        faults
    }

    fn declarations(&self) -> &[Declaration] {
        self.schema.declarations()
    }

    fn value_type(&self) -> &Type {
        self.schema.value_type()
    }

    fn version(&self) -> i64 {
        self.schema.version
    }

    fn wire_schema(&self) -> wire::Schema {
        schema_to_wire(&self.schema)
    }

    fn identity(&self) -> Option<&dyn IdentityHandler> {
        self.identity.as_deref()
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        validated(
            &self.schema,
            config,
            &self.doing("validation"),
            |model, diagnostics| {
                self.resource.validate(model, diagnostics);
            },
        )
    }

    fn upgrade(
        &self,
        version: i64,
        raw: &RawState,
        diagnostics: &mut Diagnostics,
    ) -> Result<Value> {
        let (name, schema, migrations) = (&self.name, &self.schema, &self.migrations);
        upgraded(name, schema, migrations, version, raw, diagnostics)
    }

    fn take_over(&self, source: &MoveSource) -> Result<Value> {
        moved(&self.name, &self.schema, &self.migrations, source)
    }

    fn generate(&self, state: &Value) -> Result<Value> {
        // What was left out has been reported by the read that the state comes from.
        let (model, state) = decoded_state(&self.schema, state, &mut Diagnostics::new())?;
        let config = configurable(self.schema.declarations(), &state);
        let mut config = decoded(&self.schema, config)?;
        guarded_sync(&self.doing("generation"), || {
            self.resource.generate(&model, &mut config);
        })?;
        let config = self.encoded_state(config);
        match first_unknown(&config) {
            Some(path) => Err(unknown("The provider generated an unknown value", path).into()),
            None => Ok(config),
        }
    }

    fn read<'a>(&'a self, call: &'a mut Call<R::Client>, state: Value) -> Boxed<'a, Result<Value>> {
        Box::pin(async move {
            let (model, _) = decoded_state(&self.schema, &state, &mut call.diagnostics)?;
            let echo = self.encoded_state(model.clone());
            let found = guarded(&self.doing("read"), self.resource.read(call, model)).await?;
            let Some(found) = found else {
                return Ok(Value::Null);
            };
            let found = restore(self.encoded_state(found), &echo, &state);
            let found = keep_notation(self.schema.declarations(), &state, found);
            match first_unknown(&found) {
                Some(path) => Err(unknown("The provider read an unknown value", path).into()),
                None => Ok(found),
            }
        })
    }

    fn plan<'a>(
        &'a self,
        call: &'a mut Call<R::Client>,
        prior: Value,
        config: Value,
        planned_private: PlannedPrivate,
    ) -> Boxed<'a, Result<Planned>> {
        Box::pin(async move {
            let declarations = self.schema.declarations();
            let config = configured_only(declarations, config);
            let (prior_model, prior) = self.prior(prior, &mut call.diagnostics)?;
            let doing = self.doing("plan");
            let proposed = guarded_sync(&doing, || propose(declarations, &config, &prior))?;
            let planned = decoded(&self.schema, proposed.clone())?;
            let echo = self.schema.encode(planned.clone());
            let mut plan = Plan {
                config: decoded(&self.schema, config.clone())?,
                prior: prior_model,
                planned,
                replace: Vec::new(),
                planned_private,
            };
            let result = guarded(&doing, self.resource.plan(call, &mut plan)).await;
            if let Err(errors) = result {
                if !call.is_put_off_with(&errors) {
                    return Err(errors);
                }
                // A deferred change is shown as far as it is known.
                call.diagnostics.extend(errors);
            }
            let planned = self.encoded_state(plan.planned);
            let planned = without_write_only(declarations, restore(planned, &echo, &proposed));
            let planned = keep_planned_notation(declarations, &config, &prior, planned);
            let changed = verify_plan(declarations, &config, &prior, &planned);
            let sides = [("in the configuration", &config), ("in the plan", &planned)];
            refused(
                differences(declarations, changed, sides),
                "The provider's plan differs from the configuration",
            )?;
            let replace = guarded_sync(&doing, || {
                replacement(declarations, plan.replace, &config, &prior, &planned)
            })??;
            Ok(Planned {
                state: planned,
                replace,
            })
        })
    }

    fn plan_without_author(&self, prior: Value, config: Value) -> Result<Planned> {
        guarded_sync(&self.doing("plan"), || {
            let declarations = self.schema.declarations();
            let config = configured_only(declarations, config);
            let state = propose(declarations, &config, &prior);
            let replace = replacement(declarations, Vec::new(), &config, &prior, &state)?;
            Ok(Planned { state, replace })
        })?
    }

    fn plan_destroy<'a>(
        &'a self,
        call: &'a mut Call<R::Client>,
        prior: Value,
    ) -> Boxed<'a, Result<()>> {
        Box::pin(async move {
            let (prior, _) = decoded_state(&self.schema, &prior, &mut call.diagnostics)?;
            guarded(
                &self.doing("planned destruction"),
                self.resource.plan_destroy(call, &prior),
            )
            .await
        })
    }

    fn create<'a>(
        &'a self,
        call: &'a mut Call<R::Client>,
        planned: Value,
        config: Value,
    ) -> Boxed<'a, Applied> {
        Box::pin(async move {
            let change = decoded(&self.schema, config).and_then(|config| {
                Ok(Create {
                    config,
                    planned: decoded(&self.schema, planned.clone())?,
                })
            });
            let change = match change {
                Ok(change) => change,
                Err(errors) => {
                    return Applied {
                        state: Value::Null,
                        result: Err(errors),
                    };
                }
            };
            let mut state = None;
            let result = guarded(
                &self.doing("create"),
                self.resource.create(call, change, &mut state),
            )
            .await;
            let state = state.map_or(Value::Null, |state| self.encoded_state(state));
            self.applied(call, &planned, state, result)
        })
    }

    fn update<'a>(
        &'a self,
        call: &'a mut Call<R::Client>,
        prior: Value,
        planned: Value,
        config: Value,
    ) -> Boxed<'a, Applied> {
        Box::pin(async move {
            let change = decoded(&self.schema, config).and_then(|config| {
                let planned = decoded(&self.schema, planned.clone())?;
                Ok(Update {
                    config,
                    planned,
                    prior: decoded_state(&self.schema, &prior, &mut call.diagnostics)?.0,
                })
            });
            let change = match change {
                Ok(change) => change,
                Err(errors) => {
                    return Applied {
                        state: prior,
                        result: Err(errors),
                    };
                }
            };
            let mut state = change.prior.clone();
            let result = guarded(
                &self.doing("update"),
                self.resource.update(call, change, &mut state),
            )
            .await;
            let state = self.encoded_state(state);
            self.applied(call, &planned, state, result)
        })
    }

    fn delete<'a>(&'a self, call: &'a mut Call<R::Client>, prior: Value) -> Boxed<'a, Applied> {
        Box::pin(async move {
            let state = decoded_state(&self.schema, &prior, &mut call.diagnostics);
            let mut state = match state.map(|(state, _)| state) {
                Ok(state) => state,
                Err(errors) => {
                    return Applied {
                        state: prior,
                        result: Err(errors),
                    };
                }
            };
            let result = guarded(
                &self.doing("delete"),
                self.resource.delete(call, &mut state),
            )
            .await;
            if result.is_ok() && !call.diagnostics.has_errors() {
                return Applied {
                    state: Value::Null,
                    result,
                };
            }
            Applied {
                state: unknown_to_null(self.encoded_state(state)),
                result,
            }
        })
    }

    fn import<'a>(
        &'a self,
        call: &'a mut Call<R::Client>,
        id: &'a str,
    ) -> Boxed<'a, Result<Value>> {
        Box::pin(async move {
            let model = guarded(&self.doing("import"), self.resource.import(call, id)).await?;
            Ok(unknown_to_null(self.encoded_state(model)))
        })
    }
}
