//! [`Shape`]: how a field's Rust type and the value tree become each other.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::attr::Attr;
use crate::attribute_value::{AttributeValue, collected, not_known, present};
use crate::path::Step;
use crate::string_value::{MapKey, map_from, map_into};
use crate::value::{Value, ValueError};

pub(crate) trait Shape<T>: Send + Sync {
    fn decode(&self, value: Value) -> Result<Attr<T>, ValueError>;

    fn encode_known(&self, value: T) -> Value;

    fn encode(&self, attr: Attr<T>) -> Value {
        match attr {
            Attr::Null => Value::Null,
            Attr::Unknown => Value::UNKNOWN,
            Attr::Known(value) => self.encode_known(value),
        }
    }
}

/// A value type.
pub(crate) struct Plain<T>(pub(crate) PhantomData<fn() -> T>);

impl<T: AttributeValue> Shape<T> for Plain<T> {
    fn decode(&self, value: Value) -> Result<Attr<T>, ValueError> {
        T::decode(value)
    }

    fn encode_known(&self, value: T) -> Value {
        value.encode()
    }
}

/// Objects in order.
pub(crate) struct ListOf<N>(pub(crate) Arc<dyn Shape<N>>);

impl<N: 'static> Shape<Vec<N>> for ListOf<N> {
    fn decode(&self, value: Value) -> Result<Attr<Vec<N>>, ValueError> {
        match value {
            Value::List(elements) => {
                collected(elements.into_iter().enumerate().map(|(index, value)| {
                    present(self.0.decode(value)).map_err(|error| error.inside(Step::Index(index)))
                }))
            }
            other => not_known(other, "a list of objects"),
        }
    }

    fn encode_known(&self, models: Vec<N>) -> Value {
        Value::List(
            models
                .into_iter()
                .map(|model| self.0.encode_known(model))
                .collect(),
        )
    }
}

/// Objects without order and duplicates.
pub(crate) struct SetOf<N> {
    /// The attribute or block; its elements have no path, so messages name it.
    pub(crate) name: &'static str,
    pub(crate) of: Arc<dyn Shape<N>>,
}

impl<N> SetOf<N> {
    /// Reports an error inside an element at the set, and names the element's attribute in the
    /// message.
    fn at_set(&self, error: &ValueError) -> ValueError {
        let Self { name, .. } = self;
        ValueError::new(match error.path() {
            path if path.steps().is_empty() => format!("In `{name}`: {}", error.message()),
            path => format!("In `{name}`: `{path}`: {}", error.message()),
        })
    }
}

impl<N: 'static> Shape<Vec<N>> for SetOf<N> {
    fn decode(&self, value: Value) -> Result<Attr<Vec<N>>, ValueError> {
        match value {
            Value::Set(elements) => collected(
                elements
                    .into_iter()
                    .map(|value| present(self.of.decode(value))),
            )
            .map_err(|error| self.at_set(&error)),
            other => not_known(other, "a set of objects"),
        }
    }

    fn encode_known(&self, models: Vec<N>) -> Value {
        Value::Set(
            models
                .into_iter()
                .map(|model| self.of.encode_known(model))
                .collect(),
        )
    }
}

/// Objects by key.
pub(crate) struct MapOf<N>(pub(crate) Arc<dyn Shape<N>>);

impl<K: MapKey, N: 'static> Shape<BTreeMap<K, N>> for MapOf<N> {
    fn decode(&self, value: Value) -> Result<Attr<BTreeMap<K, N>>, ValueError> {
        match value {
            Value::Map(entries) => map_from(entries, |value| present(self.0.decode(value))),
            other => not_known(other, "a map of objects"),
        }
    }

    fn encode_known(&self, models: BTreeMap<K, N>) -> Value {
        map_into(models, |model| self.0.encode_known(model))
    }
}
