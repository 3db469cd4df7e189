//! The zips of one platform, each with the license: the provider under the name that the registries
//! want, and the lab together with the provider.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use crate::platform::Platform;
use crate::workspace::{self, LAB, PROVIDER, VERSION};

const LICENSE: &str = "LICENSE";

/// `terraform-provider-netacea_<version>_`, with which every file of a release begins.
pub(crate) fn prefix() -> String {
    format!("{PROVIDER}_{VERSION}_")
}

/// With which the files of the lab begin.
pub(crate) fn lab_prefix() -> String {
    format!("{LAB}_{VERSION}_")
}

/// Packs the provider as `<prefix><os>_<arch>.zip`.
pub(crate) fn write(directory: &Path, platform: &Platform, provider: &Path) -> Result<PathBuf> {
    let file = directory.join(format!("{}{}.zip", prefix(), platform.name));
    let program = format!("{PROVIDER}_v{VERSION}{}", platform.suffix);
    pack(file, &[(&program, provider)])
}

/// Packs the lab as `<lab prefix><os>_<arch>.zip`, with the provider, whose package it runs.
pub(crate) fn write_lab(
    directory: &Path,
    platform: &Platform,
    lab: &Path,
    provider: &Path,
) -> Result<PathBuf> {
    let file = directory.join(format!("{}{}.zip", lab_prefix(), platform.name));
    pack(file, &[(LAB, lab), (PROVIDER, provider)])
}

/// The same input gives the same bytes everywhere: time, modes and system are fixed.
fn pack(file: PathBuf, programs: &[(&str, &Path)]) -> Result<PathBuf> {
    let directory = file.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
    let unfinished = file.with_extension("zip.unfinished");
    let created = File::create(&unfinished);
    let mut zip =
        ZipWriter::new(created.with_context(|| format!("cannot write {}", unfinished.display()))?);
    let license = workspace::root()?.join(LICENSE);
    let license = [(LICENSE, license.as_path(), 0o644)].into_iter();
    let programs = programs
        .iter()
        .map(|(name, source)| (*name, *source, 0o755));
    for (name, source, mode) in license.chain(programs) {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(mode)
            .system(System::Unix);
        zip.start_file(name, options)?;
        let mut source =
            File::open(source).with_context(|| format!("cannot read {}", source.display()))?;
        io::copy(&mut source, &mut zip)?;
    }
    zip.finish()?;
    // Terraform may be reading the one of before.
    fs::rename(&unfinished, &file)?;
    Ok(file)
}

/// The provider's zips of this version in a folder, in the order of their names.
pub(crate) fn find(directory: &Path) -> Result<Vec<PathBuf>> {
    let zips = zips(directory, &prefix())?;
    ensure!(
        !zips.is_empty(),
        "{} has no {}*.zip: run `make dist` first",
        directory.display(),
        prefix()
    );
    Ok(zips)
}

/// The lab's zips of this version in a folder, in the order of their names.
pub(crate) fn find_labs(directory: &Path) -> Result<Vec<PathBuf>> {
    zips(directory, &lab_prefix())
}

fn zips(directory: &Path, prefix: &str) -> Result<Vec<PathBuf>> {
    let mut zips = Vec::new();
    for entry in fs::read_dir(directory).with_context(|| directory.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(prefix) && name.ends_with(".zip") {
            zips.push(entry.path());
        }
    }
    zips.sort();
    Ok(zips)
}

/// Whether a file is such a zip, of this version or another.
pub(crate) fn is_of_a_release(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(&format!("{PROVIDER}_")) && name.ends_with(".zip")
}

/// What such a zip is for, by its name.
pub(crate) fn platform(zip: &Path) -> Result<&'static Platform> {
    let name = zip.file_name().unwrap_or_default().to_string_lossy();
    let name = name
        .strip_prefix(&prefix())
        .and_then(|name| name.strip_suffix(".zip"))
        .with_context(|| format!("{} is not the zip file of a release", zip.display()))?;
    Platform::named(name)
}
