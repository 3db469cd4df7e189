//! The protocol crate alone: its example provider, which does almost nothing itself.

use std::os::unix::fs::symlink;
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

/// How long each of the many resources of `plugin.parallel_apply` waits.
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

/// An empty plan over one entry, with and without TLS, against an empty plan over `terraform_data`,
/// in turn.
///
/// Terraform is pointed to the provider for these two. If it has installed a provider, it hashes
/// the whole package at every plan, whatever the provider does: the third figure includes that, and
/// TLS.
fn plans(tools: &Toolchain, example: &Path) -> Result<()> {
    let nothing = WorkingDirectory::with_provider(tools, "", SOURCE, example)?;
    nothing.write("main.tf", "resource \"terraform_data\" \"nothing\" {}\n")?;
    let entry = "resource \"kv_entry\" \"one\" {\n  key   = \"one\"\n  value = \"x\"\n}\n";
    let installed = store(tools, example, entry)?;
    let mut encrypted = store(tools, example, entry)?;
    let mut plain = store(tools, example, entry)?;
    for directory in [&nothing, &installed, &encrypted, &plain] {
        directory.init()?;
        directory.apply()?;
    }
    point_to(&mut encrypted, example)?;
    point_to(&mut plain, example)?;
    plain.set("TF_DISABLE_PLUGIN_TLS", "1");
    let mut times: [Figure; 4] = Default::default();
    for _ in 0..PLANS {
        for (time, directory) in times
            .iter_mut()
            .zip([&nothing, &encrypted, &plain, &installed])
        {
            time.add(plan(directory)?);
        }
    }
    let [floor, with_tls, without, as_installed] = times;
    with_tls.over(&floor).print("plugin.plan_ratio_tls", "x");
    without.over(&floor).print("plugin.plan_ratio_plain", "x");
    as_installed
        .over(&floor)
        .print("plugin.plan_ratio_installed", "x");
    Ok(())
}

/// Lets terraform run the binary where it is.
fn point_to(directory: &mut WorkingDirectory, example: &Path) -> Result<()> {
    let folder = directory.path().join("pointed-to");
    std::fs::create_dir(&folder)?;
    symlink(example, folder.join("terraform-provider-kv"))?;
    let settings = format!(
        "disable_checkpoint = true\nprovider_installation {{\n  dev_overrides {{\n    {SOURCE:?} = {folder:?}\n  }}\n}}\n"
    );
    let file = folder.join("terraform.rc");
    std::fs::write(&file, settings)?;
    directory.set("TF_CLI_CONFIG_FILE", &file.to_string_lossy());
    Ok(())
}

/// The time of an apply of many resources without the work of one of them: their work overlaps, so
/// it counts only once.
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
