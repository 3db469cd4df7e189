//! The vitals of an instance: memory, and what it holds open.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

/// Memory in bytes, and what keeps the event loop busy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vitals {
    /// Resident memory.
    pub resident: u64,
    /// Its highest value so far.
    pub resident_peak: u64,
    /// Memory of the wasm instances that still exist.
    pub wasm: u64,
    /// JavaScript's heap in use.
    pub heap: u64,
    /// Open file descriptors: connections, pipes, and what Node itself needs.
    pub descriptors: usize,
    /// What is active in the event loop, by Node's names: `TCPSocketWrap`, `Timeout`, …
    pub resources: BTreeMap<String, usize>,
}

#[derive(Deserialize)]
struct Own {
    wasm: u64,
    heap: u64,
    resources: BTreeMap<String, usize>,
}

impl Vitals {
    /// Joins what the process `id` reports (`own`, JSON of the runner) with what the system
    /// reports.
    pub(super) fn read(id: u32, own: &str) -> Result<Self> {
        let Own {
            wasm,
            heap,
            resources,
        } = serde_json::from_str(own).with_context(|| format!("vitals: {own}"))?;
        let status = fs::read_to_string(format!("/proc/{id}/status"))?;
        Ok(Self {
            resident: kilobytes(&status, "VmRSS:")? * 1024,
            resident_peak: kilobytes(&status, "VmHWM:")? * 1024,
            wasm,
            heap,
            descriptors: fs::read_dir(format!("/proc/{id}/fd"))?.count(),
            resources,
        })
    }

    /// Connections with a call on them; idle ones do not keep the event loop busy.
    pub fn connections(&self) -> usize {
        let sockets = ["TCPSocketWrap", "TLSWrap"].into_iter();
        sockets.filter_map(|name| self.resources.get(name)).sum()
    }
}

fn kilobytes(status: &str, name: &str) -> Result<u64> {
    let line = status.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .with_context(|| format!("no {name} in /proc/…/status"))
}
