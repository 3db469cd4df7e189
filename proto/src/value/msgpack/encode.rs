//! Values to bytes, directed by the type.

use std::collections::BTreeMap;

use rmp::encode as rmp;

use super::super::{Bound, Number, Refinement, Type, Value, ValueError};
use super::{PLAIN_UNKNOWN, REFINED_UNKNOWN, refinement_key};
use crate::path::Step;

/// Writes one value of type `of`. Attributes that an object lacks are written as null.
///
/// # Errors
/// If the value is not of that type.
pub fn encode(value: &Value, of: &Type) -> Result<Vec<u8>, ValueError> {
    let mut out = Vec::new();
    write(&mut out, value, of)?;
    Ok(out)
}

fn write(out: &mut Vec<u8>, value: &Value, of: &Type) -> Result<(), ValueError> {
    match (value, of) {
        (Value::Null, _) => nil(out),
        (Value::Unknown(refinement), _) => unknown(out, refinement.as_deref()),
        (Value::Bool(truth), Type::Bool) => boolean(out, *truth),
        (Value::Number(value), Type::Number) => number(out, value),
        (Value::String(value), Type::String) => text(out, value),
        (Value::List(values), Type::List(element)) => {
            elements(out, values.iter().map(|value| (value, &**element)))?
        }
        (Value::Set(values), Type::Set(element)) => {
            elements(out, values.iter().map(|value| (value, &**element)))?
        }
        (Value::List(values), Type::Tuple(types)) if values.len() == types.len() => {
            elements(out, values.iter().zip(types))?;
        }
        (Value::Map(entries), Type::Map(element)) => map(out, entries, element)?,
        (Value::Map(entries), Type::Object(attributes)) => object(out, entries, attributes)?,
        (Value::Dynamic(dynamic), Type::Dynamic) => {
            array_header(out, 2);
            bytes(out, &dynamic.value_type.to_json());
            write(out, &dynamic.value, &dynamic.value_type)?;
        }
        _ => {
            return Err(ValueError::new(
                "the value does not have the type that its schema requires",
            ));
        }
    }
    Ok(())
}

fn elements<'v>(
    out: &mut Vec<u8>,
    elements: impl ExactSizeIterator<Item = (&'v Value, &'v Type)>,
) -> Result<(), ValueError> {
    array_header(out, elements.len());
    for (index, (element, of)) in elements.enumerate() {
        write(out, element, of).map_err(|error| error.inside(Step::Index(index)))?;
    }
    Ok(())
}

fn map(
    out: &mut Vec<u8>,
    entries: &BTreeMap<String, Value>,
    element: &Type,
) -> Result<(), ValueError> {
    map_header(out, entries.len());
    for (key, value) in entries {
        text(out, key);
        write(out, value, element).map_err(|error| error.inside(Step::Key(key.clone())))?;
    }
    Ok(())
}

fn object(
    out: &mut Vec<u8>,
    entries: &BTreeMap<String, Value>,
    attributes: &BTreeMap<String, Type>,
) -> Result<(), ValueError> {
    if let Some(unknown) = entries.keys().find(|name| !attributes.contains_key(*name)) {
        return Err(ValueError::new(format!(
            "there is no attribute {unknown:?}"
        )));
    }
    map_header(out, attributes.len());
    for (name, of) in attributes {
        text(out, name);
        let value = entries.get(name).unwrap_or(&Value::Null);
        write(out, value, of).map_err(|error| error.inside(Step::Attribute(name.clone())))?;
    }
    Ok(())
}

fn unknown(out: &mut Vec<u8>, refinement: Option<&Refinement>) {
    match refinement.filter(|refinement| !refinement.is_empty()) {
        None => ext(out, PLAIN_UNKNOWN, &[0]),
        Some(refinement) => ext(out, REFINED_UNKNOWN, &refinement_map(refinement)),
    }
}

fn refinement_map(refinement: &Refinement) -> Vec<u8> {
    let mut fields: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut add = |key: u64, write: &dyn Fn(&mut Vec<u8>)| {
        let mut field = Vec::new();
        write(&mut field);
        fields.push((key, field));
    };
    if let Some(null) = refinement.null {
        add(refinement_key::NULLNESS, &|out| boolean(out, null));
    }
    if let Some(prefix) = &refinement.string_prefix {
        add(refinement_key::STRING_PREFIX, &|out| text(out, prefix));
    }
    if let Some(limit) = &refinement.number_min {
        add(refinement_key::NUMBER_MIN, &|out| bound(out, limit));
    }
    if let Some(limit) = &refinement.number_max {
        add(refinement_key::NUMBER_MAX, &|out| bound(out, limit));
    }
    if let Some(length) = refinement.length_min {
        add(refinement_key::LENGTH_MIN, &|out| unsigned(out, length));
    }
    if let Some(length) = refinement.length_max {
        add(refinement_key::LENGTH_MAX, &|out| unsigned(out, length));
    }
    let mut out = Vec::new();
    map_header(&mut out, fields.len());
    for (key, field) in fields {
        unsigned(&mut out, key);
        out.extend(field);
    }
    out
}

fn bound(out: &mut Vec<u8>, bound: &Bound) {
    array_header(out, 2);
    number(out, &bound.number);
    boolean(out, bound.inclusive);
}

/// Whole numbers as such, anything else as decimal text: nothing goes through a float.
fn number(out: &mut Vec<u8>, number: &Number) {
    match (number.to_i64(), number.to_u64()) {
        (Some(signed), _) => infallible(rmp::write_sint(out, signed)),
        (None, Some(large)) => unsigned(out, large),
        (None, None) => text(out, &number.to_string()),
    }
}

fn nil(out: &mut Vec<u8>) {
    infallible(rmp::write_nil(out));
}

fn boolean(out: &mut Vec<u8>, truth: bool) {
    infallible(rmp::write_bool(out, truth));
}

fn unsigned(out: &mut Vec<u8>, number: u64) {
    infallible(rmp::write_uint(out, number));
}

fn text(out: &mut Vec<u8>, text: &str) {
    infallible(rmp::write_str(out, text));
}

fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    infallible(rmp::write_bin(out, bytes));
}

fn ext(out: &mut Vec<u8>, code: i8, body: &[u8]) {
    infallible(rmp::write_ext_meta(out, wire_length(body.len()), code));
    out.extend(body);
}

fn array_header(out: &mut Vec<u8>, length: usize) {
    infallible(rmp::write_array_len(out, wire_length(length)));
}

fn map_header(out: &mut Vec<u8>, length: usize) {
    infallible(rmp::write_map_len(out, wire_length(length)));
}

/// Messages end at 256 MiB, long before a length leaves 32 bits.
fn wire_length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Writing to a `Vec` cannot fail; the library's signature says otherwise for other writers.
fn infallible<T, E>(written: Result<T, E>) {
    debug_assert!(written.is_ok(), "a write to memory failed");
}
