use crate::json::Object;
use crate::settings::LogLevel;

/// Lines for CloudWatch: one JSON object each. Never given anything secret, nor a visitor's own
/// text.
#[derive(Debug)]
pub(crate) struct Journal {
    level: LogLevel,
    lines: Vec<String>,
}

/// What varies in a line.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Field<'a> {
    Text(&'a str),
    Number(u64),
}

impl Journal {
    pub(crate) fn new(level: LogLevel) -> Self {
        Self {
            level,
            lines: Vec::new(),
        }
    }

    /// Writes a line if the level is wanted. `message` is a fixed phrase to search for; what varies
    /// is in `fields`.
    pub(crate) fn write(&mut self, level: LogLevel, message: &str, fields: &[(&str, Field<'_>)]) {
        if level as u8 > self.level as u8 {
            return;
        }
        let mut line = Object::new();
        line.text("level", level.as_str());
        line.text("message", message);
        for (name, field) in fields {
            match field {
                Field::Text(text) => line.text(name, text),
                Field::Number(number) => line.optional_number(name, Some(*number)),
            }
        }
        self.lines.push(line.finish());
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
