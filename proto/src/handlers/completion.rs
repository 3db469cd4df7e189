//! [`Completion`]: a configuration whose computed attributes an author fills in without a plan.

use crate::decoding::decoded;
use crate::diagnostics::Result;
use crate::engine::{
    differences, first_unknown, keep_notation, propose, restore, unknown_to_null, verify_plan,
};
use crate::fault::{refused, unknown};
use crate::log;
use crate::schema::{Model, Schema};
use crate::value::Value;

/// A configuration that was handed to an author.
pub(super) struct Completion<'a, M> {
    schema: &'a Schema<M>,
    config: Value,
    proposed: Value,
    echo: Value,
}

impl<'a, M: Model> Completion<'a, M> {
    /// The model to hand over: with defaults, and null where something is computed.
    pub(super) fn new(schema: &'a Schema<M>, config: Value) -> Result<(Self, M)> {
        let proposed = propose(schema.declarations(), &config, &Value::Null);
        let proposed = unknown_to_null(proposed);
        let model = decoded(schema, proposed.clone())?;
        let echo = schema.encode(model.clone());
        let completion = Self {
            schema,
            config,
            proposed,
            echo,
        };
        Ok((completion, model))
    }

    /// The author's model, if it is wholly known and agrees with the configuration.
    pub(super) fn found(self, model: M) -> Result<Value> {
        let found = self.schema.encode(model);
        log::conceal(self.schema.declarations(), &found);
        let found = restore(found, &self.echo, &self.proposed);
        if let Some(path) = first_unknown(&found) {
            return Err(unknown("The provider read an unknown value", path).into());
        }
        let declarations = self.schema.declarations();
        let found = keep_notation(declarations, &self.config, found);
        let changed = verify_plan(declarations, &self.config, &Value::Null, &found);
        let sides = [
            ("in the configuration", &self.config),
            ("in what was read", &found),
        ];
        refused(
            differences(declarations, changed, sides),
            "The provider changed a configured value",
        )?;
        Ok(found)
    }
}
