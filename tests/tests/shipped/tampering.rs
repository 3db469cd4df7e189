//! A zip that somebody has changed is refused.

use std::fs;
use std::path::{Path, PathBuf};

use acceptance::netacea::Authority;
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::release::Release;
use crate::{EXAMPLE, estates, mirrors};

#[test]
fn a_tampered_zip_is_refused_by_its_mirror_and_by_the_lock_file() -> Result<()> {
    let release = Release::find()?;
    let folder = TempDir::with_prefix("netacea-tampered-")?;
    let tampered = release.copy(folder.path())?;
    tamper_with_all(&tampered.folder)?;
    let authority = Authority::create()?;
    let server = mirrors::serve(&tampered, &authority)?;
    for estate in estates()? {
        // The mirror says which hash its zip must have.
        let method = format!(
            "network_mirror {{ url = \"https://localhost:{}/\" }}",
            server.address().port()
        );
        let mut directory = estate.example_installed_from(&method, EXAMPLE)?;
        directory.set("SSL_CERT_FILE", &authority.file().to_string_lossy());
        let refused = directory.run(&["init", "-input=false"])?.code(1)?;
        ensure!(
            refused.unframed().contains("checksum"),
            "not refused for its checksum:\n{}",
            refused.text
        );

        // A folder says nothing; the lock file of a true zip does.
        let method = |release: &Path| format!("filesystem_mirror {{ path = {release:?} }}");
        let directory = estate.example_installed_from(&method(&release.folder), EXAMPLE)?;
        directory.init()?;
        fs::remove_dir_all(directory.path().join(".terraform"))?;
        directory.install_from(&method(&tampered.folder))?;
        let refused = directory.run(&["init", "-input=false"])?.code(1)?;
        ensure!(
            refused.unframed().contains("checksum"),
            "not refused for its checksum:\n{}",
            refused.text
        );
    }
    Ok(())
}

/// Empties the licence in every zip: what is left is a zip without a fault, with another hash.
fn tamper_with_all(folder: &Path) -> Result<()> {
    for zip in zips(folder)? {
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

fn zips(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(zips(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "zip") {
            found.push(path);
        }
    }
    Ok(found)
}
