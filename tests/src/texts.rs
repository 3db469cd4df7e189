//! The files below a folder as strings: pages, sources, and what cites them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The files below `root` that are wanted, by path with slashes. `is_wanted` is called for every
/// path; that of a folder ends in a slash, and nothing below an unwanted folder is read.
pub fn texts(root: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let path = root.join(&folder);
        for entry in fs::read_dir(&path).with_context(|| path.display().to_string())? {
            let entry = entry?;
            let name = format!("{folder}{}", entry.file_name().to_string_lossy());
            let is_folder = entry.file_type()?.is_dir();
            let name = if is_folder { name + "/" } else { name };
            if !is_wanted(&name) {
                continue;
            }
            if is_folder {
                folders.push(name);
            } else {
                let text = fs::read_to_string(entry.path()).with_context(|| name.clone())?;
                texts.insert(name, text);
            }
        }
    }
    Ok(texts)
}
