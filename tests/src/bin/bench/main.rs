//! Speed, memory and size of the release build: `make bench`.
//!
//! One line a figure: `bench <area>.<name> <median> <unit> (<min>..<max>)`. What is compared is measured in turn, in one run, and
//! given as a ratio, so that a figure means the same on another machine. Nothing here fails for being slow.

mod edge;
mod figure;
mod provider;

use std::time::Duration;

use acceptance::estate::Estate;
use acceptance::interrupt;
use acceptance::toolchain::Toolchain;
use anyhow::Result;

/// The whole run has to end by then; it takes about a minute.
const LIMIT: Duration = Duration::from_secs(600);

fn main() -> Result<()> {
    interrupt::listen(LIMIT)?;
    let mut tools = Toolchain::find()?;
    // The build that users get is the one beside this program.
    tools.provider = std::env::current_exe()?.with_file_name("terraform-provider-netacea");
    let estate = Estate::build_with(tools)?;
    provider::measure(&estate)?;
    edge::measure(&estate)
}
