//! The configuration that would lead to a state.

use crate::schema::{Declaration, Nesting, Preset};
use crate::value::Value;

/// The configuration that a user would write to get `state`, without what only the provider sets
/// and without values that equal the default.
pub(crate) fn configurable(declarations: &[Declaration], state: &Value) -> Value {
    let entries = declarations.iter().map(|declaration| {
        let value = state.entry(&declaration.name);
        (declaration.name.clone(), attribute(declaration, value))
    });
    Value::map(entries)
}

fn attribute(declaration: &Declaration, value: &Value) -> Value {
    if declaration.is_computed_only() || declaration.write_only || value.is_null() {
        return Value::Null;
    }
    if matches!(&declaration.preset, Some(Preset::Value(preset)) if preset == value) {
        return Value::Null;
    }
    let Some((nesting, inner)) = declaration.inner() else {
        return value.clone();
    };
    let written = objects(nesting, inner, value);
    if matches!(declaration.preset, Some(Preset::Object)) && is_empty(&written) {
        return Value::Null;
    }
    written
}

fn objects(nesting: Nesting, inner: &[Declaration], value: &Value) -> Value {
    match (nesting, value) {
        (Nesting::List, Value::List(elements)) => Value::List(
            elements
                .iter()
                .map(|element| configurable(inner, element))
                .collect(),
        ),
        (Nesting::Set, Value::Set(elements)) => {
            let elements = elements.iter();
            Value::Set(
                elements
                    .map(|element| configurable(inner, element))
                    .collect(),
            )
        }
        (Nesting::Map, Value::Map(elements)) => {
            let elements = elements
                .iter()
                .map(|(key, element)| (key.clone(), configurable(inner, element)));
            Value::map(elements)
        }
        (Nesting::Single, Value::Map(_)) => configurable(inner, value),
        _ => value.clone(),
    }
}

fn is_empty(object: &Value) -> bool {
    object
        .entries()
        .is_some_and(|entries| entries.values().all(Value::is_null))
}
