//! Every AWS call of a create, an update, a read and a destroy goes wrong in every way: it works
//! out all the same, or one diagnostic says why not and what to do; and once AWS is itself again,
//! the next apply converges.

mod case;
mod verdict;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use acceptance::aws::Point;
use acceptance::effort::Effort;
use acceptance::terraform::Summary;
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};

use self::case::{Case, cases};
use self::verdict::Verdict;
use crate::lives::{Cases, Life, Phase, chosen};

const PHASES: [Phase; 4] = [Phase::Create, Phase::Update, Phase::Read, Phase::Destroy];

/// How many lives at a time, when there are many: they mostly wait.
const LANES: usize = 4;

/// How many cases of each phase `make test` tries.
const SAMPLE: usize = 2;

/// What the provider waits for is not to come: it gives up after this.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs, plans and slow machines take time of their own.
const SLACK: Duration = Duration::from_secs(100);

#[derive(Default)]
struct Tally {
    succeeded: usize,
    refused: usize,
    missed: usize,
    longest: Duration,
}

#[test]
fn whatever_goes_wrong_ends_well_or_in_one_diagnostic_and_the_next_apply_converges() -> Result<()> {
    let effort = Effort::wanted()?;
    let tools = Toolchain::find()?;
    let mut wanted = Vec::new();
    for (phase, route) in routes(&tools)? {
        let mut all = cases(phase, &route);
        effort.report(&format!("fault.cases.{phase}"), all.len(), "cases");
        // The slow ones are for those who have time.
        all.retain(|case| effort.is_full || !case.lasts);
        let all = chosen(all, effort, SAMPLE);
        wanted.extend(all.into_iter().map(|case| (phase, case)));
    }
    let count = wanted.len();
    let tally = Mutex::new(Tally::default());
    let outcomes = Cases::new(wanted).meet(effort.of(1, LANES), &tools, |life, phase, case| {
        suffer(life, phase, case, &tally)
    })?;
    let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    effort.report("fault.cases", count, "cases");
    effort.report("fault.succeeded", tally.succeeded, "cases");
    effort.report("fault.one_diagnostic", tally.refused, "cases");
    effort.report("fault.not_met", tally.missed, "cases");
    effort.report("fault.converged", outcomes.survived, "cases");
    effort.report("fault.lives", outcomes.lives, "lives");
    effort.report("fault.longest_run", tally.longest.as_millis(), "ms");
    ensure!(
        outcomes.failures.is_empty() && outcomes.survived == count,
        "{} of {count} cases did not end well:\n\n{}",
        outcomes.failures.len(),
        outcomes.failures.join("\n\n")
    );
    Ok(())
}

/// The calls of each phase when nothing goes wrong.
fn routes(tools: &Toolchain) -> Result<Vec<(Phase, Vec<Point>)>> {
    let mut life = Life::open(tools)?;
    life.begin()?;
    let mut routes = Vec::new();
    for phase in PHASES {
        life.enter(phase)?;
        ensure!(life.run(phase)?.code == 0, "{phase} failed undisturbed");
        routes.push((phase, life.proxy.points()));
        life.recover(phase)?;
    }
    Ok(routes)
}

/// Runs the phase under the faults of `case`, judges the result, and brings the phase to its end
/// without them.
fn suffer(life: &mut Life, phase: Phase, case: &Case, tally: &Mutex<Tally>) -> Result<()> {
    if case.lasts {
        life.be_patient(PATIENCE);
        if phase == Phase::Destroy {
            // A destroy's limit is in the state.
            life.run(Phase::Update)?.success()?;
        }
    }
    life.proxy.forget();
    for fault in &case.faults {
        life.proxy.script(fault.clone());
    }
    let started = Instant::now();
    let outcome = life.run(phase)?;
    let took = started.elapsed();
    let met = life.proxy.struck() > 0;
    life.proxy.relent();
    ensure!(took < case.limit() + SLACK, "it took {} s", took.as_secs());
    let verdict = Verdict::on(&outcome, case).with_context(|| outcome.text.clone())?;
    {
        let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.longest = tally.longest.max(took);
        match (verdict, met) {
            (_, false) => tally.missed += 1,
            (Verdict::Succeeded, _) => tally.succeeded += 1,
            (Verdict::Refused, _) => tally.refused += 1,
        }
    }
    let told = || format!("after\n{}", outcome.text);
    match (verdict, phase) {
        (Verdict::Refused, _) => life.recover(phase).with_context(told),
        // An error would taint what may be at work, so it is a warning, and the next plan shows
        // what is there.
        (Verdict::Succeeded, _) if outcome.has_warned(Summary::OutcomeNotKnown) => {
            life.recover(phase).with_context(told)
        }
        (Verdict::Succeeded, Phase::Destroy) => {
            if outcome.has_warned(Summary::FunctionIsLeftBehind) {
                life.left_behind().with_context(told)
            } else {
                life.gone().with_context(told)
            }
        }
        (Verdict::Succeeded, _) => {
            // The last call of a create may fail with a warning; the next apply that touches the
            // function repeats it.
            let diagnostics = outcome.diagnostics();
            if diagnostics
                .iter()
                .any(|diagnostic| diagnostic.names("lambda:TagResource"))
            {
                life.enter(Phase::Update)?;
                life.recover(Phase::Update).with_context(told)?;
            }
            life.settled().with_context(told)
        }
    }
}
