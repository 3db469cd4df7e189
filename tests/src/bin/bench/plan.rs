//! The time of one `terraform plan`.

use std::time::Instant;

use acceptance::terraform::WorkingDirectory;
use anyhow::Result;

/// The time of an empty plan, in milliseconds.
pub(crate) fn plan(directory: &WorkingDirectory) -> Result<f64> {
    let started = Instant::now();
    directory
        .run(&["plan", "-input=false", "-detailed-exitcode"])?
        .code(0)?;
    Ok(started.elapsed().as_secs_f64() * 1e3)
}
