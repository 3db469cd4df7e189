//! Values stay as they were written as long as they mean the same.

use crate::schema::{Declaration, Nesting};
use crate::value::Value;

/// `new` in the notation of `old`, wherever both mean the same. For example, `new` is what a
/// service returned, and `old` is the state, the plan or the configuration.
pub(crate) fn keep_notation(declarations: &[Declaration], old: &Value, new: Value) -> Value {
    object(declarations, old, new)
}

/// Like [`keep_notation`], for a plan: values that the provider plans keep the notation of the
/// prior state. [`propose`](super::propose) has already done this for configured values.
pub(crate) fn keep_planned_notation(
    declarations: &[Declaration],
    config: &Value,
    prior: &Value,
    planned: Value,
) -> Value {
    let Value::Map(mut entries) = planned else {
        return planned;
    };
    for declaration in declarations {
        let name = declaration.name.as_str();
        if let Some(entry) = entries.get_mut(name) {
            let planned = std::mem::take(entry);
            let (config, prior) = (config.entry(name), prior.entry(name));
            *entry = planned_attribute(declaration, config, prior, planned);
        }
    }
    Value::Map(entries)
}

fn planned_attribute(
    declaration: &Declaration,
    config: &Value,
    prior: &Value,
    planned: Value,
) -> Value {
    if config.is_null() {
        return attribute(declaration, prior, planned);
    }
    let Some((nesting, inner)) = declaration.inner() else {
        return planned;
    };
    match (nesting, planned) {
        (Nesting::Single, planned) => keep_planned_notation(inner, config, prior, planned),
        (Nesting::List, Value::List(mut elements)) => {
            for (index, element) in elements.iter_mut().enumerate() {
                let planned = std::mem::take(element);
                let (config, prior) = (config.element(index), prior.element(index));
                *element = keep_planned_notation(inner, config, prior, planned);
            }
            Value::List(elements)
        }
        (Nesting::Map, Value::Map(mut elements)) => {
            for (key, element) in &mut elements {
                let planned = std::mem::take(element);
                let (config, prior) = (config.entry(key), prior.entry(key));
                *element = keep_planned_notation(inner, config, prior, planned);
            }
            Value::Map(elements)
        }
        // Elements of a set are wholly configured.
        (_, planned) => planned,
    }
}

fn object(declarations: &[Declaration], old: &Value, new: Value) -> Value {
    let Value::Map(mut entries) = new else {
        return new;
    };
    for declaration in declarations {
        let name = declaration.name.as_str();
        if let Some(entry) = entries.get_mut(name) {
            *entry = attribute(declaration, old.entry(name), std::mem::take(entry));
        }
    }
    Value::Map(entries)
}

/// Compares list elements by index and map elements by key; in a set, elements that mean the same.
fn attribute(declaration: &Declaration, old: &Value, new: Value) -> Value {
    if *old == new {
        return new;
    }
    let Some((nesting, inner)) = declaration.inner() else {
        return match &declaration.notation {
            Some(notation) => notation.kept(old, new),
            None => new,
        };
    };
    match (nesting, old, new) {
        (Nesting::Single, old, new) => object(inner, old, new),
        (Nesting::List, Value::List(old), Value::List(mut new)) => {
            for (old, new) in old.iter().zip(&mut new) {
                *new = object(inner, old, std::mem::take(new));
            }
            Value::List(new)
        }
        (Nesting::Set, Value::Set(old), Value::Set(new)) => {
            Value::Set(new.in_notation_of(old, |old, new| object(inner, old, new)))
        }
        (Nesting::Map, Value::Map(old), Value::Map(mut new)) => {
            for (key, new) in &mut new {
                if let Some(old) = old.get(key) {
                    *new = object(inner, old, std::mem::take(new));
                }
            }
            Value::Map(new)
        }
        (_, _, new) => new,
    }
}
