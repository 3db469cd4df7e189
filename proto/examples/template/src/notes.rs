//! The notes themselves: what would be the client of a service.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use tfplugin::{Diagnostic, Result};

/// A directory with a file for each note.
pub(crate) struct Notes {
    directory: PathBuf,
}

impl Notes {
    pub(crate) fn in_directory(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
        }
    }

    /// Where the note is, whether or not it exists.
    pub(crate) fn path(&self, title: &str) -> PathBuf {
        self.directory.join(format!("{title}.txt"))
    }

    /// The text of the note; `None` if it does not exist.
    pub(crate) fn read(&self, title: &str) -> Result<Option<String>> {
        match fs::read_to_string(self.path(title)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => self.failed("read", title, &error),
        }
    }

    /// Writes the note, whether or not it exists.
    pub(crate) fn write(&self, title: &str, text: &str) -> Result<()> {
        fs::write(self.path(title), text).or_else(|error| self.failed("written", title, &error))
    }

    /// Removes the note. It is not an error if it does not exist.
    pub(crate) fn remove(&self, title: &str) -> Result<()> {
        match fs::remove_file(self.path(title)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                self.failed("removed", title, &error)
            }
            _ => Ok(()),
        }
    }

    fn failed<T>(&self, what: &str, title: &str, error: &std::io::Error) -> Result<T> {
        let path = self.path(title);
        Err(Diagnostic::error(format!("The note cannot be {what}"))
            .detail(format!("{}: {error}.", path.display()))
            .into())
    }
}
