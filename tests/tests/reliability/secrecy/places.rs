//! Everything that a run leaves behind, to be searched for secrets.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use acceptance::aws::{Operation, RecordedCall};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use zip::ZipArchive;

use super::canaries::Canaries;

/// Where secrets are looked for.
#[derive(Default)]
pub(super) struct Places {
    all: Vec<(String, Vec<u8>)>,
}

impl Places {
    pub(super) fn add(&mut self, name: &str, content: impl Into<Vec<u8>>) {
        self.all.push((name.to_owned(), content.into()));
    }

    /// Every file below `folder`; of a saved plan, which is a zip, every file in it. Links lead to
    /// the provider and are not followed.
    pub(super) fn add_folder(&mut self, name: &str, folder: &Path) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let (path, kind) = entry.map(|entry| (entry.path(), entry.file_type()))?;
            let kind = kind?;
            self.add(
                &format!("{name}: a file's name"),
                path.to_string_lossy().as_bytes(),
            );
            if kind.is_dir() {
                self.add_folder(name, &path)?;
            } else if kind.is_file() {
                self.add_file(&format!("{name}: {}", path.display()), fs::read(&path)?)?;
            }
        }
        Ok(())
    }

    /// What a call says: of an upload everything but the package.
    pub(super) fn add_call(&mut self, call: &RecordedCall) -> Result<()> {
        let name = format!("{:?} {}", call.operation, call.path);
        let mut body = call.body.to_vec();
        if matches!(
            call.operation,
            Operation::CreateFunction | Operation::UpdateFunctionCode
        ) {
            let mut upload: Value = serde_json::from_slice(&body).context("an upload")?;
            for package in [&["Code", "ZipFile"][..], &["ZipFile"]] {
                let path = format!("/{}", package.join("/"));
                if let Some(package) = upload.pointer_mut(&path) {
                    *package = Value::Null;
                }
            }
            body = upload.to_string().into_bytes();
        }
        self.add(&format!("path of {name}"), call.path.as_bytes());
        self.add(&format!("body of {name}"), body);
        Ok(())
    }

    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.all.iter().map(|(_, content)| content.len()).sum()
    }

    /// What got out where.
    pub(super) fn hits(&self, canaries: &Canaries) -> Vec<String> {
        let mut hits = Vec::new();
        for (place, content) in &self.all {
            for form in canaries.found_in(content) {
                hits.push(format!("{form}: {place}"));
            }
        }
        hits
    }

    /// What is not a secret is found in these, so they hold what they should: the end of a place's
    /// name, and the words.
    pub(super) fn were_really_searched(&self, places: &[(&str, &str)]) -> Result<()> {
        for (place, words) in places {
            let found = self.all.iter().any(|(name, content)| {
                name.ends_with(place) && String::from_utf8_lossy(content).contains(words)
            });
            ensure!(found, "{place} does not mention {words:?}");
        }
        Ok(())
    }

    fn add_file(&mut self, name: &str, content: Vec<u8>) -> Result<()> {
        if let Ok(mut archive) = ZipArchive::new(Cursor::new(&content)) {
            for index in 0..archive.len() {
                let mut file = archive.by_index(index)?;
                let mut inner = Vec::new();
                file.read_to_end(&mut inner)?;
                let name = format!("{name}/{}", file.name()?);
                self.add(&name, inner);
            }
        }
        self.add(name, content);
        Ok(())
    }
}
