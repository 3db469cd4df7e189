//! One log line.

use std::fmt::Display;

use serde_json::{Map, Value};
use time::OffsetDateTime;
use tracing::Level;

/// A line being put together. `@message`, `@level` and `@timestamp` must be strings: Terraform
/// panics otherwise.
#[derive(Default)]
pub(super) struct Line(Map<String, Value>);

impl Line {
    /// A later field takes the place of an earlier one of that name.
    pub(super) fn field(&mut self, name: &str, value: impl Display) {
        self.0
            .insert(name.to_owned(), Value::String(value.to_string()));
    }

    /// What every line has.
    pub(super) fn head(&mut self, level: Level, module: &str, message: &str, at: OffsetDateTime) {
        self.field("@level", level.as_str().to_ascii_lowercase());
        self.field("@message", message);
        self.field("@module", module);
        self.field("@timestamp", timestamp(at));
    }

    pub(super) fn into_text(self) -> String {
        Value::Object(self.0).to_string()
    }
}

/// Terraform takes exactly six decimals; with any other number of them the line counts as raw text.
fn timestamp(at: OffsetDateTime) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.microsecond()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_form_terraform_parses() {
        let at = OffsetDateTime::from_unix_timestamp_nanos(1_795_412_345_000_042_000)
            .expect("a date in range");
        let mut line = Line::default();
        line.field("key", 7);
        line.field("@level", "an author's idea");
        line.head(Level::WARN, "provider.kv", "two\nlines", at);
        assert_eq!(
            line.into_text(),
            r#"{"@level":"warn","@message":"two\nlines","@module":"provider.kv","@timestamp":"2026-11-23T05:39:05.000042Z","key":"7"}"#
        );
    }
}
