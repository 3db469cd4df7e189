//! [`ValueError`]: why a value does not fit.

use crate::path::{Path, Step};

/// A value that does not fit its type, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", location(path))]
pub struct ValueError {
    path: Path,
    message: String,
}

impl ValueError {
    /// A problem with the value itself; the path is added on the way out.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            path: Path::default(),
            message: message.into(),
        }
    }

    /// The same problem, one step further down as seen from outside.
    pub fn inside(self, step: Step) -> Self {
        Self {
            path: Path::default().then(step).join(self.path),
            message: self.message,
        }
    }

    /// The same problem, without a word about the value.
    pub(crate) fn concealed(self) -> Self {
        Self {
            path: self.path,
            message: "the sensitive value has the wrong form".to_owned(),
        }
    }

    /// Where the value stands.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is wrong with it.
    pub fn message(&self) -> &str {
        &self.message
    }
}

fn location(path: &Path) -> String {
    if path.steps().is_empty() {
        String::new()
    } else {
        format!("{path}: ")
    }
}
