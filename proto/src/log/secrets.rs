//! The secrets in a value: what its declarations call sensitive or write-only.

use tracing::level_filters::LevelFilter;

use super::masks::Concealed;
use crate::schema::{Declaration, Nesting};
use crate::value::Value;

/// Masks the secrets in `value`, an object of these declarations, as long as what is returned is
/// held. Without a log there is nothing to mask.
pub(crate) fn secrets(declarations: &[Declaration], value: &Value) -> Vec<Concealed> {
    let mut found = Vec::new();
    if LevelFilter::current() > LevelFilter::OFF {
        object(declarations, value, &mut found);
    }
    found
}

fn object(declarations: &[Declaration], value: &Value, found: &mut Vec<Concealed>) {
    for declaration in declarations {
        let value = value.entry(&declaration.name);
        if declaration.sensitive || declaration.write_only {
            texts(value, found);
        } else if let Some((nesting, inner)) = declaration.inner() {
            objects(nesting, inner, value, found);
        }
    }
}

/// The objects of a nested attribute or block.
fn objects(nesting: Nesting, inner: &[Declaration], value: &Value, found: &mut Vec<Concealed>) {
    match (nesting, value) {
        (Nesting::Single, _) => object(inner, value, found),
        (_, Value::List(elements)) => elements.iter().for_each(|one| object(inner, one, found)),
        (_, Value::Set(elements)) => elements.iter().for_each(|one| object(inner, one, found)),
        (_, Value::Map(entries)) => entries.values().for_each(|one| object(inner, one, found)),
        _ => {}
    }
}

/// Every string and number inside. Truth values are not secrets that could be masked.
fn texts(value: &Value, found: &mut Vec<Concealed>) {
    match value {
        Value::String(text) => found.extend(Concealed::value(text)),
        Value::Number(number) => found.extend(Concealed::value(&number.to_string())),
        Value::List(elements) => elements.iter().for_each(|one| texts(one, found)),
        Value::Set(elements) => elements.iter().for_each(|one| texts(one, found)),
        Value::Map(entries) => entries.values().for_each(|one| texts(one, found)),
        Value::Dynamic(dynamic) => texts(&dynamic.value, found),
        Value::Null | Value::Unknown(_) | Value::Bool(_) => {}
    }
}
