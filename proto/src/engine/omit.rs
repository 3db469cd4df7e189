//! The same object with null in place of what must not be there.

use crate::schema::{Declaration, Nesting};
use crate::value::Value;

/// A plan or state without write-only values.
pub(crate) fn without_write_only(declarations: &[Declaration], value: Value) -> Value {
    object(declarations, value, |declaration, _| declaration.write_only)
}

/// A configuration without what only the provider sets. Nobody can write such a value, but
/// Terraform copies it from the prior state when `ignore_changes` names the attribute. It warns
/// then that this has no effect, and accepts any plan for the attribute. An empty list of computed
/// blocks is left out too: it means that they are not configured.
pub(crate) fn configured_only(declarations: &[Declaration], config: Value) -> Value {
    object(declarations, config, |declaration, value| {
        declaration.is_computed_only()
            || declaration.is_block() && declaration.computed && is_empty(value)
    })
}

fn is_empty(blocks: &Value) -> bool {
    match blocks {
        Value::List(blocks) => blocks.is_empty(),
        Value::Set(blocks) => blocks.is_empty(),
        _ => false,
    }
}

type Omitted = fn(&Declaration, &Value) -> bool;

fn object(declarations: &[Declaration], value: Value, omitted: Omitted) -> Value {
    let Value::Map(mut entries) = value else {
        return value;
    };
    for declaration in declarations {
        if let Some(entry) = entries.get_mut(&declaration.name) {
            *entry = attribute(declaration, std::mem::take(entry), omitted);
        }
    }
    Value::Map(entries)
}

fn attribute(declaration: &Declaration, value: Value, omitted: Omitted) -> Value {
    if omitted(declaration, &value) {
        return Value::Null;
    }
    let Some((nesting, inner)) = declaration.inner() else {
        return value;
    };
    match (nesting, value) {
        (Nesting::List, Value::List(elements)) => Value::List(
            elements
                .into_iter()
                .map(|element| object(inner, element, omitted))
                .collect(),
        ),
        (Nesting::Map, Value::Map(mut entries)) => {
            for element in entries.values_mut() {
                *element = object(inner, std::mem::take(element), omitted);
            }
            Value::Map(entries)
        }
        (_, value) => object(inner, value, omitted),
    }
}
