//! Reads values from `NetaceaConfig.json`, ours or the vendor's (protocol section 3). The groups
//! name the keys. Values are read by hand, not by serde's derive, whose messages quote the rejected
//! value: it may be a secret.

use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use super::choice::UnknownChoice;
use crate::json::{self, Value};

/// Why a configuration file cannot be read. Shows keys and positions, never values.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// Not JSON at all.
    #[error("the configuration is not valid JSON (line {line}, column {column})")]
    Syntax {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
    },
    /// JSON, but not an object.
    #[error("the configuration must be a JSON object")]
    NotAnObject,
    /// A key with a value of another type.
    #[error("`{key}` must be {expected}")]
    Type {
        /// Key in the file.
        key: String,
        /// The type that is expected, for example `a string`.
        expected: &'static str,
    },
    /// A key whose string is not on its list.
    #[error("`{key}`: {choice}")]
    Choice {
        /// Key in the file.
        key: String,
        /// The list.
        choice: UnknownChoice,
    },
}

/// Something in a configuration file that is accepted but may be a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Key in the file, for example `kinesis.kinesisStreamName`; empty when the warning is about
    /// several.
    pub key: String,
    /// What was found and what happens to it. Never contains a value.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.key, self.message)
        }
    }
}

/// The members of a file. Each is removed as it is read, so those that stay are unknown. Reading
/// goes on after a value of the wrong type; the first such value is the error in the end.
pub(super) struct ConfigurationFile {
    /// The object inside the file that is being read; empty for the file itself.
    section: &'static str,
    members: Vec<Member>,
    warnings: Vec<Warning>,
    error: Option<SettingsError>,
}

struct Member {
    section: &'static str,
    key: String,
    value: Value,
}

impl Member {
    fn qualified(&self) -> String {
        qualified(self.section, &self.key)
    }
}

impl ConfigurationFile {
    pub(super) fn new(bytes: &[u8]) -> Result<Self, SettingsError> {
        let value = json::parse(bytes).map_err(|error| SettingsError::Syntax {
            line: error.line,
            column: error.column,
        })?;
        let Value::Object(members) = value else {
            return Err(SettingsError::NotAnObject);
        };
        let mut reader = Self {
            section: "",
            members: Vec::new(),
            warnings: Vec::new(),
            error: None,
        };
        reader.add("", members);
        Ok(reader)
    }

    /// The warnings, after everything was read: all unknown keys give one warning.
    pub(super) fn finish(mut self) -> Result<Vec<Warning>, SettingsError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let (file, sections): (Vec<_>, Vec<_>) = self
            .members
            .iter()
            .partition(|member| member.section.is_empty());
        let unknown: Vec<String> = sections
            .into_iter()
            .chain(file)
            .map(Member::qualified)
            .collect();
        if !unknown.is_empty() {
            self.warnings.push(Warning {
                key: String::new(),
                message: ["unknown keys are ignored: ", &unknown.join(", ")].concat(),
            });
        }
        Ok(self.warnings)
    }

    pub(super) fn warn(&mut self, key: &str, message: &str) {
        self.warnings.push(Warning {
            key: key.to_owned(),
            message: message.to_owned(),
        });
    }

    /// Reads the object `name`; one that is missing is read as if it were empty.
    pub(super) fn section<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.open(name);
        self.section = name;
        let section = read(self);
        self.section = "";
        section
    }

    /// Whether the object `name` is there. It can be opened several times.
    pub(super) fn open(&mut self, name: &'static str) -> bool {
        let members = self.read(name, "an object", |value| match value {
            Value::Object(members) => Some(members),
            _ => None,
        });
        let found = members.is_some();
        self.add(name, members.unwrap_or_default());
        found
    }

    /// `expected` is the type for the message if `read` returns `None` for a value.
    pub(super) fn read<T>(
        &mut self,
        key: &str,
        expected: &'static str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Option<T> {
        let found = read(self.take(key)?);
        if found.is_none() {
            let key = qualified(self.section, key);
            self.fail(SettingsError::Type { key, expected });
        }
        found
    }

    pub(super) fn string(&mut self, key: &str, default: String) -> String {
        self.optional_string(key).unwrap_or(default)
    }

    pub(super) fn optional_string(&mut self, key: &str) -> Option<String> {
        self.read(key, "a string", |value| match value {
            Value::Text(text) => Some(text),
            _ => None,
        })
    }

    /// Paths are appended to service addresses, so a trailing slash would give `//`.
    pub(super) fn url(&mut self, key: &str, default: String) -> String {
        match self.optional_string(key) {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => default,
        }
    }

    /// A list of strings; empty without one.
    pub(super) fn strings(&mut self, key: &str) -> Vec<String> {
        self.read(key, "a list of strings", |value| match value {
            Value::List(list) => {
                let texts = list.into_iter().map(|value| match value {
                    Value::Text(text) => Some(text),
                    _ => None,
                });
                texts.collect()
            }
            _ => None,
        })
        .unwrap_or_default()
    }

    pub(super) fn integer(&mut self, key: &str, default: u32) -> u32 {
        self.optional_integer(key).unwrap_or(default)
    }

    pub(super) fn optional_integer(&mut self, key: &str) -> Option<u32> {
        self.read(key, "a whole number, 0 or greater", |value| {
            value.as_integer()?.try_into().ok()
        })
    }

    /// A string counts as true only if it is exactly `true` (protocol section 3).
    pub(super) fn flag(&mut self, key: &str, default: bool) -> bool {
        self.read(key, "true or false", |value| match value {
            Value::Flag(flag) => Some(flag),
            Value::Text(text) => Some(text == "true"),
            _ => None,
        })
        .unwrap_or(default)
    }

    pub(super) fn choice<T: FromStr<Err = UnknownChoice>>(&mut self, key: &str, default: T) -> T {
        let Some(string) = self.optional_string(key) else {
            return default;
        };
        string.parse().unwrap_or_else(|choice| {
            let key = qualified(self.section, key);
            self.fail(SettingsError::Choice { key, choice });
            default
        })
    }

    /// Removes and returns a value. `null` and the empty string count as absent: the vendor's
    /// template has empty strings. If a key is repeated, the last one counts, as in JavaScript.
    fn take(&mut self, key: &str) -> Option<Value> {
        let mut taken = None;
        while let Some(position) = self
            .members
            .iter()
            .position(|member| member.section == self.section && member.key == key)
        {
            taken = Some(self.members.remove(position).value);
        }
        taken.filter(|value| *value != Value::Null && value.as_text() != Some(""))
    }

    fn add(&mut self, section: &'static str, members: Vec<(String, Value)>) {
        for (key, value) in members {
            self.members.push(Member {
                section,
                key,
                value,
            });
        }
    }

    fn fail(&mut self, error: SettingsError) {
        self.error.get_or_insert(error);
    }
}

fn qualified(section: &str, key: &str) -> String {
    if section.is_empty() {
        key.to_owned()
    } else {
        [section, ".", key].concat()
    }
}

#[cfg(test)]
mod tests;
