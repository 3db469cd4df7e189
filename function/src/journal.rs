use serde_json::{Map, Value};

use crate::settings::LogLevel;

/// Lines for CloudWatch: one JSON object each. Never given anything secret, nor a visitor's own text.
#[derive(Debug)]
pub(crate) struct Journal {
    level: LogLevel,
    lines: Vec<String>,
}

impl Journal {
    pub(crate) fn new(level: LogLevel) -> Self {
        Self {
            level,
            lines: Vec::new(),
        }
    }

    /// Writes a line if the level is wanted. `message` is a fixed phrase to search for; what varies is in `fields`.
    pub(crate) fn write(&mut self, level: LogLevel, message: &str, fields: &[(&str, Value)]) {
        if level as u8 > self.level as u8 {
            return;
        }
        let mut line = Map::new();
        line.insert("level".to_owned(), level.as_str().into());
        line.insert("message".to_owned(), message.into());
        line.extend(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        self.lines.push(Value::Object(line).to_string());
    }

    /// Adds a line that is written whatever the level.
    pub(crate) fn add(&mut self, line: String) {
        self.lines.push(line);
    }

    /// Hands over what has been written since the last time.
    pub(crate) fn take(&mut self) -> Vec<String> {
        core::mem::take(&mut self.lines)
    }
}
