//! Provider, terraform or both die before and after each AWS call of a create, an import, an update
//! and a destroy.

mod death;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use acceptance::aws::{Moment, Point};
use acceptance::effort::Effort;
use acceptance::terraform::{Outcome, providers_gone};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};

use self::death::Death;
use crate::lives::{Cases, Life, Phase, chosen};

/// The phases that have AWS calls to die at; a plan writes nothing, and every apply begins with
/// one.
const PHASES: [Phase; 4] = [Phase::Create, Phase::Import, Phase::Update, Phase::Destroy];

/// How many lives at a time, when there are many: they mostly wait.
const LANES: usize = 4;

/// How many crashes of each phase `make test` tries.
const SAMPLE: usize = 2;

/// An orphaned provider brings its change to an end, or stops, within this: its two graces and some
/// slack.
const ORPHAN_LIMIT: Duration = Duration::from_secs(120);

/// The end of some process at some call.
struct Crash {
    death: Death,
    moment: Moment,
    point: Point,
}

impl fmt::Display for Crash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = match self.moment {
            Moment::Before => "before",
            Moment::After => "after",
        };
        let Point {
            operation,
            occurrence,
        } = self.point;
        write!(f, "{} {moment} {operation:?} no. {occurrence}", self.death)
    }
}

#[test]
fn whoever_dies_at_whatever_call_the_next_apply_converges() -> Result<()> {
    let effort = Effort::wanted()?;
    let tools = Toolchain::find()?;
    let routes = routes(&tools)?;
    let mut crashes = Vec::new();
    for (phase, route) in &routes {
        let all = chosen(all_at(route), effort, SAMPLE);
        effort.report(&format!("crash.points.{phase}"), route.len(), "calls");
        crashes.extend(all.into_iter().map(|crash| (*phase, crash)));
    }
    let count = crashes.len();
    let longest = Mutex::new(Duration::ZERO);
    let (missed, lost) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let outcomes =
        Cases::new(crashes).meet(effort.of(1, LANES), &tools, |life, phase, crash| {
            let (outcome, left) = die(life, phase, crash)?;
            match left {
                Some(left) => {
                    let mut longest = longest.lock().unwrap_or_else(PoisonError::into_inner);
                    *longest = left.max(*longest);
                }
                None => _ = missed.fetch_add(1, Ordering::Relaxed),
            }
            // Told to exit at once, Terraform may leave the file that it was just writing empty, as
            // it warns.
            if life.restore_lost_state()? {
                lost.fetch_add(1, Ordering::Relaxed);
            }
            life.recover(phase)
                .with_context(|| format!("terraform had said:\n{}", outcome.text))
        })?;
    effort.report("crash.crashes", count, "crashes");
    effort.report("crash.converged", outcomes.survived, "crashes");
    effort.report("crash.not_met", missed.into_inner(), "crashes");
    effort.report("crash.states_lost", lost.into_inner(), "crashes");
    effort.report("crash.lives", outcomes.lives, "lives");
    let longest = longest.into_inner().unwrap_or_default();
    effort.report("crash.longest_orphan", longest.as_millis(), "ms");
    ensure!(
        outcomes.failures.is_empty() && outcomes.survived == count,
        "{} of {count} crashes did not converge:\n\n{}",
        outcomes.failures.len(),
        outcomes.failures.join("\n\n")
    );
    Ok(())
}

/// The calls of each phase when nothing goes wrong.
fn routes(tools: &Toolchain) -> Result<BTreeMap<Phase, Vec<Point>>> {
    let mut life = Life::open(tools)?;
    life.begin()?;
    let mut routes = BTreeMap::new();
    for phase in PHASES {
        life.enter(phase)?;
        let outcome = life.run(phase)?;
        ensure!(
            outcome.code == 0,
            "{phase} failed undisturbed:\n{}",
            outcome.text
        );
        routes.insert(phase, life.proxy.points());
        life.recover(phase)?;
    }
    Ok(routes)
}

fn all_at(route: &[Point]) -> Vec<Crash> {
    let mut crashes = Vec::new();
    for &point in route {
        for moment in [Moment::Before, Moment::After] {
            crashes.extend(Death::ALL.map(|death| Crash {
                death,
                moment,
                point,
            }));
        }
    }
    crashes
}

/// Runs the phase up to the crash, and until everything that it leaves behind has ended. Says too
/// how long an orphan went on; nothing when the call did not come: what an earlier crash of this
/// life has done need not be done again.
fn die(life: &Life, phase: Phase, crash: &Crash) -> Result<(Outcome, Option<Duration>)> {
    let hold = life.proxy.hold_at(crash.point, crash.moment);
    let mut running = life.start(phase)?;
    while !hold.is_reached() && !running.has_ended()? {
        thread::sleep(Duration::from_millis(2));
    }
    if !hold.is_reached() {
        return Ok((running.wait()?, None));
    }
    crash.death.strike(&running)?;
    if crash.death.ends_the_call() {
        hold.cut();
    } else {
        drop(hold);
    }
    let outcome = running.wait()?;
    let left = providers_gone(&life.folder(), ORPHAN_LIMIT)?;
    life.proxy.idle(ORPHAN_LIMIT)?;
    Ok((outcome, Some(left)))
}
