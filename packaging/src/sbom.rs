//! What is inside a binary: a software bill of materials in CycloneDX's form, by cargo-cyclonedx.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::package::prefix;
use crate::platform::Platform;
use crate::workspace;

/// Where `make setup` puts the command.
const CYCLONEDX: &str = ".tools/cargo-cyclonedx/bin/cargo-cyclonedx";

/// Writes `<prefix><os>_<arch>.cdx.json` for the crates that this platform's binary is built of.
pub(crate) fn write(directory: &Path, platform: &Platform) -> Result<PathBuf> {
    let workspace = workspace::root()?;
    let command = workspace.join(CYCLONEDX);
    let status = Command::new(&command)
        .args(["cyclonedx", "--format", "json", "--spec-version", "1.5"])
        .args(["--no-build-deps", "--target", platform.target])
        .args(["--override-filename", platform.name, "--manifest-path"])
        .arg(workspace.join("provider/Cargo.toml"))
        .status()
        .with_context(|| format!("cannot start {}", command.display()))?;
    ensure!(status.success(), "cargo-cyclonedx failed ({status})");
    let written = workspace
        .join("provider")
        .join(format!("{}.json", platform.name));
    let file = directory.join(format!("{}{}.cdx.json", prefix(), platform.name));
    fs::rename(&written, &file).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}
