//! Unknown values inside values.

use crate::path::{Path, Step};
use crate::value::{Dynamic, Value};

/// The path of an unknown value inside, if there is one.
pub(crate) fn first_unknown(value: &Value) -> Option<Path> {
    find(value, Path::default())
}

/// The same value with null where it was unknown: the form in which a failed apply returns its
/// state.
pub(crate) fn unknown_to_null(value: Value) -> Value {
    match value {
        Value::Unknown(_) => Value::Null,
        Value::List(elements) => Value::List(elements.into_iter().map(unknown_to_null).collect()),
        Value::Set(elements) => Value::Set(elements.into_iter().map(unknown_to_null).collect()),
        Value::Map(mut entries) => {
            for value in entries.values_mut() {
                *value = unknown_to_null(std::mem::take(value));
            }
            Value::Map(entries)
        }
        Value::Dynamic(dynamic) => {
            let Dynamic { value_type, value } = *dynamic;
            Value::Dynamic(Box::new(Dynamic {
                value_type,
                value: unknown_to_null(value),
            }))
        }
        known => known,
    }
}

fn find(value: &Value, path: Path) -> Option<Path> {
    match value {
        Value::Unknown(_) => Some(path),
        Value::List(elements) => elements
            .iter()
            .enumerate()
            .find_map(|(index, element)| find(element, path.clone().then(Step::Index(index)))),
        // The elements of a set have no path.
        Value::Set(elements) => elements
            .iter()
            .find_map(|element| find(element, path.clone()))
            .map(|_| path),
        // At the root these are attributes; below, an index in brackets names a map's element just
        // as well.
        Value::Map(entries) => entries
            .iter()
            .find_map(|(name, entry)| find(entry, path.clone().attribute(name.as_str()))),
        Value::Dynamic(dynamic) => find(&dynamic.value, path),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}
