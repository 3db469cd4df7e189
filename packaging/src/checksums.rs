//! `SHA256SUMS` over what the registries check, the provider's zips and the manifest, and over the
//! lab's zips, which only people check.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::package::prefix;
use crate::workspace;

const MANIFEST: &str = "terraform-registry-manifest.json";

/// Writes the manifest next to the zips, and the sums of all of them and of `labs`.
pub(crate) fn write(directory: &Path, zips: &[PathBuf], labs: &[PathBuf]) -> Result<PathBuf> {
    let manifest = directory.join(format!("{}manifest.json", prefix()));
    fs::copy(workspace::root()?.join(MANIFEST), &manifest).context(MANIFEST)?;
    let mut lines = String::new();
    for file in zips.iter().chain([&manifest]).chain(labs) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        lines += &format!("{}  {name}\n", sha256(file)?);
    }
    let sums = directory.join(format!("{}SHA256SUMS", prefix()));
    fs::write(&sums, lines).with_context(|| sums.display().to_string())?;
    Ok(sums)
}

/// SHA-256 of a file, in hexadecimal digits.
pub(crate) fn sha256(file: &Path) -> Result<String> {
    let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(hex::encode(Sha256::digest(content)))
}
