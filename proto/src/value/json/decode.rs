//! JSON to values, directed by the type.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::{DEPTH_LIMIT, Dynamic, Number, Type, Value, ValueError};
use crate::path::Step;

/// Reads one value of type `of`, as a state file of this or an older provider version has it:
/// attributes that the type does not know are ignored, those that the text lacks are null. Numbers
/// keep every digit.
///
/// # Errors
/// If the bytes are not JSON, do not fit the type, or nest deeper than 100 levels. Whatever the
/// bytes are, it never panics and never allocates more than a small multiple of their number.
pub fn decode(bytes: &[u8], of: &Type) -> Result<Value, ValueError> {
    let json: &RawValue =
        serde_json::from_slice(bytes).map_err(|error| ValueError::new(error.to_string()))?;
    value(json, of, Reading::STATE)
}

/// Reads one object as [`decode`] does. What does not fit is null, and its error is in the list:
/// one for each attribute that is left out.
pub(crate) fn decode_leniently(
    bytes: &[u8],
    attributes: &BTreeMap<String, Type>,
) -> Result<(Value, Vec<ValueError>), ValueError> {
    let entries: BTreeMap<String, &RawValue> =
        serde_json::from_slice(bytes).map_err(|_| ValueError::new("expected an object"))?;
    let reading = Reading::STATE.one_level_down()?;
    let mut left_out = Vec::new();
    let values = attributes.iter().map(|(name, of)| {
        let value = entries
            .get(name)
            .map_or(Ok(Value::Null), |json| value(json, of, reading));
        let value = value.unwrap_or_else(|error| {
            left_out.push(error.inside(Step::Attribute(name.clone())));
            Value::Null
        });
        (name.clone(), value)
    });
    Ok((Value::map(values), left_out))
}

#[derive(Clone, Copy)]
struct Reading {
    /// How many more levels there may be.
    depth: usize,
    /// Whether the type came with the value: then no attribute may be missing. A wide type and many
    /// empty objects would otherwise be a short text for a large value.
    exact: bool,
}

impl Reading {
    const STATE: Self = Self {
        depth: DEPTH_LIMIT,
        exact: false,
    };

    fn one_level_down(self) -> Result<Self, ValueError> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| {
            ValueError::new(format!("nested more than {DEPTH_LIMIT} levels deep"))
        })?;
        Ok(Self { depth, ..self })
    }
}

fn value(json: &RawValue, of: &Type, reading: Reading) -> Result<Value, ValueError> {
    let reading = reading.one_level_down()?;
    if json.get() == "null" {
        return Ok(Value::Null);
    }
    match of {
        Type::Bool => truth(json),
        Type::Number => number(json),
        Type::String => text(json),
        Type::List(element) => Ok(Value::List(elements(json, |_| Some(element), reading)?)),
        Type::Set(element) => Ok(Value::Set(
            elements(json, |_| Some(element), reading)?
                .into_iter()
                .collect(),
        )),
        Type::Tuple(types) => {
            let elements = elements(json, |index| types.get(index), reading)?;
            if elements.len() != types.len() {
                return Err(ValueError::new(format!(
                    "{} elements instead of {}",
                    elements.len(),
                    types.len()
                )));
            }
            Ok(Value::List(elements))
        }
        Type::Map(element) => {
            let mut elements = BTreeMap::new();
            for (key, json) in parse::<BTreeMap<String, &RawValue>>(json, "an object")? {
                match value(json, element, reading) {
                    Ok(value) => elements.insert(super::super::normal_form(key), value),
                    Err(error) => return Err(error.inside(Step::Key(key))),
                };
            }
            Ok(Value::Map(elements))
        }
        Type::Object(attributes) => {
            let entries: BTreeMap<String, &RawValue> = parse(json, "an object")?;
            let missing = |name: &&String| !entries.contains_key(*name);
            if let Some(missing) = attributes.keys().find(missing).filter(|_| reading.exact) {
                return Err(ValueError::new(format!(
                    "the attribute {missing:?} is missing"
                )));
            }
            let mut values = BTreeMap::new();
            for (name, of) in attributes {
                let value = entries
                    .get(name)
                    .map_or(Ok(Value::Null), |json| value(json, of, reading));
                let value = value.map_err(|error| error.inside(Step::Attribute(name.clone())))?;
                values.insert(name.clone(), value);
            }
            Ok(Value::Map(values))
        }
        Type::Dynamic => dynamic(json, reading),
    }
}

fn elements<'t>(
    json: &RawValue,
    type_of: impl Fn(usize) -> Option<&'t Type>,
    reading: Reading,
) -> Result<Vec<Value>, ValueError> {
    parse::<Vec<&RawValue>>(json, "an array")?
        .into_iter()
        .enumerate()
        .map(|(index, json)| {
            let of = type_of(index).ok_or_else(|| ValueError::new("too many elements"))?;
            value(json, of, reading).map_err(|error| error.inside(Step::Index(index)))
        })
        .collect()
}

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow, rename = "type")]
    value_type: &'a RawValue,
    #[serde(borrow)]
    value: &'a RawValue,
}

fn dynamic(json: &RawValue, reading: Reading) -> Result<Value, ValueError> {
    let typed: Typed<'_> = parse(json, "an object with type and value")?;
    let value_type = Type::from_json(typed.value_type.get().as_bytes())
        .map_err(|error| ValueError::new(error.to_string()))?;
    let reading = Reading {
        exact: true,
        ..reading
    };
    let value = value(typed.value, &value_type, reading)?;
    Ok(Value::Dynamic(Box::new(Dynamic { value_type, value })))
}

/// Terraform converts between text, numbers and truth values where a schema changed from one to the
/// other.
fn truth(json: &RawValue) -> Result<Value, ValueError> {
    match json.get() {
        "true" | "\"true\"" => Ok(Value::Bool(true)),
        "false" | "\"false\"" => Ok(Value::Bool(false)),
        _ => Err(ValueError::new("expected true or false")),
    }
}

fn number(json: &RawValue) -> Result<Value, ValueError> {
    let text = json.get().trim_matches('"');
    text.parse::<Number>()
        .map(Value::Number)
        .map_err(|error| ValueError::new(error.to_string()))
}

fn text(json: &RawValue) -> Result<Value, ValueError> {
    match json.get().as_bytes().first() {
        Some(b'"') => parse::<String>(json, "text").map(Value::text),
        Some(b't' | b'f') => Ok(Value::text(json.get())),
        Some(b'-' | b'0'..=b'9') => match number(json)? {
            // With an exponent it stays as written: a few characters may stand for many digits.
            Value::Number(number) if !json.get().contains(['e', 'E']) => {
                Ok(Value::text(number.to_string()))
            }
            _ => Ok(Value::text(json.get())),
        },
        _ => Err(ValueError::new("expected a string")),
    }
}

fn parse<'a, T: Deserialize<'a>>(json: &'a RawValue, wanted: &str) -> Result<T, ValueError> {
    serde_json::from_str(json.get()).map_err(|_| ValueError::new(format!("expected {wanted}")))
}
