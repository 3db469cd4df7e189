//! [`Json`]: a document in a string.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;
use crate::string_value::StringValue;
use crate::value::{DEPTH_LIMIT, Number};

/// A JSON document as a string, as in `policy = jsonencode({ ... })`.
///
/// The text stays as it was written. Space, the order of names and the notation of strings and
/// numbers do not count: see [`StringValue::means_same`]. So a service may return the document in
/// its own normal form.
///
/// ```
/// use tfplugin::{Json, StringValue};
///
/// let written: Json = r#"{ "b": [1.0], "a": "x" }"#.parse()?;
/// let returned: Json = r#"{"a":"x","b":[1]}"#.parse()?;
/// assert!(written.means_same(&returned));
/// assert_eq!(written.as_str(), r#"{ "b": [1.0], "a": "x" }"#);
/// # Ok::<(), tfplugin::JsonError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Json {
    text: String,
    document: Document,
}

/// A string that is not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JsonError(String);

/// What counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Document {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Document>),
    Object(BTreeMap<String, Document>),
}

impl Json {
    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The document as whatever `T` is, `serde_json::Value` for instance.
    ///
    /// # Errors
    /// If it has another form.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.text).map_err(|error| {
            Diagnostic::error("The JSON document has the wrong form")
                .detail(error.to_string())
                .into()
        })
    }
}

impl FromStr for Json {
    type Err = JsonError;

    fn from_str(text: &str) -> Result<Self, JsonError> {
        let document = serde_json::from_str(text)
            .map_err(|error| error.to_string())
            .and_then(|raw| document(raw, DEPTH_LIMIT))
            .map_err(|error| {
                let detail = format!("the string is not JSON: {error}");
                JsonError(format!("{detail}. Terraform's `jsonencode` writes JSON"))
            })?;
        Ok(Self {
            text: text.to_owned(),
            document,
        })
    }
}

impl fmt::Display for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl StringValue for Json {
    fn means_same(&self, other: &Self) -> bool {
        self.document == other.document
    }
}

/// Reads it with every digit of its numbers.
fn document(raw: &RawValue, depth: usize) -> Result<Document, String> {
    fn parse<'a, T: serde::Deserialize<'a>>(raw: &'a RawValue) -> Result<T, String> {
        serde_json::from_str(raw.get()).map_err(|error| error.to_string())
    }
    let Some(depth) = depth.checked_sub(1) else {
        return Err(format!("it is nested more than {DEPTH_LIMIT} levels deep"));
    };
    Ok(match raw.get().as_bytes().first() {
        Some(b'n') => Document::Null,
        Some(b't') => Document::Bool(true),
        Some(b'f') => Document::Bool(false),
        Some(b'"') => Document::String(parse(raw)?),
        Some(b'[') => {
            let elements: Vec<&RawValue> = parse(raw)?;
            let elements = elements.into_iter().map(|raw| document(raw, depth));
            Document::Array(elements.collect::<Result<_, String>>()?)
        }
        Some(b'{') => {
            let entries: BTreeMap<String, &RawValue> = parse(raw)?;
            let entries = entries.into_iter();
            let entries = entries.map(|(name, raw)| Ok((name, document(raw, depth)?)));
            Document::Object(entries.collect::<Result<_, String>>()?)
        }
        _ => Document::Number(
            raw.get()
                .parse()
                .map_err(|_| "a number has too many digits".to_owned())?,
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn documents_that_differ_in_notation_mean_the_same() {
        for (one, other) in [
            (r#"{"a":1,"b":2}"#, "{ \"b\" : 2,\n\"a\": 1 }"),
            ("[1, 2]", "[1,2]"),
            ("1.50", "15e-1"),
            (r#""\u0041""#, r#""A""#),
            (" null ", "null"),
        ] {
            assert!(json(one).means_same(&json(other)), "{one} and {other}");
        }
    }

    #[test]
    fn documents_with_another_content_do_not() {
        for (one, other) in [
            ("[1,2]", "[2,1]"),
            (r#"{"a":1}"#, r#"{"a":"1"}"#),
            (r#"{"a":null}"#, "{}"),
            ("18446744073709551616", "18446744073709551617"),
            ("true", "false"),
        ] {
            assert!(!json(one).means_same(&json(other)), "{one} and {other}");
        }
    }

    #[test]
    fn a_document_is_read_as_the_authors_type() {
        let numbers = json("[1, 2]").read::<Vec<i64>>();
        assert_eq!(numbers, Ok(vec![1, 2]));
        assert!(json(r#"["x"]"#).read::<Vec<i64>>().is_err());
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        for text in [
            "",
            "{",
            "{a:1}",
            "nul",
            "[1,]",
            "1 2",
            deep.as_str(),
            "1e99999999",
        ] {
            assert!(text.parse::<Json>().is_err(), "{text}");
        }
    }
}
