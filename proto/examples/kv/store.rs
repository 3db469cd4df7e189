//! [`Store`]: one file per entry.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tfplugin::{Diagnostic, Result};

/// A directory of entries.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) directory: PathBuf,
    /// Further directories that get a copy of every entry.
    pub(crate) mirrors: Vec<PathBuf>,
}

/// What is kept under a key.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Stored {
    pub(crate) value: String,
    pub(crate) labels: Option<BTreeMap<String, String>>,
    pub(crate) details: Option<serde_json::Value>,
    pub(crate) secret_length: usize,
    pub(crate) revision: i64,
}

impl Store {
    pub(crate) fn get(&self, key: &str) -> Result<Option<Stored>> {
        match std::fs::read(self.path(key)) {
            Ok(bytes) => Ok(Some(
                serde_json::from_slice(&bytes).map_err(|error| failed("read", key, &error))?,
            )),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", key, &error).into()),
        }
    }

    pub(crate) fn put(&self, key: &str, stored: &Stored) -> Result<()> {
        let bytes = serde_json::to_vec(stored).map_err(|error| failed("write", key, &error))?;
        for path in self.paths(key) {
            std::fs::write(path, &bytes).map_err(|error| failed("write", key, &error))?;
        }
        Ok(())
    }

    pub(crate) fn remove(&self, key: &str) -> Result<()> {
        for path in self.paths(key) {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(failed("remove", key, &error).into());
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The keys of all entries, sorted.
    pub(crate) fn keys(&self) -> Result<Vec<String>> {
        let files =
            std::fs::read_dir(&self.directory).map_err(|error| failed("list", "all", &error))?;
        let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
        let mut keys: Vec<String> = names
            .filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()))
            .collect();
        keys.sort();
        Ok(keys)
    }

    /// Each holder may have one lease at a time.
    pub(crate) fn lease(&self, holder: &str) -> Result<()> {
        let held = std::fs::File::create_new(self.lease_path(holder));
        held.map(drop).map_err(|error| {
            Diagnostic::error(format!("{holder:?} cannot have a lease"))
                .detail(error.to_string())
                .into()
        })
    }

    pub(crate) fn end_lease(&self, holder: &str) -> Result<()> {
        std::fs::remove_file(self.lease_path(holder))
            .map_err(|error| failed("end the lease of", holder, &error).into())
    }

    fn lease_path(&self, holder: &str) -> PathBuf {
        self.directory.join(format!("{holder}.lease"))
    }

    fn paths(&self, key: &str) -> impl Iterator<Item = PathBuf> {
        let directories = std::iter::once(&self.directory).chain(&self.mirrors);
        directories.map(move |directory| directory.join(format!("{key}.json")))
    }

    fn path(&self, key: &str) -> PathBuf {
        self.directory.join(format!("{key}.json"))
    }
}

fn failed(doing: &str, key: &str, error: &dyn std::error::Error) -> Diagnostic {
    Diagnostic::error(format!("Cannot {doing} the entry {key:?}")).detail(error.to_string())
}
