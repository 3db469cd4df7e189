//! State as a model: what no longer fits must not keep its object from being destroyed.
//!
//! Terraform decodes state before everything it does with an object, a destroy included. A string
//! that a later version of the provider understood, or an earlier one accepted, would otherwise
//! leave the user with no way but to edit the state.

use std::borrow::Cow;

use super::{Model, Schema};
use crate::path::Step;
use crate::value::{Value, ValueError};

/// A state without what did not fit its model.
pub(crate) struct Readable<'a, M> {
    /// The state that the model was made of.
    pub(crate) state: Cow<'a, Value>,
    pub(crate) model: M,
    /// Why values were left out, and where they stand.
    pub(crate) left_out: Vec<ValueError>,
}

impl<M: Model> Schema<M> {
    /// Reads a state. An attribute that does not fit its Rust type becomes null, and an entry of a
    /// map whose key does not is left out.
    pub(crate) fn decode_state<'a>(&self, state: &'a Value) -> Result<Readable<'a, M>, ValueError> {
        let mut state = Cow::Borrowed(state);
        let mut left_out = Vec::new();
        loop {
            match self.decode(state.as_ref().clone()) {
                Ok(model) => {
                    return Ok(Readable {
                        state,
                        model,
                        left_out,
                    });
                }
                Err(error) if leave_out(state.to_mut(), error.path().steps()) => {
                    left_out.push(error)
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Leaves out the smallest part around the place that can be absent: a list has no holes, so it
/// goes as a whole. Tells whether something was there, since without progress there is no end.
fn leave_out(value: &mut Value, path: &[Step]) -> bool {
    let Some((step, rest)) = path.split_first() else {
        return false;
    };
    match (value, step) {
        (Value::Map(entries), Step::Attribute(name) | Step::Key(name)) => {
            let Some(entry) = entries.get_mut(name) else {
                return false;
            };
            if leave_out(entry, rest) {
                return true;
            }
            if matches!(step, Step::Key(_)) {
                return entries.remove(name).is_some();
            }
            !std::mem::take(entry).is_null()
        }
        (Value::List(elements), Step::Index(index)) => elements
            .get_mut(*index)
            .is_some_and(|element| leave_out(element, rest)),
        _ => false,
    }
}
