//! What is inside a binary: a software bill of materials in CycloneDX's form, by cargo-cyclonedx.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::package::{lab_prefix, prefix};
use crate::platform::Platform;
use crate::workspace;

/// Where `make setup` puts the command.
const CYCLONEDX: &str = ".tools/cargo-cyclonedx/bin/cargo-cyclonedx";

/// Writes `<prefix><os>_<arch>.cdx.json` for the crates that this platform's provider is built of,
/// and the same for the lab where it runs.
pub(crate) fn write(directory: &Path, platform: &Platform) -> Result<Vec<PathBuf>> {
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
    let lab = platform.has_lab().then(|| ("lab", lab_prefix()));
    let mut files = Vec::new();
    for (folder, prefix) in [("provider", prefix())].into_iter().chain(lab) {
        let written = workspace
            .join(folder)
            .join(format!("{}.json", platform.name));
        let file = directory.join(format!("{prefix}{}.cdx.json", platform.name));
        let bom = reproducible(&fs::read_to_string(&written)?, &workspace)?;
        fs::write(&file, bom).with_context(|| format!("cannot write {}", file.display()))?;
        files.push(file);
    }
    // It writes one for each member of the workspace.
    for member in members(&workspace)? {
        fs::remove_file(member.join(format!("{}.json", platform.name)))
            .with_context(|| member.display().to_string())?;
    }
    Ok(files)
}

/// The same checkout gives the same bytes everywhere: without time and serial number, which are
/// optional, and without names of folders.
fn reproducible(bom: &str, workspace: &Path) -> Result<String> {
    let folder = format!("file://{}", workspace.display());
    let mut bom: Value = serde_json::from_str(&bom.replace(&folder, "file://"))?;
    if let Some(bom) = bom.as_object_mut() {
        bom.remove("serialNumber");
    }
    if let Some(metadata) = bom["metadata"].as_object_mut() {
        metadata.remove("timestamp");
    }
    Ok(format!("{bom:#}\n"))
}

/// The folders of the workspace's crates.
fn members(workspace: &Path) -> Result<Vec<PathBuf>> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(workspace)
        .output()
        .context("cannot start cargo")?;
    ensure!(
        output.status.success(),
        "cargo metadata failed ({})",
        output.status
    );
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let manifests = packages.filter_map(|package| package["manifest_path"].as_str());
    let folders = manifests.filter_map(|manifest| Path::new(manifest).parent());
    Ok(folders.map(Path::to_owned).collect())
}
