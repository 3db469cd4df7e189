//! A zip that somebody has changed is refused.

use std::fs;
use std::path::{Path, PathBuf};

use acceptance::terraform::WorkingDirectory;
use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::mirrors::NetworkMirror;
use crate::release::{Release, files};
use crate::{EXAMPLE, estates};

#[test]
fn a_tampered_zip_is_refused_by_its_mirror_and_by_the_lock_file() -> Result<()> {
    let release = Release::find()?;
    let folder = TempDir::with_prefix("netacea-tampered-")?;
    let tampered = release.copy(folder.path())?;
    tamper_with_all(&tampered.folder)?;
    let mirror = NetworkMirror::serve(&tampered)?;
    for estate in estates()? {
        // The mirror says which hash its zip must have.
        is_refused_for_its_checksum(&mirror.example(&estate)?)?;

        // A folder says nothing; the lock file of a true zip does.
        let directory = estate.example_installed_from(&release.mirror(), EXAMPLE)?;
        directory.init()?;
        fs::remove_dir_all(directory.path().join(".terraform"))?;
        directory.install_from(&tampered.mirror())?;
        is_refused_for_its_checksum(&directory)?;
    }
    Ok(())
}

fn is_refused_for_its_checksum(directory: &WorkingDirectory) -> Result<()> {
    let refused = directory.run(&["init", "-input=false"])?.code(1)?;
    refused.says(&["checksum"])
}

/// Empties the license in every zip: what is left is a zip without a fault, with another hash.
fn tamper_with_all(folder: &Path) -> Result<()> {
    let is_zip = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "zip");
    for zip in files(folder)?.into_iter().filter(is_zip) {
        let mut content = Vec::new();
        let mut archive = zip::ZipArchive::new(fs::File::open(&zip)?)?;
        let mut changed = zip::ZipWriter::new(std::io::Cursor::new(&mut content));
        for index in 0..archive.len() {
            let file = archive.by_index_raw(index)?;
            if file.name()? != "LICENSE" {
                changed.raw_copy_file(file)?;
            }
        }
        changed.start_file("LICENSE", zip::write::SimpleFileOptions::default())?;
        changed.finish()?;
        // The copies in the mirror's folders may be links to one file.
        fs::remove_file(&zip).with_context(|| zip.display().to_string())?;
        fs::write(&zip, content)?;
    }
    Ok(())
}
