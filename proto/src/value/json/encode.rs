//! Values to JSON, directed by the type.

use std::collections::BTreeMap;

use super::super::{Type, Value, ValueError};
use crate::path::Step;

/// Writes one value of type `of`. Numbers keep every digit.
///
/// # Errors
/// If the value is not of that type, or anything in it is unknown: JSON has no form for that.
pub fn encode(value: &Value, of: &Type) -> Result<String, ValueError> {
    let mut out = String::new();
    write(&mut out, value, of)?;
    Ok(out)
}

fn write(out: &mut String, value: &Value, of: &Type) -> Result<(), ValueError> {
    match (value, of) {
        (Value::Null, _) => out.push_str("null"),
        (Value::Unknown(_), _) => return Err(ValueError::new("an unknown value has no JSON form")),
        (Value::Bool(truth), Type::Bool) => out.push_str(if *truth { "true" } else { "false" }),
        (Value::Number(number), Type::Number) => out.push_str(&number.to_string()),
        (Value::String(value), Type::String) => text(out, value),
        (Value::List(values), Type::List(element)) => {
            array(out, values.iter().map(|value| (value, &**element)))?
        }
        (Value::Set(values), Type::Set(element)) => {
            array(out, values.iter().map(|value| (value, &**element)))?
        }
        (Value::List(values), Type::Tuple(types)) if values.len() == types.len() => {
            array(out, values.iter().zip(types))?;
        }
        (Value::Map(entries), Type::Map(element)) => {
            let entries = entries.iter().map(|(key, value)| (key, value, &**element));
            object(out, entries, Step::Key)?;
        }
        (Value::Map(entries), Type::Object(attributes)) => {
            known_names(entries, attributes)?;
            let entries = attributes
                .iter()
                .map(|(name, of)| (name, entries.get(name).unwrap_or(&Value::Null), of));
            object(out, entries, Step::Attribute)?;
        }
        (Value::Dynamic(dynamic), Type::Dynamic) => {
            out.push_str("{\"value\":");
            write(out, &dynamic.value, &dynamic.value_type)?;
            out.push_str(",\"type\":");
            out.push_str(&String::from_utf8_lossy(&dynamic.value_type.to_json()));
            out.push('}');
        }
        _ => {
            return Err(ValueError::new(
                "the value does not have the type that its schema requires",
            ));
        }
    }
    Ok(())
}

fn array<'v>(
    out: &mut String,
    elements: impl Iterator<Item = (&'v Value, &'v Type)>,
) -> Result<(), ValueError> {
    out.push('[');
    for (index, (element, of)) in elements.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, element, of).map_err(|error| error.inside(Step::Index(index)))?;
    }
    out.push(']');
    Ok(())
}

fn object<'v>(
    out: &mut String,
    entries: impl Iterator<Item = (&'v String, &'v Value, &'v Type)>,
    step: fn(String) -> Step,
) -> Result<(), ValueError> {
    out.push('{');
    for (index, (name, value, of)) in entries.enumerate() {
        if index > 0 {
            out.push(',');
        }
        text(out, name);
        out.push(':');
        write(out, value, of).map_err(|error| error.inside(step(name.clone())))?;
    }
    out.push('}');
    Ok(())
}

fn known_names(
    entries: &BTreeMap<String, Value>,
    attributes: &BTreeMap<String, Type>,
) -> Result<(), ValueError> {
    match entries.keys().find(|name| !attributes.contains_key(*name)) {
        Some(unknown) => Err(ValueError::new(format!(
            "there is no attribute {unknown:?}"
        ))),
        None => Ok(()),
    }
}

fn text(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}
