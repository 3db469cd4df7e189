//! A release as a mirror: the layout of `terraform providers mirror`. The folder serves as a
//! filesystem mirror and, behind any web server, as a network mirror, by the provider network
//! mirror protocol.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::checksums::sha256;
use crate::package;
use crate::workspace::VERSION;

/// The provider's address at Terraform's registry and at OpenTofu's, as folders of a mirror.
const ADDRESSES: [&str; 2] = [
    "registry.terraform.io/netacea/netacea",
    "registry.opentofu.org/netacea/netacea",
];

/// Lays the zips out below `directory`, for both registries. They are links to the files
/// themselves where the file system knows links.
pub(crate) fn write(directory: &Path, zips: &[PathBuf]) -> Result<()> {
    let mut archives = BTreeMap::new();
    for zip in zips {
        let archive = json!({ "url": name(zip), "hashes": [format!("zh:{}", sha256(zip)?)] });
        archives.insert(package::platform(zip)?.name, archive);
    }
    for folder in folders(directory) {
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        for zip in zips {
            place(zip, &folder)?;
        }
        write_json(
            &folder.join("index.json"),
            &json!({ "versions": { VERSION: {} } }),
        )?;
        let version = json!({ "archives": archives });
        write_json(&folder.join(format!("{VERSION}.json")), &version)?;
    }
    Ok(())
}

/// Where a mirror below `directory` has the provider.
pub(crate) fn folders(directory: &Path) -> [PathBuf; 2] {
    ADDRESSES.map(|address| directory.join(address))
}

/// Puts a zip into a folder of a mirror, in place of one that is there.
pub(crate) fn place(zip: &Path, folder: &Path) -> Result<PathBuf> {
    let placed = folder.join(name(zip));
    let unfinished = placed.with_extension("zip.unfinished");
    fs::hard_link(zip, &unfinished)
        .or_else(|_| fs::copy(zip, &unfinished).map(drop))
        .and_then(|()| fs::rename(&unfinished, &placed))
        .with_context(|| format!("cannot write {}", placed.display()))?;
    Ok(placed)
}

fn name(zip: &Path) -> String {
    let name = zip.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn write_json(file: &Path, content: &Value) -> Result<()> {
    fs::write(file, format!("{content:#}\n")).with_context(|| file.display().to_string())
}
