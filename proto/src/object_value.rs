//! [`ObjectValue`]: an object where a plain value is expected.

use crate::attr::Attr;
use crate::attribute_value::{AttributeValue, not_known};
use crate::engine;
use crate::schema::{Model, Object, block_type};
use crate::value::{Type, Value, ValueError};

/// A model as a value: the argument or result of a function, or the element of a collection.
///
/// Only names and types of the model's attributes count here; marks (required, default, sensitive)
/// belong to schemas. For attributes of a schema, [`Object::nested`] keeps the marks.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectValue<M>(
    /// The object.
    pub M,
);

impl<M: Model> AttributeValue for ObjectValue<M> {
    type Borrowed = Self;

    fn borrowed(&self) -> &Self {
        self
    }

    fn value_type() -> Type {
        block_type(Object::<M>::declared().declarations())
    }

    fn decode(value: Value) -> Result<Attr<Self>, ValueError> {
        match value {
            Value::Map(_) => Object::declared()
                .decode(value)
                .map(|model| Attr::Known(Self(model))),
            other => not_known(other, "an object"),
        }
    }

    fn encode(self) -> Value {
        Object::declared().encode(self.0)
    }

    fn means_same(&self, other: &Self) -> bool {
        let (one, other) = (self.clone().encode(), other.clone().encode());
        Self::keep_notation(&one, other) == one
    }

    fn keep_notation(old: &Value, new: Value) -> Value {
        engine::keep_notation(Object::<M>::declared().declarations(), old, new)
    }
}

impl<M> From<M> for ObjectValue<M> {
    fn from(model: M) -> Self {
        Self(model)
    }
}
