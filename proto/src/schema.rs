//! [`Schema`]: what a provider, resource or data source looks like to Terraform, and how its values
//! become a model.

mod attribute;
mod blocks;
mod check;
mod declaration;
mod limits;
mod model;
mod notation;
mod planner;
mod replace;
mod secret;
mod shape;
mod state;
mod wire;

#[cfg(test)]
mod tests;

pub use attribute::Attribute;
pub use blocks::Blocks;
pub use limits::Collection;
pub use model::{Model, Object};

pub(crate) use check::{Owner, check};
pub(crate) use declaration::{Check, Declaration, Kind, Nesting, Preset, block_type};
pub(crate) use wire::{identity_to_wire, schema_to_wire};

use crate::value::{Type, Value, ValueError};
use secret::is_secret;

/// The schema made from a [`Model`]'s declarations.
#[derive(Debug)]
pub struct Schema<M = ()> {
    pub(crate) version: i64,
    pub(crate) description: String,
    pub(crate) deprecated: Option<String>,
    object: Object<M>,
    value_type: Type,
}

impl Schema {
    /// The schema of `M`, at version 0.
    pub fn of<M: Model>() -> Schema<M> {
        let mut object = Object::declared();
        object.mark_shared_fields();
        let value_type = block_type(object.declarations());
        Schema {
            version: 0,
            description: String::new(),
            deprecated: None,
            object,
            value_type,
        }
    }
}

impl<M: Model> Schema<M> {
    /// The version of the state's layout; raise it when old state must be rewritten.
    pub fn version(mut self, version: i64) -> Self {
        self.version = version;
        self
    }

    /// What it is, in Markdown: the first text of its documentation page.
    pub fn describe(mut self, markdown: impl Into<String>) -> Self {
        self.description = markdown.into();
        self
    }

    /// Marks it as deprecated; the text says what to use instead.
    pub fn deprecated(mut self, instead: impl Into<String>) -> Self {
        self.deprecated = Some(instead.into());
        self
    }

    pub(crate) fn declarations(&self) -> &[Declaration] {
        self.object.declarations()
    }

    /// The object type of the whole.
    pub(crate) fn value_type(&self) -> &Type {
        &self.value_type
    }

    pub(crate) fn decode(&self, value: Value) -> Result<M, ValueError> {
        self.object.decode(value).map_err(|error| {
            if is_secret(self.declarations(), error.path().steps()) {
                error.concealed()
            } else {
                error
            }
        })
    }

    pub(crate) fn encode(&self, model: M) -> Value {
        self.object.encode(model)
    }
}
