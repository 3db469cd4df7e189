use thiserror::Error;

use super::UnknownChoice;

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
        /// The type that is expected, for example `a text`.
        expected: &'static str,
    },
    /// A key whose text is not on its list.
    #[error("`{key}`: {choice}")]
    Choice {
        /// Key in the file.
        key: String,
        /// The list.
        choice: UnknownChoice,
    },
}
