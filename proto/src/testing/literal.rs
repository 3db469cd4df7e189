//! [`Literal`]: how a test writes a configuration.

use serde_json::Value as Json;

use super::schema::{Nesting, content};
use super::unknown::UNKNOWN;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Diagnostics;
use crate::path::Path;
use crate::schema::{Model, Schema};
use crate::value::{Dynamic, Type, Value};
use crate::wire::schema::{Attribute, Block, NestedBlock};

/// A configuration, as JSON, as your [`Model`], or as a value tree.
///
/// In JSON, [`UNKNOWN`] is a value that is known only after apply, at any level, and a block is
/// written as an object or an array of objects.
#[derive(Clone, Debug)]
pub struct Literal(Written);

#[derive(Clone, Debug)]
enum Written {
    Json(Json),
    Value(Value),
}

impl From<Json> for Literal {
    fn from(json: Json) -> Self {
        Self(Written::Json(json))
    }
}

impl From<Value> for Literal {
    fn from(value: Value) -> Self {
        Self(Written::Value(value))
    }
}

impl<M: Model> From<M> for Literal {
    fn from(model: M) -> Self {
        Schema::of::<M>().encode(model).into()
    }
}

impl Literal {
    /// The configuration as Terraform sends it: with every attribute and block, and nothing else.
    pub(super) fn configuration(self, of: &Block) -> Result<Value, Diagnostics> {
        let mut reading = Reading::default();
        let value = match self.0 {
            Written::Json(json) => reading.block(of, &json, &Path::default()),
            Written::Value(value) => value,
        };
        reading.finished(value)
    }

    /// A value of a plain type.
    pub(super) fn value(self, of: &Type) -> Result<Value, Diagnostics> {
        let mut reading = Reading::default();
        let value = match self.0 {
            Written::Json(json) => reading.value(of, &json, &Path::default()),
            Written::Value(value) => value,
        };
        reading.finished(value)
    }
}

/// A literal being read; what does not fit becomes null and a fault.
#[derive(Default)]
struct Reading {
    faults: Diagnostics,
}

impl Reading {
    fn finished(self, value: Value) -> Result<Value, Diagnostics> {
        if self.faults.is_empty() {
            Ok(value)
        } else {
            Err(self.faults)
        }
    }

    fn block(&mut self, block: &Block, json: &Json, path: &Path) -> Value {
        let names = || {
            let attributes = block.attributes.iter().map(|one| one.name.as_str());
            attributes.chain(block.block_types.iter().map(|one| one.type_name.as_str()))
        };
        let Some(entries) = self.object(json, path, names) else {
            return unknown_or_null(json);
        };
        let attributes = block.attributes.iter().map(|attribute| {
            let json = entries.get(&attribute.name).unwrap_or(&Json::Null);
            let path = path.clone().attribute(attribute.name.as_str());
            (
                attribute.name.clone(),
                self.attribute(attribute, json, &path),
            )
        });
        let mut values: Vec<(String, Value)> = attributes.collect();
        for nested in &block.block_types {
            let path = path.clone().attribute(nested.type_name.as_str());
            let value = match entries.get(&nested.type_name) {
                None | Some(Json::Null) => Nesting::of_block(nested).no_blocks(),
                Some(json) => self.blocks(nested, json, &path),
            };
            values.push((nested.type_name.clone(), value));
        }
        Value::map(values)
    }

    fn blocks(&mut self, nested: &NestedBlock, json: &Json, path: &Path) -> Value {
        let inner = content(nested);
        self.nested(
            Nesting::of_block(nested),
            json,
            path,
            |reading, json, path| reading.block(inner, json, path),
        )
    }

