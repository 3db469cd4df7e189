//! [`RawState`]: state of another layout.

use std::fmt;

use serde::de::DeserializeOwned;

use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;
use crate::schema::{Model, Schema};
use crate::value::json;

/// State as it is in the state file: JSON that an older version of the provider or another resource
/// wrote. It may contain secrets, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct RawState {
    json: Vec<u8>,
}

impl RawState {
    /// State of that JSON, for tests of [migrations](crate::Migrations).
    ///
    /// ```
    /// let state = tfplugin::RawState::from_json(r#"{"weeks": 2}"#);
    /// # let _ = state;
    /// ```
    pub fn from_json(json: impl Into<Vec<u8>>) -> Self {
        Self { json: json.into() }
    }

    /// Reads it as a model: of the old layout, or of the new one as far as it fits. Attributes that
    /// the model does not have are ignored, attributes that the state does not have are null, and
    /// numbers keep every digit. A string that its [`StringValue`](crate::StringValue) does not
    /// accept is null.
    ///
    /// # Errors
    /// If a value exists but has another type; the diagnostic names the attribute.
    pub fn model<M: Model>(&self) -> Result<M> {
        let schema = Schema::of::<M>();
        json::decode(&self.json, schema.value_type())
            .and_then(|value| Ok(schema.decode_state(&value)?.model))
            .map_err(|error| unreadable(error.message()).at(error.path().clone()).into())
    }

    /// Reads it as any type, for example `serde_json::Value`.
    ///
    /// # Errors
    /// If it has another form.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.json).map_err(|error| {
            // The error's own text may quote a value.
            let (line, column) = (error.line(), error.column());
            unreadable(&format!("unexpected form at line {line}, column {column}")).into()
        })
    }

    pub(crate) fn json(&self) -> &[u8] {
        &self.json
    }
}

impl fmt::Debug for RawState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "RawState({} bytes)", self.json.len())
    }
}

fn unreadable(message: &str) -> Diagnostic {
    Diagnostic::error("The old state cannot be read").detail(format!(
        "The reason is: {message}. Use the version of the provider that wrote it, or restore an \
         earlier copy of it."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::Path;
    use crate::specimen::Thing;

    #[test]
    fn a_model_takes_what_it_knows() {
        let raw = RawState::from_json(br#"{"mode":"x","gone":[1],"size":7}"#.to_vec());
        let thing: Thing = raw.model().expect("it fits");
        assert_eq!(
            (thing.mode, thing.size),
            (crate::Attr::from("x"), crate::Attr::Known(7))
        );
    }

    #[test]
    fn errors_name_the_place_and_quote_no_value() {
        let raw = RawState::from_json(br#"{"mode":"hunter2","size":"hunter2"}"#.to_vec());
        let errors = raw.model::<Thing>().expect_err("size is a number");
        let error = errors.iter().next().expect("there is one");
        assert_eq!(error.path(), Some(&Path::root("size")));
        let other = raw
            .read::<std::collections::BTreeMap<String, u8>>()
            .expect_err("it is text");
        assert!(!format!("{errors:?}{other:?}{raw:?}").contains("hunter2"));
    }
}
