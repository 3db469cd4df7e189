//! The provider processes that a terraform process has started.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

use crate::interrupt;
use crate::terraform::{Outcome, Running};

/// The provider's name as Linux shows it: its first fifteen characters.
const SHOWN_NAME: &str = "terraform-provi";

/// SIGKILL for every provider that `terraform` (a process id) has started, by process id. Fails
/// when there is none.
pub fn kill_providers(terraform: u32) -> Result<()> {
    signal_providers(terraform, Signal::KILL)
}

/// The same with another signal.
pub fn signal_providers(terraform: u32, signal: Signal) -> Result<()> {
    let ids: Vec<Pid> = providers(terraform)
        .into_iter()
        .filter_map(|id| Pid::from_raw(i32::try_from(id).ok()?))
        .collect();
    ensure!(
        !ids.is_empty(),
        "terraform {terraform} has no provider process"
    );
    for id in ids {
        // If it has just ended, that is what was wanted.
        let _ = kill_process(id, signal);
    }
    Ok(())
}

/// The most memory that a running provider of `terraform` (a process id) has held so far, in
/// megabytes. `None`: none is running.
fn peak_memory_of_providers(terraform: u32) -> Option<f64> {
    let peaks = providers(terraform).into_iter().map(peak_memory);
    // A process that ends meanwhile is left out.
    peaks.filter_map(Result::ok).reduce(f64::max)
}

/// Waits for terraform's end, and returns the most memory that one of its providers has held, in
/// megabytes.
pub fn wait_with_peak_memory(running: Running) -> Result<(Outcome, f64)> {
    let (id, ended) = (running.id(), AtomicBool::new(false));
    let (outcome, peak) = thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak: f64 = 0.0;
            while !ended.load(Ordering::SeqCst) {
                peak = peak_memory_of_providers(id).unwrap_or(0.0).max(peak);
                thread::sleep(Duration::from_millis(20));
            }
            peak
        });
        let outcome = running.wait();
        ended.store(true, Ordering::SeqCst);
        (outcome, watch.join())
    });
    Ok((outcome?, peak.ok().context("the watch of the memory")?))
}

/// The most memory that a process has held so far (`VmHWM`), in megabytes.
pub fn peak_memory(process: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .with_context(|| format!("process {process} has no VmHWM"))?;
    let kilobytes: f64 = peak.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}

/// The process ids of the providers below `terraform`.
fn providers(terraform: u32) -> Vec<u32> {
    let processes = processes();
    let below = |mut id: u32| {
        while let Some((parent, _)) = processes.get(&id) {
            if *parent == terraform {
                return true;
            }
            id = *parent;
        }
        false
    };
    processes
        .iter()
        .filter(|(id, (_, name))| name == SHOWN_NAME && below(**id))
        .map(|(id, _)| *id)
        .collect()
}

/// Waits until no provider works for `folder` any more, even if terraform is gone; returns how long
/// that took.
pub fn providers_gone(folder: &Path, limit: Duration) -> Result<Duration> {
    let folder = fs::canonicalize(folder)?;
    let works_here = |id: u32| {
        fs::read_link(format!("/proc/{id}/cwd")).is_ok_and(|directory| directory == folder)
    };
    let started = Instant::now();
    loop {
        let processes = processes();
        let mut providers = processes.iter().filter(|(_, (_, name))| name == SHOWN_NAME);
        if !providers.any(|(id, _)| works_here(*id)) {
            return Ok(started.elapsed());
        }
        interrupt::check()?;
        if started.elapsed() > limit {
            bail!(
                "a provider is still there after {} s",
                started.elapsed().as_secs()
            );
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Process id to parent and name, from `/proc/<id>/stat`: `id (name) state parent …`.
fn processes() -> HashMap<u32, (u32, String)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
            let parent = rest.split_whitespace().nth(1)?.parse().ok()?;
            Some((id, (parent, name.to_owned())))
        })
        .collect()
}
