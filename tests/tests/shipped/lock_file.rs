//! The hashes that Terraform locks are those of `SHA256SUMS`.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::release::{Release, host};
use crate::{EXAMPLE, estates};

/// Where Terraform keeps hashes.
const LOCK_FILE: &str = ".terraform.lock.hcl";

/// From a registry Terraform locks the signed sums as `zh:`; from a mirror only what it has
/// computed itself. So the sums are locked here by hand.
#[test]
fn the_sums_are_the_hashes_by_which_terraform_accepts_the_zip() -> Result<()> {
    let release = Release::find()?;
    let name = release.host_zip();
    let name = name.file_name().unwrap_or_default().to_string_lossy();
    let sums = release.sums()?;
    let sum = sums
        .get(&*name)
        .with_context(|| format!("no sum of {name}"))?;
    let method = release.mirror();
    for estate in estates()? {
        let directory = estate.example_installed_from(&method, EXAMPLE)?;
        directory.write(LOCK_FILE, &locked(sum))?;
        directory
            .run(&["init", "-input=false", "-lockfile=readonly"])?
            .success()?;
        let other = estate.example_installed_from(&method, EXAMPLE)?;
        other.write(LOCK_FILE, &locked(&"0".repeat(64)))?;
        let refused = other.run(&["init", "-input=false"])?.code(1)?;
        refused.says(&["doesn't match any of the checksums"])?;
    }
    Ok(())
}

#[test]
fn what_providers_lock_has_computed_is_what_init_finds() -> Result<()> {
    let release = Release::find()?;
    for estate in estates()? {
        let directory = estate.example_installed_from("", EXAMPLE)?;
        let mirror = format!("-fs-mirror={}", release.folder.display());
        let platform = format!("-platform={}", host());
        directory
            .run(&["providers", "lock", &mirror, &platform])?
            .success()?;
        let locked = fs::read_to_string(directory.path().join(LOCK_FILE))?;
        ensure!(locked.contains("\"h1:"), "no hash is locked:\n{locked}");
        directory.install_from(&release.mirror())?;
        directory
            .run(&["init", "-input=false", "-lockfile=readonly"])?
            .success()?;
    }
    Ok(())
}

fn locked(sum: &str) -> String {
    format!(
        "provider \"registry.terraform.io/netacea/netacea\" {{\n  version = \"{}\"\n  \
         hashes  = [\"zh:{sum}\"]\n}}\n",
        env!("CARGO_PKG_VERSION")
    )
}
