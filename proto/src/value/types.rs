//! [`Type`]: what values an attribute may have.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

/// How deep values and types may nest; deeper input is refused rather than recursed into.
pub(crate) const DEPTH_LIMIT: usize = 100;

/// The type of an attribute's value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// A truth value.
    Bool,
    /// A number of any size.
    Number,
    /// Text.
    String,
    /// Any type; the value carries it.
    Dynamic,
    /// Elements in order, all of one type.
    List(Box<Type>),
    /// Elements without order and duplicates, all of one type.
    Set(Box<Type>),
    /// Elements by key, all of one type.
    Map(Box<Type>),
    /// A fixed number of elements, each of its own type.
    Tuple(Vec<Type>),
    /// Attributes by name, each of its own type.
    Object(BTreeMap<String, Type>),
}

/// JSON that does not describe a type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a Terraform type: {0}")]
pub struct TypeError(String);

impl Type {
    /// The JSON form the protocol uses: `"string"`, `["list","string"]`, `["object",{"a":"bool"}]`.
    pub fn to_json(&self) -> Vec<u8> {
        self.json().to_string().into_bytes()
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    /// If it is not JSON, names no type, or nests deeper than 100 levels.
    pub fn from_json(bytes: &[u8]) -> Result<Self, TypeError> {
        let json = serde_json::from_slice(bytes).map_err(|error| TypeError(error.to_string()))?;
        Self::read(&json, DEPTH_LIMIT)
    }

    fn json(&self) -> Json {
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.json()]),
            Self::Set(element) => json!(["set", element.json()]),
            Self::Map(element) => json!(["map", element.json()]),
            Self::Tuple(elements) => {
                json!(["tuple", elements.iter().map(Self::json).collect::<Vec<_>>()])
            }
            Self::Object(attributes) => {
                let attributes = attributes
                    .iter()
                    .map(|(name, of)| (name.clone(), of.json()));
                json!(["object", attributes.collect::<serde_json::Map<_, _>>()])
            }
        }
    }

    fn read(json: &Json, depth: usize) -> Result<Self, TypeError> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(TypeError(format!(
                "nested more than {DEPTH_LIMIT} levels deep"
            )));
        };
        match json {
            Json::String(name) => match name.as_str() {
                "bool" => Ok(Self::Bool),
                "number" => Ok(Self::Number),
                "string" => Ok(Self::String),
                "dynamic" => Ok(Self::Dynamic),
                _ => Err(TypeError(format!("unknown name {name:?}"))),
            },
            Json::Array(parts) => Self::read_compound(parts, depth),
            _ => Err(TypeError("neither a name nor an array".to_owned())),
        }
    }

    fn read_compound(parts: &[Json], depth: usize) -> Result<Self, TypeError> {
        match parts {
            [Json::String(kind), of] if kind == "list" => {
                Ok(Self::List(Box::new(Self::read(of, depth)?)))
            }
            [Json::String(kind), of] if kind == "set" => {
                Ok(Self::Set(Box::new(Self::read(of, depth)?)))
            }
            [Json::String(kind), of] if kind == "map" => {
                Ok(Self::Map(Box::new(Self::read(of, depth)?)))
            }
            [Json::String(kind), Json::Array(elements)] if kind == "tuple" => elements
                .iter()
                .map(|of| Self::read(of, depth))
                .collect::<Result<_, _>>()
                .map(Self::Tuple),
            // A third part names optional attributes: it concerns conversion in modules, not
            // values.
            [Json::String(kind), Json::Object(attributes), ..] if kind == "object" => attributes
                .iter()
                .map(|(name, of)| Ok((name.clone(), Self::read(of, depth)?)))
                .collect::<Result<_, _>>()
                .map(Self::Object),
            _ => Err(TypeError("unknown compound".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_form_is_the_protocols() {
        let object = Type::Object([("a".to_owned(), Type::Bool)].into());
        let of = Type::Map(Box::new(Type::Tuple(vec![
            object,
            Type::Set(Box::new(Type::Dynamic)),
        ])));
        let json = of.to_json();
        assert_eq!(
            String::from_utf8_lossy(&json),
            r#"["map",["tuple",[["object",{"a":"bool"}],["set","dynamic"]]]]"#
        );
        assert_eq!(Type::from_json(&json), Ok(of));
    }

    #[test]
    fn what_describes_no_type_is_refused() {
        let deep = format!("{}\"bool\"{}", "[\"list\",".repeat(101), "]".repeat(101));
        for text in [
            "",
            "1",
            "\"int\"",
            "[]",
            "[\"list\"]",
            "[\"map\",1]",
            deep.as_str(),
        ] {
            assert!(Type::from_json(text.as_bytes()).is_err(), "{text}");
        }
    }
}
