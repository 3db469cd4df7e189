//! Installs a build for one user: into the folders that Terraform and OpenTofu search without any
//! configuration, as a packed mirror ("Implied local mirror directories" in the documentation of
//! the CLI configuration file).

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::platform::Platform;
use crate::workspace::VERSION;
use crate::{mirror, package};

/// Packs the binary and puts it into both registries' folders.
pub(crate) fn install(binary: &Path) -> Result<()> {
    for folder in mirror::folders(&plugins()?) {
        let zip = package::write(&folder, Platform::host()?, binary)?;
        println!("{}", zip.display());
    }
    println!(
        "`terraform init` and `tofu init` install version {VERSION} from there. As long as it is \
         there, they do not ask a registry for this provider; `make uninstall` removes it."
    );
    Ok(())
}

/// Takes every zip of this provider out of these folders, and folders that are empty then.
pub(crate) fn uninstall() -> Result<()> {
    let plugins = plugins()?;
    for folder in mirror::folders(&plugins) {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let file = entry?.path();
            if package::is_of_a_release(&file) {
                fs::remove_file(&file).with_context(|| file.display().to_string())?;
                println!("removed {}", file.display());
            }
        }
        for empty in folder.ancestors().take_while(|folder| **folder != plugins) {
            if fs::remove_dir(empty).is_err() {
                break;
            }
        }
    }
    Ok(())
}

/// `~/.terraform.d/plugins`, on Windows `%APPDATA%\terraform.d\plugins`: both programs search it.
fn plugins() -> Result<PathBuf> {
    let (variable, folder) = if cfg!(windows) {
        ("APPDATA", "terraform.d/plugins")
    } else {
        ("HOME", ".terraform.d/plugins")
    };
    let home = env::var_os(variable).with_context(|| format!("{variable} is not set"))?;
    Ok(PathBuf::from(home).join(folder))
}
