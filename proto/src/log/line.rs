//! One log line.

use std::fmt::Display;

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::level::Level;

/// Who writes a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The provider's author.
    Provider,
    /// This crate.
    Protocol,
}

/// A line being put together. `@message`, `@level` and `@timestamp` must be texts: Terraform panics
/// otherwise.
pub(super) struct Line(Map<String, Value>);

impl Line {
    pub(super) fn new(
        level: Level,
        module: &str,
        message: &dyn Display,
        at: OffsetDateTime,
    ) -> Self {
        let mut line = Self(Map::new());
        line.field("@level", level.name());
        line.field("@message", message);
        line.field("@module", module);
        line.field("@timestamp", timestamp(at));
        line
    }

    pub(super) fn field(&mut self, name: &str, value: impl Display) {
        self.0
            .insert(name.to_owned(), Value::String(value.to_string()));
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
        let mut line = Line::new(Level::Warn, "provider.kv", &"two\nlines", at);
        line.field("key", 7);
        assert_eq!(
            line.into_text(),
            r#"{"@level":"warn","@message":"two\nlines","@module":"provider.kv","@timestamp":"2026-11-23T05:39:05.000042Z","key":"7"}"#
        );
    }
}
