//! JSON. Objects are written key by key. The layout of log entries is the protocol's, order
//! included, and they are written for every request: neither a tree nor a generic serializer stands
//! between.

mod number;
mod parser;
mod value;

use core::fmt::Write;

pub(crate) use parser::parse;
pub(crate) use value::Value;

/// An object that is being written. Keys are our own and need no escaping.
#[derive(Debug)]
pub(crate) struct Object {
    text: String,
}

impl Object {
    pub(crate) fn new() -> Self {
        let mut text = String::with_capacity(1024);
        text.push('{');
        Self { text }
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        push_text(&mut self.text, value);
    }

    /// Nothing for `None`: what is absent is left out.
    pub(crate) fn optional_text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    pub(crate) fn number(&mut self, key: &str, value: i64) {
        self.key(key);
        // Proof: writing to a String cannot fail.
        let _ = write!(self.text, "{value}");
    }

    /// Nothing for `None`.
    pub(crate) fn optional_number(&mut self, key: &str, value: Option<impl TryInto<i64>>) {
        if let Some(value) = value {
            self.number(key, value.try_into().unwrap_or(i64::MAX));
        }
    }

    /// A value that is JSON already.
    pub(crate) fn json(&mut self, key: &str, json: &str) {
        self.key(key);
        self.text.push_str(json);
    }

    pub(crate) fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }

    fn key(&mut self, key: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        self.text.push('"');
        self.text.push_str(key);
        self.text.push_str("\":");
    }
}

/// Quoted, with the escapes of `JSON.stringify`.
pub(crate) fn push_text(json: &mut String, value: &str) {
    json.push('"');
    let mut start = 0;
    for (index, byte) in value.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            8 => "\\b",
            12 => "\\f",
            0..=31 => "",
            _ => continue,
        };
        json.push_str(&value[start..index]);
        json.push_str(escape);
        if escape.is_empty() {
            // Proof: writing to a String cannot fail.
            let _ = write!(json, "\\u{byte:04x}");
        }
        start = index + 1;
    }
    json.push_str(&value[start..]);
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::Object;

    #[test]
    fn what_is_written_is_what_a_parser_reads() {
        let all: String = (0..0x300).filter_map(char::from_u32).collect();
        let mut object = Object::new();
        object.text("text", &all);
        object.optional_text("absent", None);
        object.number("number", -7);
        object.json("nested", "{}");
        let json = object.finish();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value["text"], all);
        assert_eq!(value["number"], -7);
        assert_eq!(
            json,
            format!(
                r#"{{"text":{},"number":-7,"nested":{{}}}}"#,
                serde_json::Value::from(all)
            )
        );
    }
}