    fn attribute(&mut self, attribute: &Attribute, json: &Json, path: &Path) -> Value {
        let Some(object) = &attribute.nested_type else {
            // What the crate writes it can read.
            let of = Type::from_json(&attribute.r#type).unwrap_or(Type::Dynamic);
            return self.value(&of, json, path);
        };
        self.nested(
            Nesting::of_object(object),
            json,
            path,
            |reading, json, path| {
                let names = || object.attributes.iter().map(|one| one.name.as_str());
                let Some(entries) = reading.object(json, path, names) else {
                    return unknown_or_null(json);
                };
                let attributes = object.attributes.iter().map(|attribute| {
                    let json = entries.get(&attribute.name).unwrap_or(&Json::Null);
                    let path = path.clone().attribute(attribute.name.as_str());
                    (
                        attribute.name.clone(),
                        reading.attribute(attribute, json, &path),
                    )
                });
                Value::map(attributes.collect::<Vec<_>>())
            },
        )
    }

    fn nested(
        &mut self,
        nesting: Nesting,
        json: &Json,
        path: &Path,
        mut one: impl FnMut(&mut Self, &Json, &Path) -> Value,
    ) -> Value {
        if is_unknown_or_null(json) {
            return unknown_or_null(json);
        }
        match (nesting, json) {
            (Nesting::Single, json) => one(self, json, path),
            (Nesting::List, Json::Array(elements)) => {
                let elements = elements.iter().enumerate();
                Value::List(
                    elements
                        .map(|(index, json)| one(self, json, &path.clone().index(index)))
                        .collect(),
                )
            }
            (Nesting::Set, Json::Array(elements)) => {
                Value::Set(elements.iter().map(|json| one(self, json, path)).collect())
            }
            (Nesting::Map, Json::Object(entries)) => {
                let entries = entries.iter().map(|(key, json)| {
                    let value = one(self, json, &path.clone().key(key.as_str()));
                    (key.clone(), value)
                });
                Value::map(entries.collect::<Vec<_>>())
            }
            (Nesting::List | Nesting::Set, _) => self.wrong(json, "an array of objects", path),
            (Nesting::Map, _) => self.wrong(json, "an object of objects", path),
        }
    }

    fn value(&mut self, of: &Type, json: &Json, path: &Path) -> Value {
        if is_unknown_or_null(json) {
            return unknown_or_null(json);
        }
        match (of, json) {
            (Type::Bool, Json::Bool(truth)) => Value::Bool(*truth),
            (Type::Number, Json::Number(number)) => match number.to_string().parse() {
                Ok(number) => Value::Number(number),
                Err(_) => self.wrong(json, "a number", path),
            },
            (Type::String, Json::String(text)) => Value::text(text.as_str()),
            (Type::List(element), Json::Array(elements)) => {
                let elements = elements.iter().enumerate();
                Value::List(
                    elements
                        .map(|(index, json)| self.value(element, json, &path.clone().index(index)))
                        .collect(),
                )
            }
            (Type::Set(element), Json::Array(elements)) => {
                let elements = elements.iter();
                Value::Set(
                    elements
                        .map(|json| self.value(element, json, path))
                        .collect(),
                )
            }
            (Type::Tuple(types), Json::Array(elements)) if types.len() == elements.len() => {
                let pairs = types.iter().zip(elements).enumerate();
                Value::List(
                    pairs
                        .map(|(index, (of, json))| self.value(of, json, &path.clone().index(index)))
                        .collect(),
                )
            }
            (Type::Map(element), Json::Object(entries)) => {
                let entries = entries.iter().map(|(key, json)| {
                    let value = self.value(element, json, &path.clone().key(key.as_str()));
                    (crate::value::normal_form(key.clone()), value)
                });
                Value::map(entries.collect::<Vec<_>>())
            }
            (Type::Object(attributes), json) => {
                let names = || attributes.keys().map(String::as_str);
                let Some(entries) = self.object(json, path, names) else {
                    return Value::Null;
                };
                let attributes = attributes.iter().map(|(name, of)| {
                    let json = entries.get(name).unwrap_or(&Json::Null);
                    let path = path.clone().attribute(name.as_str());
                    (name.clone(), self.value(of, json, &path))
                });
                Value::map(attributes.collect::<Vec<_>>())
            }
            (Type::Dynamic, json) => {
                let value_type = natural_type(json);
                let value = self.value(&value_type, json, path);
                Value::Dynamic(Box::new(Dynamic { value_type, value }))
            }
            (of, json) => {
                let wanted = match of {
                    Type::Bool => "true or false",
                    Type::Number => "a number",
                    Type::String => "a string",
                    Type::Map(_) => "an object",
                    _ => "an array",
                };
                self.wrong(json, wanted, path)
            }
        }
    }

    /// The entries of an object, if the schema has all of their names.
    fn object<'j, 'n, N: Iterator<Item = &'n str>>(
        &mut self,
        json: &'j Json,
        path: &Path,
        names: impl Fn() -> N,
    ) -> Option<&'j serde_json::Map<String, Json>> {
        if is_unknown_or_null(json) {
            return None;
        }
        let Json::Object(entries) = json else {
            self.wrong(json, "an object", path);
            return None;
        };
        for name in entries.keys() {
            if !names().any(|known| known == name) {
                let known: Vec<&str> = names().collect();
                let detail = format!(
                    "The schema has nothing named {name:?} here. It has: {}.",
                    known.join(", ")
                );
                let unsupported = Diagnostic::error("Unsupported argument").detail(detail);
                self.faults
                    .push(unsupported.at(path.clone().attribute(name.as_str())));
            }
        }
        Some(entries)
    }

    fn wrong(&mut self, json: &Json, wanted: &str, path: &Path) -> Value {
        let detail = format!("The schema wants {wanted}; the test wrote {json}.");
        let wrong = Diagnostic::error("Incorrect attribute value type").detail(detail);
        self.faults.push(wrong.at(path.clone()));
        Value::Null
    }
}

fn is_unknown_or_null(json: &Json) -> bool {
    json.is_null() || json == UNKNOWN
}

fn unknown_or_null(json: &Json) -> Value {
    if json == UNKNOWN {
        Value::UNKNOWN
    } else {
        Value::Null
    }
}

/// The type that Terraform gives to such an expression.
fn natural_type(json: &Json) -> Type {
    match json {
        Json::Null => Type::Dynamic,
        Json::Bool(_) => Type::Bool,
        Json::Number(_) => Type::Number,
        Json::String(_) => Type::String,
        Json::Array(elements) => Type::Tuple(elements.iter().map(natural_type).collect()),
        Json::Object(entries) => {
            let entries = entries.iter();
            Type::Object(
                entries
                    .map(|(name, json)| (name.clone(), natural_type(json)))
                    .collect(),
            )
        }
    }
}
