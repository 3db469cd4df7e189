//! Reads values into a model as far as they fit it.
//!
//! For a configuration, this reports everything that does not fit at once. For a state, it lets an
//! object be destroyed although something in its state no longer fits.
//!
//! Terraform decodes state before everything it does with an object, a destroy included. A string
//! that a later version of the provider understood, or an earlier one accepted, would otherwise
//! leave the user with no way but to edit the state.

use std::borrow::Cow;

use super::{Model, Schema};
use crate::path::Step;
use crate::value::{Value, ValueError};

/// A value without what did not fit its model.
pub(crate) struct Readable<'a, M> {
    /// What the model was made of.
    pub(crate) value: Cow<'a, Value>,
    pub(crate) model: M,
    /// Why values were left out, with their paths.
    pub(crate) left_out: Vec<ValueError>,
}

impl<M: Model> Schema<M> {
    /// Reads a state. An attribute that does not fit its Rust type becomes null, and an entry of a
    /// map whose key does not is left out.
    pub(crate) fn decode_state<'a>(&self, state: &'a Value) -> Result<Readable<'a, M>, ValueError> {
        self.decode_leniently(state, &Value::Null)
    }

    /// Reads a configuration. What does not fit its Rust type becomes unknown, so that the checks
    /// of the rest do not take it for missing; only an entry of a map whose key does not fit is
    /// left out.
    pub(crate) fn decode_config<'a>(
        &self,
        config: &'a Value,
    ) -> Result<Readable<'a, M>, ValueError> {
        self.decode_leniently(config, &Value::UNKNOWN)
    }

    fn decode_leniently<'a>(
        &self,
        value: &'a Value,
        instead: &Value,
    ) -> Result<Readable<'a, M>, ValueError> {
        let mut value = Cow::Borrowed(value);
        let mut left_out = Vec::new();
        loop {
            match self.decode(value.as_ref().clone()) {
                Ok(model) => {
                    return Ok(Readable {
                        value,
                        model,
                        left_out,
                    });
                }
                Err(error) if leave_out(value.to_mut(), error.path().steps(), instead) => {
                    left_out.push(error)
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Replaces the value at the path with `instead`, or the list around it if `instead` is null,
/// because a list cannot have a hole. Returns whether anything changed: the caller repeats this
/// until everything fits, and stops if nothing changed.
fn leave_out(value: &mut Value, path: &[Step], instead: &Value) -> bool {
    let Some((step, rest)) = path.split_first() else {
        return false;
    };
    match (value, step) {
        (Value::Map(entries), Step::Attribute(name) | Step::Key(name)) => {
            let Some(entry) = entries.get_mut(name) else {
                return false;
            };
            if leave_out(entry, rest, instead) {
                return true;
            }
            if matches!(step, Step::Key(_)) {
                return entries.remove(name).is_some();
            }
            std::mem::replace(entry, instead.clone()) != *instead
        }
        (Value::List(elements), Step::Index(index)) => {
            let Some(element) = elements.get_mut(*index) else {
                return false;
            };
            leave_out(element, rest, instead)
                || instead.is_unknown() && std::mem::replace(element, instead.clone()) != *instead
        }
        _ => false,
    }
}
