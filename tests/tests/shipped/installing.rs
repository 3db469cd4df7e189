//! `make install` needs no configuration, `make uninstall` leaves nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use acceptance::toolchain::Toolchain;
use anyhow::{Result, ensure};
use tempfile::TempDir;

use crate::release::{Release, files, host};
use crate::{EXAMPLE, estates, plans_without_a_warning};

#[test]
fn an_installed_build_needs_no_configuration_and_is_taken_away_again() -> Result<()> {
    let unpacked = TempDir::with_prefix("netacea-unpacked-")?;
    let binary = Release::find()?.unpack(host(), unpacked.path())?;
    for estate in estates()? {
        let directory = estate.example_installed_from("", EXAMPLE)?;
        let before = files(&directory.home())?;
        packaging(&directory.home(), &[Path::new("install"), &binary])?;
        // A second time, over what is there: an update.
        packaging(&directory.home(), &[Path::new("install"), &binary])?;
        for registry in ["registry.terraform.io", "registry.opentofu.org"] {
            let folder = directory
                .home()
                .join(".terraform.d/plugins")
                .join(registry)
                .join("netacea/netacea");
            let found = files(&folder)?;
            ensure!(found.len() == 1, "{} has {found:?}", folder.display());
        }
        plans_without_a_warning(&directory)?;
        packaging(&directory.home(), &[Path::new("uninstall")])?;
        let plugins = directory.home().join(".terraform.d/plugins");
        ensure!(files(&plugins)?.is_empty(), "{:?}", files(&plugins)?);
        ensure!(
            fs::read_dir(&plugins)?.next().is_none(),
            "empty folders are left in {}",
            plugins.display()
        );
        // Terraform keeps notes of its own in its home.
        let left: Vec<_> = files(&directory.home())?
            .into_iter()
            .filter(|file| !before.contains(file) && file.to_string_lossy().contains("netacea"))
            .collect();
        ensure!(left.is_empty(), "left behind: {left:?}");
    }
    Ok(())
}

fn packaging(home: &Path, arguments: &[&Path]) -> Result<()> {
    let output = Command::new(Toolchain::find()?.packaging)
        .args(arguments)
        .env("HOME", home)
        .output()?;
    ensure!(
        output.status.success(),
        "packaging {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
