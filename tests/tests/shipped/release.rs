//! The files of a release.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use zip::ZipArchive;

/// What every file of a release begins with.
const PREFIX: &str = concat!(
    "terraform-provider-netacea_",
    env!("CARGO_PKG_VERSION"),
    "_"
);

/// The same for the lab.
const LAB_PREFIX: &str = concat!("netacea-edge-lab_", env!("CARGO_PKG_VERSION"), "_");

/// A folder that `packaging` has filled.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    pub(crate) folder: PathBuf,
}

impl Release {
    /// The one that `DIST` names, or the built provider, packed once in this run.
    pub(crate) fn find() -> Result<Self> {
        static PACKED: Mutex<Option<Release>> = Mutex::new(None);
        if let Some(folder) = env::var_os("DIST") {
            return Ok(Self {
                folder: folder.into(),
            });
        }
        let mut packed = PACKED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(release) = &*packed {
            return Ok(release.clone());
        }
        let release = Self {
            folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("shipped"),
        };
        let tools = Toolchain::find()?;
        release.packaging(&tools, "pack", &[&tools.provider])?;
        release.packaging(&tools, "sums", &[])?;
        Ok(packed.insert(release).clone())
    }

    /// The zip for a platform, such as `linux_amd64`.
    pub(crate) fn zip(&self, platform: &str) -> PathBuf {
        self.folder.join(format!("{PREFIX}{platform}.zip"))
    }

    /// The lab's zip for this machine.
    pub(crate) fn lab_zip(&self) -> PathBuf {
        self.folder.join(format!("{LAB_PREFIX}{}.zip", host()))
    }

    /// The zip for this machine.
    pub(crate) fn host_zip(&self) -> PathBuf {
        self.zip(host())
    }

    /// The bill of materials of the zip for this machine.
    pub(crate) fn host_sbom(&self) -> PathBuf {
        self.folder.join(format!("{PREFIX}{}.cdx.json", host()))
    }

    /// `SHA256SUMS`.
    pub(crate) fn sums_file(&self) -> PathBuf {
        self.folder.join(format!("{PREFIX}SHA256SUMS"))
    }

    /// The sums by name of the file.
    pub(crate) fn sums(&self) -> Result<BTreeMap<String, String>> {
        let file = self.sums_file();
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let lines = text.lines().filter_map(|line| line.split_once("  "));
        Ok(lines
            .map(|(sum, name)| (name.to_owned(), sum.to_owned()))
            .collect())
    }

    /// Unpacks the binary for a platform into `folder`.
    pub(crate) fn unpack(&self, platform: &str, folder: &Path) -> Result<PathBuf> {
        let mut archive = open(&self.zip(platform))?;
        let mut names = archive.file_names().filter_map(Result::ok);
        let name = names
            .find(|name| name.starts_with("terraform-provider-netacea_v"))
            .context("the zip has no provider")?
            .into_owned();
        drop(names);
        archive.extract(folder)?;
        Ok(folder.join(name))
    }

    /// How terraform is told to install from this folder.
    pub(crate) fn mirror(&self) -> String {
        format!("filesystem_mirror {{ path = {:?} }}", self.folder)
    }

    /// Another copy, to be changed.
    pub(crate) fn copy(&self, folder: &Path) -> Result<Self> {
        let copied = Command::new("cp")
            .arg("-R")
            .arg(&self.folder)
            .arg(folder)
            .status()?;
        ensure!(copied.success(), "cp: {copied}");
        Ok(Self {
            folder: folder.join(self.folder.file_name().unwrap_or_default()),
        })
    }

    fn packaging(&self, tools: &Toolchain, command: &str, arguments: &[&Path]) -> Result<()> {
        let output = Command::new(&tools.packaging)
            .arg(command)
            .arg(&self.folder)
            .args(arguments)
            .env_remove("GPG_KEY")
            .output()
            .with_context(|| format!("missing {}: run `make build`", tools.packaging.display()))?;
        ensure!(
            output.status.success(),
            "packaging {command}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }
}

/// A zip of a release.
pub(crate) fn open(zip: &Path) -> Result<ZipArchive<fs::File>> {
    let file =
        fs::File::open(zip).with_context(|| format!("{}: run `make dist` first", zip.display()))?;
    Ok(ZipArchive::new(file)?)
}

/// The registries' name of this machine's platform.
pub(crate) fn host() -> &'static str {
    if cfg!(target_arch = "aarch64") {
        "linux_arm64"
    } else {
        "linux_amd64"
    }
}

/// Writes a shell script that can be started.
pub(crate) fn program(file: &Path, script: &str) -> Result<()> {
    fs::write(file, format!("#!/bin/sh\n{script}\n"))?;
    fs::set_permissions(file, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
