//! Bytes to values, directed by the type.

use std::collections::BTreeMap;

use rmp::Marker;

use super::super::{
    Bound, DEPTH_LIMIT, Dynamic, Number, Refinement, Type, Value, ValueError, normal_form,
};
use super::{REFINED_UNKNOWN, refinement_key};
use crate::path::Step;

/// Reads one value of type `of`.
///
/// # Errors
/// If the bytes are not MessagePack, do not fit the type, nest deeper than 100 levels, or go on
/// after the value. Whatever the bytes are, it never panics and never allocates more than a small
/// multiple of their number.
pub fn decode(bytes: &[u8], of: &Type) -> Result<Value, ValueError> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value(of, DEPTH_LIMIT)?;
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(ValueError::new("bytes after the end of the value"))
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, of: &Type, depth: usize) -> Result<Value, ValueError> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(ValueError::new(format!(
                "nested more than {DEPTH_LIMIT} levels deep"
            )));
        };
        let marker = self.marker()?;
        if marker == Marker::Null {
            return Ok(Value::Null);
        }
        if let Some(length) = self.ext_length(marker)? {
            return self.unknown(length);
        }
        match of {
            Type::Bool => match marker {
                Marker::True => Ok(Value::Bool(true)),
                Marker::False => Ok(Value::Bool(false)),
                _ => Err(unexpected("true or false")),
            },
            Type::Number => self.number(marker).map(Value::Number),
            Type::String => self.text(marker).map(Value::String),
            Type::List(element) => {
                let length = self.array_length(marker)?;
                self.elements(length, |_| Some(element), depth)
                    .map(Value::List)
            }
            Type::Set(element) => {
                let length = self.array_length(marker)?;
                let elements = self.elements(length, |_| Some(element), depth)?;
                Ok(Value::Set(elements.into_iter().collect()))
            }
            Type::Tuple(types) => {
                let length = self.array_length(marker)?;
                if length != types.len() {
                    return Err(ValueError::new(format!(
                        "{length} elements instead of {}",
                        types.len()
                    )));
                }
                self.elements(length, |index| types.get(index), depth)
                    .map(Value::List)
            }
            Type::Map(element) => {
                let length = self.map_length(marker)?;
                self.entries(length, |_| Some(element), Step::Key, depth)
                    .map(Value::Map)
            }
            Type::Object(attributes) => {
                let length = self.map_length(marker)?;
                let entries =
                    self.entries(length, |name| attributes.get(name), Step::Attribute, depth)?;
                match attributes.keys().find(|name| !entries.contains_key(*name)) {
                    Some(missing) => Err(ValueError::new(format!(
                        "the attribute {missing:?} is missing"
                    ))),
                    None => Ok(Value::Map(entries)),
                }
            }
            Type::Dynamic => self.dynamic(marker, depth),
        }
    }

    fn elements<'t>(
        &mut self,
        length: usize,
        type_of: impl Fn(usize) -> Option<&'t Type>,
        depth: usize,
    ) -> Result<Vec<Value>, ValueError> {
        // No capacity from the length: it is only a claim.
        let mut elements = Vec::new();
        for index in 0..length {
            let of = type_of(index).ok_or_else(|| ValueError::new("too many elements"))?;
            elements.push(
                self.value(of, depth)
                    .map_err(|error| error.inside(Step::Index(index)))?,
            );
        }
        Ok(elements)
    }

    fn entries<'t>(
        &mut self,
        length: usize,
        type_of: impl Fn(&str) -> Option<&'t Type>,
        step: fn(String) -> Step,
        depth: usize,
    ) -> Result<BTreeMap<String, Value>, ValueError> {
        let mut entries = BTreeMap::new();
        for _ in 0..length {
            let marker = self.marker()?;
            let key = self.text(marker)?;
            let Some(of) = type_of(&key) else {
                return Err(ValueError::new(format!("there is no attribute {key:?}")));
            };
            let value = self
                .value(of, depth)
                .map_err(|error| error.inside(step(key.clone())))?;
            if entries.insert(key, value).is_some() {
                return Err(ValueError::new("a key occurs twice"));
            }
        }
        Ok(entries)
    }

    fn dynamic(&mut self, marker: Marker, depth: usize) -> Result<Value, ValueError> {
        if self.array_length(marker)? != 2 {
            return Err(unexpected("a pair of type and value"));
        }
        let marker = self.marker()?;
        let length = self.bytes_length(marker)?;
        let value_type = Type::from_json(self.take(length)?)
            .map_err(|error| ValueError::new(error.to_string()))?;
        let value = self.value(&value_type, depth)?;
        Ok(Value::Dynamic(Box::new(Dynamic { value_type, value })))
    }

    /// Every ext code means unknown; only code 12 says more. Refinements that cannot be read are
    /// dropped: knowing less about an unknown value is never wrong.
    fn unknown(&mut self, length: usize) -> Result<Value, ValueError> {
        let [code] = self.array()?;
        let body = self.take(length)?;
        if i8::from_be_bytes([code]) != REFINED_UNKNOWN {
            return Ok(Value::UNKNOWN);
        }
        let refinement = Reader { rest: body }.refinement().unwrap_or_default();
        Ok(Value::Unknown(
            (!refinement.is_empty()).then(|| Box::new(refinement)),
        ))
    }

    fn refinement(&mut self) -> Result<Refinement, ValueError> {
        let mut refinement = Refinement::default();
        let marker = self.marker()?;
        for _ in 0..self.map_length(marker)? {
            match self.unsigned()? {
                refinement_key::NULLNESS => refinement.null = Some(self.truth()?),
                refinement_key::STRING_PREFIX => {
                    let marker = self.marker()?;
                    refinement.string_prefix = Some(self.text(marker)?);
                }
                refinement_key::NUMBER_MIN => refinement.number_min = Some(self.bound()?),
                refinement_key::NUMBER_MAX => refinement.number_max = Some(self.bound()?),
                refinement_key::LENGTH_MIN => refinement.length_min = Some(self.unsigned()?),
                refinement_key::LENGTH_MAX => refinement.length_max = Some(self.unsigned()?),
                // A later kind of refinement, of unknown shape: what was read so far holds.
                _ => return Ok(refinement),
            }
        }
        Ok(refinement)
    }

    fn bound(&mut self) -> Result<Bound, ValueError> {
        let marker = self.marker()?;
        if self.array_length(marker)? != 2 {
            return Err(unexpected("a pair of number and truth value"));
        }
        let marker = self.marker()?;
        Ok(Bound {
            number: self.number(marker)?,
            inclusive: self.truth()?,
        })
    }

    fn truth(&mut self) -> Result<bool, ValueError> {
        match self.marker()? {
            Marker::True => Ok(true),
            Marker::False => Ok(false),
            _ => Err(unexpected("true or false")),
        }
    }

    fn unsigned(&mut self) -> Result<u64, ValueError> {
        let marker = self.marker()?;
        self.number(marker)?
            .to_u64()
            .ok_or_else(|| unexpected("a whole number"))
    }

    /// An integer, a float, or decimal text: whatever fitted the sender best.
    fn number(&mut self, marker: Marker) -> Result<Number, ValueError> {
        Ok(match marker {
            Marker::FixPos(number) => u64::from(number).into(),
            Marker::FixNeg(number) => i64::from(number).into(),
            Marker::U8 => u64::from(u8::from_be_bytes(self.array()?)).into(),
            Marker::U16 => u64::from(u16::from_be_bytes(self.array()?)).into(),
            Marker::U32 => u64::from(u32::from_be_bytes(self.array()?)).into(),
            Marker::U64 => u64::from_be_bytes(self.array()?).into(),
            Marker::I8 => i64::from(i8::from_be_bytes(self.array()?)).into(),
            Marker::I16 => i64::from(i16::from_be_bytes(self.array()?)).into(),
            Marker::I32 => i64::from(i32::from_be_bytes(self.array()?)).into(),
            Marker::I64 => i64::from_be_bytes(self.array()?).into(),
            Marker::F32 => float(f32::from_be_bytes(self.array()?).into())?,
            Marker::F64 => float(f64::from_be_bytes(self.array()?))?,
            _ => {
                let length = self
                    .bytes_length(marker)
                    .map_err(|_| unexpected("a number"))?;
                let text =
                    std::str::from_utf8(self.take(length)?).map_err(|_| unexpected("a number"))?;
                text.parse().map_err(|error: super::super::NumberError| {
                    ValueError::new(error.to_string())
                })?
            }
        })
    }

    fn text(&mut self, marker: Marker) -> Result<String, ValueError> {
        let length = self.bytes_length(marker)?;
        match std::str::from_utf8(self.take(length)?) {
            Ok(text) => Ok(normal_form(text.to_owned())),
            Err(_) => Err(ValueError::new("a string that is not UTF-8")),
        }
    }

    fn marker(&mut self) -> Result<Marker, ValueError> {
        let [byte] = self.array()?;
        Ok(Marker::from_u8(byte))
    }

    fn array_length(&mut self, marker: Marker) -> Result<usize, ValueError> {
        match marker {
            Marker::FixArray(length) => Ok(length.into()),
            Marker::Array16 => self.length16(),
            Marker::Array32 => self.length32(),
            _ => Err(unexpected("an array")),
        }
    }

    fn map_length(&mut self, marker: Marker) -> Result<usize, ValueError> {
        match marker {
            Marker::FixMap(length) => Ok(length.into()),
            Marker::Map16 => self.length16(),
            Marker::Map32 => self.length32(),
            _ => Err(unexpected("a map")),
        }
    }

    /// Of text or of bytes: senders differ in which they use for what.
    fn bytes_length(&mut self, marker: Marker) -> Result<usize, ValueError> {
        match marker {
            Marker::FixStr(length) => Ok(length.into()),
            Marker::Str8 | Marker::Bin8 => self.length8(),
            Marker::Str16 | Marker::Bin16 => self.length16(),
            Marker::Str32 | Marker::Bin32 => self.length32(),
            _ => Err(unexpected("text")),
        }
    }

    fn ext_length(&mut self, marker: Marker) -> Result<Option<usize>, ValueError> {
        Ok(Some(match marker {
            Marker::FixExt1 => 1,
            Marker::FixExt2 => 2,
            Marker::FixExt4 => 4,
            Marker::FixExt8 => 8,
            Marker::FixExt16 => 16,
            Marker::Ext8 => self.length8()?,
            Marker::Ext16 => self.length16()?,
            Marker::Ext32 => self.length32()?,
            _ => return Ok(None),
        }))
    }

    fn length8(&mut self) -> Result<usize, ValueError> {
        Ok(u8::from_be_bytes(self.array()?).into())
    }

    fn length16(&mut self) -> Result<usize, ValueError> {
        Ok(u16::from_be_bytes(self.array()?).into())
    }

    fn length32(&mut self) -> Result<usize, ValueError> {
        usize::try_from(u32::from_be_bytes(self.array()?)).map_err(|_| cut_off())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ValueError> {
        let (head, rest) = self.rest.split_first_chunk().ok_or_else(cut_off)?;
        self.rest = rest;
        Ok(*head)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], ValueError> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or_else(cut_off)?;
        self.rest = rest;
        Ok(head)
    }
}

fn float(float: f64) -> Result<Number, ValueError> {
    Number::from_f64(float).ok_or_else(|| ValueError::new("a number that is not finite"))
}

fn unexpected(wanted: &str) -> ValueError {
    ValueError::new(format!("expected {wanted}"))
}

fn cut_off() -> ValueError {
    ValueError::new("the bytes end in the middle of a value")
}
