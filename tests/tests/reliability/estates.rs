//! Many integrations, and one very large distribution: time and calls grow with the estate and no
//! faster, memory does not grow out of hand.

use std::time::{Duration, Instant};

use acceptance::aws::{Distribution, Emulator, Operation, Proxy};
use acceptance::effort::Effort;
use acceptance::estate::{many_distributions, sites};
use acceptance::fixture::wide_distribution;
use acceptance::terraform::{Outcome, WorkingDirectory, wait_with_peak_memory};
use acceptance::toolchain::Toolchain;
use anyhow::{Result, ensure};

const BEHAVIORS: usize = 25;

/// The bars, with `RELIABILITY=full`. A plan keeps every distribution that it has read, for its
/// warnings about hazards.
const MOST_MEGABYTES: f64 = 120.0;
/// For 64 plans at the same time.
const MOST_MEGABYTES_OF_64: f64 = 150.0;
const MOST_READS: f64 = 3.0;

/// Hundreds of functions are made, one after another by the emulator.
const PATIENCE: Duration = Duration::from_secs(3600);

/// An account, and `examples/many-distributions` for it.
struct Account {
    terraform: WorkingDirectory,
    proxy: Proxy,
    emulator: Emulator,
    distributions: Vec<Distribution>,
}

/// One run of terraform.
struct Run {
    outcome: Outcome,
    took: Duration,
    /// Most memory of a provider, in megabytes.
    peak: f64,
    operations: Vec<Operation>,
}

impl Account {
    fn open() -> Result<Self> {
        let tools = Toolchain::find()?;
        let emulator = Emulator::start(&tools.ministack)?;
        let proxy = Proxy::start(&emulator)?;
        let terraform = many_distributions(&tools, &proxy, PATIENCE)?;
        Ok(Self {
            terraform,
            proxy,
            emulator,
            distributions: Vec::new(),
        })
    }

    /// Makes distributions until there are `count`, and configures an integration for each.
    fn grow(&mut self, count: usize) -> Result<()> {
        for index in self.distributions.len()..count {
            let configuration = wide_distribution(&format!("site-{index}"), BEHAVIORS)?;
            let made = self.emulator.create_distribution(&configuration)?;
            self.distributions.push(made);
        }
        sites(&self.terraform, &self.distributions)
    }

    fn run(&self, command: &[&str]) -> Result<Run> {
        self.proxy.forget();
        let started = Instant::now();
        let running = self.terraform.start(command)?;
        let (outcome, peak) = wait_with_peak_memory(running)?;
        let calls = self.proxy.calls();
        Ok(Run {
            outcome,
            took: started.elapsed(),
            peak,
            operations: calls.into_iter().map(|call| call.operation).collect(),
        })
    }
}

impl Run {
    fn count(&self, operation: Operation) -> usize {
        self.operations
            .iter()
            .filter(|found| **found == operation)
            .count()
    }

    /// Which operations, and how often each.
    fn summary(&self) -> String {
        let mut kinds: Vec<Operation> = Vec::new();
        for operation in &self.operations {
            if !kinds.contains(operation) {
                kinds.push(*operation);
            }
        }
        let counted = kinds
            .iter()
            .map(|kind| format!("{kind:?} {}", self.count(*kind)));
        counted.collect::<Vec<_>>().join(", ")
    }
}

#[test]
fn plans_and_calls_grow_with_the_estate_and_no_faster() -> Result<()> {
    let effort = Effort::wanted()?;
    let sizes = effort.of(vec![1, 3, 8], vec![1, 10, 100, 500]);
    let mut account = Account::open()?;
    let (mut calls, mut times) = (Vec::new(), Vec::new());
    for size in sizes {
        account.grow(size)?;
        let apply = account.run(&["apply", "-input=false", "-auto-approve", "-parallelism=64"])?;
        ensure!(apply.outcome.code == 0, "{}", apply.outcome.text);
        let name = |what: &str| format!("estate.{size}.{what}");
        effort.report(
            &name("apply_seconds"),
            apply.took.as_secs_f64().round(),
            "s",
        );
        effort.report(&name("apply_peak_memory"), apply.peak.round(), "MB");
        for (parallelism, most) in [(10, MOST_MEGABYTES), (64, MOST_MEGABYTES_OF_64)] {
            let option = format!("-parallelism={parallelism}");
            let plan = account.run(&["plan", "-input=false", "-detailed-exitcode", &option])?;
            ensure!(
                plan.outcome.code == 0,
                "a plan after the apply of {size} is not empty:\n{}",
                plan.outcome.text
            );
            let writes = plan.operations.iter().filter(|call| call.writes()).count();
            // STS is asked once for each run, whatever the size.
            let reads = plan.operations.len() - plan.count(Operation::Query);
            let name = |what: &str| name(&format!("parallelism_{parallelism}.{what}"));
            effort.report(&name("plan_ms"), plan.took.as_millis(), "ms");
            effort.report(&name("plan_peak_memory"), plan.peak.round(), "MB");
            effort.report(
                &name("reads_per_integration"),
                reads as f64 / size as f64,
                "calls",
            );
            effort.report(&name("writes"), writes, "calls");
            ensure!(writes == 0, "writes of an empty plan: {}", plan.summary());
            ensure!(
                reads as f64 <= MOST_READS * size as f64,
                "{size} integrations: {}",
                plan.summary()
            );
            ensure!(
                plan.peak > 0.0 && plan.peak <= most && apply.peak <= MOST_MEGABYTES,
                "{size} integrations: the provider held {:.0} MB at plan, {:.0} MB at apply",
                plan.peak,
                apply.peak
            );
            calls.push((size as f64, plan.operations.len() as f64));
            times.push((size as f64, plan.took.as_secs_f64()));
        }
    }
    let linear = fit(&calls);
    effort.report("estate.calls_r2", format!("{linear:.4}"), "R²");
    effort.report("estate.plan_time_r2", format!("{:.4}", fit(&times)), "R²");
    ensure!(linear > 0.999, "calls are not linear: {calls:?}");
    Ok(())
}

