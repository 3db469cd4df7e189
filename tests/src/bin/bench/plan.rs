//! The time of one `terraform plan`.

use std::time::Instant;

use acceptance::terraform::WorkingDirectory;
use anyhow::Result;

/// In milliseconds. There must be nothing to do.
pub(crate) fn plan(directory: &WorkingDirectory) -> Result<f64> {
    let started = Instant::now();
    directory
        .run(&["plan", "-input=false", "-detailed-exitcode"])?
        .code(0)?;
    Ok(started.elapsed().as_secs_f64() * 1e3)
}
