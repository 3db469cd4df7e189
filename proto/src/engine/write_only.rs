//! Write-only values: there in the configuration, nowhere else.

use crate::path::{Path, Step};
use crate::schema::{Declaration, Nesting};
use crate::value::Value;

/// The same object with null wherever the schema says write-only.
pub(crate) fn without_write_only(declarations: &[Declaration], value: Value) -> Value {
    let Value::Map(mut entries) = value else {
        return value;
    };
    for declaration in declarations {
        if let Some(entry) = entries.get_mut(&declaration.name) {
            *entry = strip(declaration, std::mem::take(entry));
        }
    }
    Value::Map(entries)
}

/// The outermost write-only attributes that the configuration sets.
pub(crate) fn set_write_only(declarations: &[Declaration], config: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    find(declarations, config, &Path::default(), &mut found);
    found
}

fn strip(declaration: &Declaration, value: Value) -> Value {
    if declaration.write_only {
        return Value::Null;
    }
    let Some((nesting, inner)) = declaration.inner() else {
        return value;
    };
    match (nesting, value) {
        (Nesting::List, Value::List(elements)) => Value::List(
            elements
                .into_iter()
                .map(|element| without_write_only(inner, element))
                .collect(),
        ),
        (Nesting::Map, Value::Map(mut entries)) => {
            for element in entries.values_mut() {
                *element = without_write_only(inner, std::mem::take(element));
            }
            Value::Map(entries)
        }
        (_, value) => without_write_only(inner, value),
    }
}

fn find(declarations: &[Declaration], config: &Value, path: &Path, found: &mut Vec<Path>) {
    for declaration in declarations {
        let value = config.entry(&declaration.name);
        let path = path.clone().attribute(declaration.name.as_str());
        match (declaration.inner(), value) {
            (_, Value::Null) => {}
            _ if declaration.write_only => found.push(path),
            (Some((Nesting::List, inner)), Value::List(elements)) => {
                for (index, element) in elements.iter().enumerate() {
                    find(
                        inner,
                        element,
                        &path.clone().then(Step::Index(index)),
                        found,
                    );
                }
            }
            (Some((Nesting::Map, inner)), Value::Map(elements)) => {
                for (key, element) in elements {
                    find(inner, element, &path.clone().key(key.as_str()), found);
                }
            }
            (Some((_, inner)), value) => find(inner, value, &path, found),
            (None, _) => {}
        }
    }
}
