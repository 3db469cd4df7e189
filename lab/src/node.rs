//! Node.js, which runs the package as Lambda does.

use std::path::PathBuf;

use acceptance::toolchain::on_path;
use anyhow::{Context, Result};

/// The oldest version that the function runs on.
const OLDEST: (u32, u32) = (20, 0);

/// The `node` command.
pub(crate) fn find() -> Result<PathBuf> {
    on_path("node", OLDEST).context(
        "there is no Node.js 20 or newer on PATH. The lab runs the function in it, as Lambda \
         does. Install it from your system's packages or from https://nodejs.org, and start the \
         lab again",
    )
}
