//! The provider: start, plan, memory, size.

use acceptance::estate::Estate;
use anyhow::Result;

use crate::figure::Figure;
use crate::plan::plan;
use crate::start::{Starts, print_size};

const PLANS: usize = 9;

pub(crate) fn measure(estate: &Estate) -> Result<()> {
    let binary = &estate.tools.provider;
    print_size("provider.binary_mb", binary)?;
    let starts = Starts::measure(binary)?;
    starts.time.print("provider.handshake_tls", "ms");
    starts.memory.print("provider.idle_rss_mb", "MB");
    plans(estate)
}

/// An empty plan over an applied integration, against an empty plan over `terraform_data`, in turn.
fn plans(estate: &Estate) -> Result<()> {
    let plain = estate.configuration("resource \"terraform_data\" \"nothing\" {}\n")?;
    let protected = estate.example("manage-foreign-distribution")?;
    plain.apply()?;
    protected.apply()?;
    let (mut ours, mut theirs) = (Figure::default(), Figure::default());
    for _ in 0..PLANS {
        theirs.add(plan(&plain)?);
        ours.add(plan(&protected)?);
    }
    ours.over(&theirs).print("provider.plan_ratio_tls", "x");
    ours.print("provider.plan_ms", "ms");
    protected.destroy()?;
    Ok(())
}
