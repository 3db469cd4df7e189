//! [`Journal`]: the function's lines for CloudWatch.

use crate::json::Object;
use crate::settings::LogLevel;

/// Lines for CloudWatch: one JSON object each. Never given anything secret, nor a visitor's own
/// text.
#[derive(Debug)]
pub(crate) struct Journal {
    level: LogLevel,
    lines: Vec<String>,
    repeated: Vec<Repeated>,
}

/// What any visitor can cause any number of times.
#[derive(Debug)]
struct Repeated {
    level: LogLevel,
    message: &'static str,
    reason: &'static str,
    /// Since the line before.
    count: u64,
    /// When that was, in milliseconds on the steady clock.
    written: Option<u64>,
}

/// Milliseconds from one line to the next of the same reason.
const INTERVAL_MS: u64 = 10_000;

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
            repeated: Vec::new(),
        }
    }

    /// Counts something that any visitor can cause. There is a line with the count since the one
    /// before, at most every ten seconds for each reason. `now` on the steady clock.
    pub(crate) fn count(
        &mut self,
        level: LogLevel,
        message: &'static str,
        reason: &'static str,
        now: u64,
    ) {
        let is_same = |other: &&mut Repeated| (other.message, other.reason) == (message, reason);
        match self.repeated.iter_mut().find(is_same) {
            Some(repeated) => repeated.count += 1,
            None => self.repeated.push(Repeated {
                level,
                message,
                reason,
                count: 1,
                written: None,
            }),
        }
        self.write_counts(now);
    }

    /// Writes the counts whose time has come.
    pub(crate) fn write_counts(&mut self, now: u64) {
        let mut repeated = core::mem::take(&mut self.repeated);
        for repeated in &mut repeated {
            let is_due = |written| now.saturating_sub(written) >= INTERVAL_MS;
            if repeated.count > 0 && repeated.written.is_none_or(is_due) {
                let fields = [
                    ("reason", Field::Text(repeated.reason)),
                    ("count", Field::Number(repeated.count)),
                ];
                self.write(repeated.level, repeated.message, &fields);
                repeated.count = 0;
                repeated.written = Some(now);
            }
        }
        self.repeated = repeated;
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
