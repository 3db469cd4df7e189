//! This build next to others: the time and the memory of a plan of a hundred integrations.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use acceptance::aws::{Distribution, Emulator, Proxy};
use acceptance::estate::{many_distributions, sites};
use acceptance::fixture::wide_distribution;
use acceptance::terraform::{WorkingDirectory, wait_with_peak_memory};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result};

use crate::figure::Figure;

const INTEGRATIONS: usize = 100;
const BEHAVIORS: usize = 25;
const PLANS: usize = 9;

/// Creating a hundred functions takes the emulator minutes.
const PATIENCE: Duration = Duration::from_secs(900);

/// One build, with the time and memory of its plans.
struct Contestant {
    name: String,
    terraform: WorkingDirectory,
    /// In milliseconds.
    times: Figure,
    /// In megabytes.
    peaks: Figure,
}

/// Plans in turn with this build and each of `baselines`, over one estate that the first of them
/// has made. Every plan is empty.
pub(crate) fn measure(tools: &Toolchain, baselines: &[PathBuf]) -> Result<()> {
    let emulator = Emulator::start(&tools.ministack)?;
    let proxy = Proxy::start(&emulator)?;
    let distributions: Vec<Distribution> = (0..INTEGRATIONS)
        .map(|index| wide_distribution(&format!("site-{index}"), BEHAVIORS))
        .map(|configuration| emulator.create_distribution(&configuration?))
        .collect::<Result<_>>()?;
    let open = |provider: &Path| Contestant::open(tools, &proxy, &distributions, provider);
    let mut contestants: Vec<Contestant> = baselines
        .iter()
        .map(|provider| open(provider))
        .collect::<Result<_>>()?;
    let (first, others) = contestants.split_first().context("no baseline")?;
    first
        .terraform
        .run(&["apply", "-input=false", "-auto-approve", "-parallelism=64"])?
        .success()?;
    let mut ours = open(&tools.provider)?;
    for other in others.iter().chain([&ours]) {
        other.terraform.take_over(&first.terraform)?;
    }
    for round in 0..PLANS {
        // The second build may find warm caches, so they take turns.
        if round % 2 == 0 {
            ours.plan()?;
        }
        for contestant in &mut contestants {
            contestant.plan()?;
        }
        if round % 2 == 1 {
            ours.plan()?;
        }
    }
    for other in &contestants {
        let name = |figure: &str| format!("baseline.{}.{figure}", other.name);
        ours.times.over(&other.times).print(&name("plan_time"), "x");
        ours.peaks
            .over(&other.peaks)
            .print(&name("plan_peak_memory"), "x");
    }
    ours.times.print("baseline.plan_ms", "ms");
    ours.peaks.print("baseline.plan_peak_mb", "MB");
    Ok(())
}

impl Contestant {
    fn open(
        tools: &Toolchain,
        proxy: &Proxy,
        distributions: &[Distribution],
        provider: &Path,
    ) -> Result<Self> {
        let name = provider.file_name().unwrap_or_default().to_string_lossy();
        let tools = Toolchain {
            provider: provider.to_owned(),
            ..tools.clone()
        };
        let terraform = many_distributions(&tools, proxy, PATIENCE)?;
        sites(&terraform, distributions)?;
        Ok(Self {
            name: name.into_owned(),
            terraform,
            times: Figure::default(),
            peaks: Figure::default(),
        })
    }

    fn plan(&mut self) -> Result<()> {
        let started = Instant::now();
        let plan = self
            .terraform
            .start(&["plan", "-input=false", "-detailed-exitcode"])?;
        let (outcome, peak) = wait_with_peak_memory(plan)?;
        outcome.code(0)?;
        self.times.add(started.elapsed().as_secs_f64() * 1e3);
        self.peaks.add(peak);
        Ok(())
    }
}