#[test]
fn seventy_five_behaviors_on_three_events_are_taken_and_left_in_one_put_each() -> Result<()> {
    const MANY: usize = 75;
    let effort = Effort::wanted()?;
    let mut account = Account::open()?;
    let distribution = account
        .emulator
        .create_distribution(&wide_distribution("wide", MANY)?)?;
    let before = distribution.configuration()?.xml;
    account.distributions.push(distribution.clone());
    account.grow(1)?;
    let slots = (MANY + 1) * 3;
    let apply = account.run(&["apply", "-input=false", "-auto-approve"])?;
    ensure!(apply.outcome.code == 0, "{}", apply.outcome.text);
    let puts = apply.count(Operation::UpdateDistribution);
    effort.report("estate.wide.slots", slots, "slots");
    effort.report("estate.wide.puts", puts, "calls");
    effort.report("estate.wide.apply_ms", apply.took.as_millis(), "ms");
    effort.report("estate.wide.peak_memory", apply.peak.round(), "MB");
    ensure!(puts == 1, "{}", apply.summary());
    let held = distribution.configuration()?.xml;
    ensure!(held.matches(":netacea-site-0:1<").count() == slots);
    let plan = account.run(&["plan", "-input=false", "-detailed-exitcode"])?;
    ensure!(plan.outcome.code == 0, "{}", plan.outcome.text);

    let destroy = account.run(&["destroy", "-input=false", "-auto-approve"])?;
    ensure!(destroy.outcome.code == 0, "{}", destroy.outcome.text);
    let puts = destroy.count(Operation::UpdateDistribution);
    ensure!(puts == 1, "{}", destroy.summary());
    ensure!(
        distribution.configuration()?.xml == before,
        "destroy left a mark"
    );
    Ok(())
}

#[test]
fn the_coverage_of_an_account_takes_a_call_for_a_hundred_distributions() -> Result<()> {
    /// Beyond Terraform's own time and the emulator's answers, for a provider that is compiled
    /// without optimization, as in `make soak`. A release takes less than 2.
    const MOST_SECONDS: f64 = 4.0;
    const MOST_CALLS: usize = 8;
    /// Beyond what an empty account takes. A release without glibc takes less than 25.
    const MOST_MEGABYTES: f64 = 35.0;
    let effort = Effort::wanted()?;
    let tools = Toolchain::find()?;
    let emulator = Emulator::start(&tools.ministack)?;
    let proxy = Proxy::start(&emulator)?;
    let mut terraform = WorkingDirectory::of_example(&tools, &proxy.endpoint(), "coverage", &[])?;
    terraform.set_limit(PATIENCE);
    terraform.init()?;
    let plan = |terraform: &WorkingDirectory| -> Result<(Outcome, f64, f64)> {
        let started = Instant::now();
        let running = terraform.start(&["plan", "-input=false", "-json"])?;
        let (outcome, peak) = wait_with_peak_memory(running)?;
        Ok((outcome, started.elapsed().as_secs_f64(), peak))
    };
    let mut made = 0_usize;
    let mut empty = None;
    for size in effort.of(vec![0, 120], vec![0, 1, 100, 500_usize]) {
        for index in made..size {
            emulator
                .create_distribution(&wide_distribution(&format!("site-{index}"), BEHAVIORS)?)?;
        }
        made = size;
        proxy.forget();
        let (outcome, took, peak) = plan(&terraform)?;
        ensure!(outcome.code == 0, "{}", outcome.text);
        let (least_seconds, least_megabytes) = *empty.get_or_insert((took, peak));
        let (own, more) = (took - least_seconds, peak - least_megabytes);
        let calls = proxy.calls();
        let pages = calls
            .iter()
            .filter(|call| call.operation == Operation::ListDistributions);
        // They come one after the other.
        let answers: Duration = pages.clone().map(|page| page.took).sum();
        let answers = answers.as_secs_f64();
        let pages = pages.count();
        let name = |what: &str| format!("estate.coverage.{size}.{what}");
        effort.report(&name("cloudfront_calls"), pages, "calls");
        effort.report(&name("calls"), calls.len(), "calls");
        effort.report(
            &name("ms_beyond_an_empty_account"),
            (own * 1000.0).round(),
            "ms",
        );
        effort.report(
            &name("ms_of_the_emulators_answers"),
            (answers * 1000.0).round(),
            "ms",
        );
        effort.report(&name("peak_memory"), peak.round(), "MB");
        ensure!(
            pages == size.div_ceil(100).max(1),
            "{size} distributions: {pages} pages"
        );
        ensure!(pages <= MOST_CALLS, "{size} distributions: {pages} pages");
        if effort.is_full {
            ensure!(
                own - answers <= MOST_SECONDS,
                "{size} distributions: {own:.1} s"
            );
            ensure!(
                more <= MOST_MEGABYTES,
                "{size} distributions: {more:.0} MB more"
            );
        }
    }
    Ok(())
}

/// How much of the variance a straight line explains (R²).
fn fit(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (mean_x, mean_y) = (mean(|point| point.0), mean(|point| point.1));
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        points.iter().map(|(x, y)| of(x - mean_x, y - mean_y)).sum()
    };
    let (xx, yy, xy) = (sum(&|x, _| x * x), sum(&|_, y| y * y), sum(&|x, y| x * y));
    if yy == 0.0 { 1.0 } else { xy * xy / (xx * yy) }
}
