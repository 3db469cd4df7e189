//! The repository that is packed.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The crate that the registries publish, and the name of its binary.
pub(crate) const PROVIDER: &str = "terraform-provider-netacea";

/// The crate of the lab, and the name of its binary.
pub(crate) const LAB: &str = "netacea-edge-lab";

/// The version in every name: that of the workspace.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Its root folder.
pub(crate) fn root() -> Result<PathBuf> {
    let packaging = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = packaging
        .parent()
        .context("the crate has no parent folder")?;
    Ok(root.to_owned())
}
