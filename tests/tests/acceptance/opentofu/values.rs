//! Values in MessagePack, as far as this provider's schema has them.

use anyhow::{Context, Result, bail};
use rmp::{Marker, decode, encode};
use serde_json::{Map, Value, json};

use super::wire::{Attribute, Block, DynamicValue, SINGLE};

/// What stands for an unknown value.
pub(super) const UNKNOWN: &str = "(known after apply)";

/// The object of a block, with null for what `given` does not have.
pub(super) fn object(block: &Block, given: Value) -> Value {
    let mut object = complete(&block.attributes, given);
    for nested in &block.block_types {
        object[&nested.type_name] = match nested.nesting {
            SINGLE => Value::Null,
            _ => json!([]),
        };
    }
    object
}

/// A configuration without what is kept nowhere, as in a proposed state.
pub(super) fn without_write_only(block: &Block, mut object: Value) -> Value {
    for attribute in block.attributes.iter().filter(|one| one.write_only) {
        object[&attribute.name] = Value::Null;
    }
    object
}

fn complete(attributes: &[Attribute], given: Value) -> Value {
    let mut object = Map::new();
    for attribute in attributes {
        let value = given.get(&attribute.name).cloned().unwrap_or_default();
        let value = match &attribute.nested_type {
            Some(nested) if value.is_object() => complete(&nested.attributes, value),
            _ => value,
        };
        object.insert(attribute.name.clone(), value);
    }
    Value::Object(object)
}

pub(super) fn dynamic(value: &Value) -> Result<Option<DynamicValue>> {
    let mut msgpack = Vec::new();
    write(&mut msgpack, value)?;
    Ok(Some(DynamicValue { msgpack }))
}

fn write(out: &mut Vec<u8>, value: &Value) -> Result<()> {
    match value {
        Value::Null => encode::write_nil(out)?,
        Value::Bool(truth) => encode::write_bool(out, *truth)?,
        Value::Number(number) => {
            encode::write_sint(out, number.as_i64().context("a whole number")?)?;
        }
        Value::String(text) => encode::write_str(out, text)?,
        Value::Array(elements) => {
            encode::write_array_len(out, u32::try_from(elements.len())?)?;
            for element in elements {
                write(out, element)?;
            }
        }
        Value::Object(entries) => {
            encode::write_map_len(out, u32::try_from(entries.len())?)?;
            for (name, value) in entries {
                encode::write_str(out, name)?;
                write(out, value)?;
            }
        }
    }
    Ok(())
}

/// What a call returned.
pub(super) fn value(of: Option<&DynamicValue>) -> Result<Value> {
    read(&mut of.context("a value")?.msgpack.as_slice())
}

fn read(bytes: &mut &[u8]) -> Result<Value> {
    let marker = Marker::from_u8(*bytes.first().context("a value")?);
    Ok(match marker {
        Marker::Null => {
            decode::read_nil(bytes)?;
            Value::Null
        }
        Marker::True | Marker::False => decode::read_bool(bytes)?.into(),
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => text(bytes)?.into(),
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => {
            let elements = decode::read_array_len(bytes)?;
            let elements: Result<Vec<Value>> = (0..elements).map(|_| read(bytes)).collect();
            elements?.into()
        }
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => {
            let entries = decode::read_map_len(bytes)?;
            let entries: Result<Map<String, Value>> = (0..entries)
                .map(|_| Ok((text(bytes)?, read(bytes)?)))
                .collect();
            entries?.into()
        }
        Marker::FixExt1
        | Marker::FixExt2
        | Marker::FixExt4
        | Marker::FixExt8
        | Marker::FixExt16
        | Marker::Ext8
        | Marker::Ext16
        | Marker::Ext32 => {
            let extension = decode::read_ext_meta(bytes)?;
            take(bytes, extension.size)?;
            UNKNOWN.into()
        }
        Marker::F32 | Marker::F64 | Marker::Bin8 | Marker::Reserved => bail!("{marker:?}"),
        _ => decode::read_int::<i64, _>(bytes)?.into(),
    })
}

fn text(bytes: &mut &[u8]) -> Result<String> {
    let length = decode::read_str_len(bytes)?;
    Ok(String::from_utf8(take(bytes, length)?.to_vec())?)
}

fn take<'a>(bytes: &mut &'a [u8], length: u32) -> Result<&'a [u8]> {
    let (taken, rest) = bytes
        .split_at_checked(usize::try_from(length)?)
        .context("a value that is cut off")?;
    *bytes = rest;
    Ok(taken)
}
