//! Speed, memory and size of the release build: `make bench`, or `make bench AREA=plugin` for one
//! area. With `BASELINE=<other builds of the provider>`, separated like the folders in `PATH`,
//! instead, this build next to each of them.
//!
//! One line a figure: `bench <area>.<name> <median> <unit> (<min>..<max>)`. Things that are
//! compared are measured in turn, in one run, and printed as a ratio, so that a figure means the
//! same on another machine. Nothing here fails for being slow.

mod baseline;
mod edge;
mod figure;
mod plan;
mod plugin;
mod provider;
mod start;

use std::time::Duration;

use acceptance::estate::Estate;
use acceptance::interrupt;
use acceptance::toolchain::Toolchain;
use anyhow::{Result, ensure};

/// The time limit of the whole run; it takes about two minutes, with a baseline about ten.
const LIMIT: Duration = Duration::from_secs(1800);

const AREAS: [&str; 3] = ["plugin", "provider", "edge"];

fn main() -> Result<()> {
    interrupt::listen(LIMIT)?;
    let area = std::env::args().nth(1);
    let wanted = |name| area.as_deref().is_none_or(|area| area == name);
    ensure!(
        AREAS.into_iter().any(wanted),
        "there is no such area; there are {AREAS:?}"
    );
    let mut tools = Toolchain::find()?;
    // The builds that users get are the ones next to this program.
    let program = std::env::current_exe()?;
    if let Some(files) = std::env::var_os("BASELINE").filter(|files| !files.is_empty()) {
        let baselines: Vec<_> = std::env::split_paths(&files).collect();
        tools.provider = program.with_file_name("terraform-provider-netacea");
        return baseline::measure(&tools, &baselines);
    }
    if wanted("plugin") {
        plugin::measure(&tools, &program.with_file_name("examples").join("kv"))?;
    }
    if wanted("provider") || wanted("edge") {
        tools.provider = program.with_file_name("terraform-provider-netacea");
        let estate = Estate::build_with(tools)?;
        if wanted("provider") {
            provider::measure(&estate)?;
        }
        if wanted("edge") {
            edge::measure(estate)?;
        }
    }
    Ok(())
}
