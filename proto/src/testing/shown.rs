//! [`Shown`]: an object as a test looks at it.

use std::fmt;
use std::ops::Index;

use serde_json::Value as Json;

use super::unknown::UNKNOWN;
use crate::schema::{Model, Schema};
use crate::value::{Value, ValueError};

/// An object of a plan or a state. A value that is not known yet is [`UNKNOWN`].
///
/// ```
/// # use tfplugin::testing::{Shown, UNKNOWN, json};
/// # fn look(planned: &Shown) {
/// assert_eq!(planned["size"], 3);
/// assert_eq!(planned["id"], UNKNOWN);
/// assert_eq!(planned["tags"], json!(["blue"]));
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct Shown {
    value: Value,
    json: Json,
}

impl Shown {
    pub(super) fn new(value: Value) -> Self {
        Self {
            json: to_json(&value),
            value,
        }
    }

    /// The whole of it; `null` if there is no object.
    pub fn json(&self) -> &Json {
        &self.json
    }

    /// The value tree of it.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The object as your struct.
    ///
    /// # Errors
    /// It is not an object, or a value in it does not fit the struct.
    pub fn model<M: Model>(&self) -> Result<M, ValueError> {
        Schema::of::<M>().decode(self.value.clone())
    }
}

/// The attribute of that name; `null` if there is none.
impl Index<&str> for Shown {
    type Output = Json;

    fn index(&self, name: &str) -> &Json {
        &self.json[name]
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:#}", self.json)
    }
}

/// A value as text on one line, for messages.
pub(super) fn in_words(value: &Value) -> String {
    if value.is_unknown() {
        return UNKNOWN.to_owned();
    }
    to_json(value).to_string()
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Unknown(_) => UNKNOWN.into(),
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => {
            // Every number of this crate is a JSON number.
            serde_json::from_str(&number.to_string()).unwrap_or_default()
        }
        Value::String(text) => text.as_str().into(),
        Value::List(elements) => elements.iter().map(to_json).collect(),
        Value::Set(elements) => elements.iter().map(to_json).collect(),
        Value::Map(entries) => {
            let entries = entries.iter();
            Json::Object(
                entries
                    .map(|(name, value)| (name.clone(), to_json(value)))
                    .collect(),
            )
        }
        Value::Dynamic(dynamic) => to_json(&dynamic.value),
    }
}
