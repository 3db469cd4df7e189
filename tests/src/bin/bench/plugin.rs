//! The protocol crate alone: its example provider, which does next to nothing itself.

use std::path::Path;
use std::time::{Duration, Instant};

use acceptance::terraform::WorkingDirectory;
use acceptance::toolchain::Toolchain;
use anyhow::Result;

use crate::figure::Figure;
use crate::plan::plan;
use crate::start::{Starts, print_size};

/// The example's source, as `required_providers` has it.
const SOURCE: &str = "example/kv";

const PLANS: usize = 15;

/// What each of so many resources waits for in `plugin.parallel_apply`.
const WORK: Duration = Duration::from_millis(200);
const RESOURCES: usize = 64;

pub(crate) fn measure(tools: &Toolchain, example: &Path) -> Result<()> {
    print_size("plugin.binary_mb", example)?;
    let starts = Starts::measure(example)?;
    starts.time.print("plugin.handshake_tls", "ms");
    starts.memory.print("plugin.idle_rss_mb", "MB");
    plans(tools, example)?;
    parallel_apply(tools, example)
}

/// An empty plan over one entry, with and without TLS, against an empty plan over `terraform_data`, in turn.
fn plans(tools: &Toolchain, example: &Path) -> Result<()> {
    let nothing = WorkingDirectory::with_provider(tools, "", SOURCE, example)?;
    nothing.write("main.tf", "resource \"terraform_data\" \"nothing\" {}\n")?;
    let entry = "resource \"kv_entry\" \"one\" {\n  key   = \"one\"\n  value = \"x\"\n}\n";
    let encrypted = store(tools, example, entry)?;
    let mut plain = store(tools, example, entry)?;
    plain.set("TF_DISABLE_PLUGIN_TLS", "1");
    for directory in [&nothing, &encrypted, &plain] {
        directory.init()?;
        directory.apply()?;
    }
    let (mut floor, mut with_tls, mut without) =
        (Figure::default(), Figure::default(), Figure::default());
    for _ in 0..PLANS {
        floor.add(plan(&nothing)?);
        with_tls.add(plan(&encrypted)?);
        without.add(plan(&plain)?);
    }
    with_tls.over(&floor).print("plugin.plan_ratio_tls", "x");
    without.over(&floor).print("plugin.plan_ratio_plain", "x");
    Ok(())
}

/// What remains of an apply of many resources when the work of one of them is taken off: they overlap, so it is not
/// the work of all.
fn parallel_apply(tools: &Toolchain, example: &Path) -> Result<()> {
    let entries = format!(
        "resource \"kv_entry\" \"many\" {{\n  count = {RESOURCES}\n  key   = \"e-${{count.index}}\"\n  value = \"sleep {}ms\"\n}}\n",
        WORK.as_millis()
    );
    let directory = store(tools, example, &entries)?;
    directory.init()?;
    let started = Instant::now();
    directory
        .run(&["apply", "-input=false", "-auto-approve", "-parallelism=64"])?
        .success()?;
    let overhead = started.elapsed().saturating_sub(WORK);
    Figure::from_iter([overhead.as_secs_f64() * 1e3]).print("plugin.parallel_overhead", "ms");
    Ok(())
}

/// A working directory of the example provider, with a store of its own.
fn store(tools: &Toolchain, example: &Path, entries: &str) -> Result<WorkingDirectory> {
    let directory = WorkingDirectory::with_provider(tools, "", SOURCE, example)?;
    let entries_directory = directory.path().join("entries");
    std::fs::create_dir(&entries_directory)?;
    let provider = format!(
        "terraform {{\n  required_providers {{\n    kv = {{ source = {SOURCE:?} }}\n  }}\n}}\nprovider \"kv\" {{\n  directory = {entries_directory:?}\n}}\n"
    );
    directory.write("main.tf", &format!("{provider}{entries}"))?;
    Ok(directory)
}
