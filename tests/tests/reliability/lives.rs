//! Integrations that live from create to destroy, one after the other, each in an account that is
//! new, and are disturbed on the way.

mod condition;
mod life;
mod phase;

use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::fmt::Display;
use std::sync::{Mutex, PoisonError};
use std::thread;

use acceptance::effort::Effort;
use acceptance::toolchain::Toolchain;
use anyhow::Result;

pub(crate) use life::Life;
pub(crate) use phase::Phase;

/// A sign of life every so many lives.
const REPORTED: usize = 20;

/// What is to go wrong in which phase of some life.
pub(crate) struct Cases<D> {
    waiting: Mutex<BTreeMap<Phase, VecDeque<D>>>,
}

/// The cases to try of all that there are: `sample` of them, or every one.
/// `RELIABILITY_ONLY` names those whose description holds it instead: what a failure prints can be
/// tried again by itself.
pub(crate) fn chosen<D: Display>(mut all: Vec<D>, effort: Effort, sample: usize) -> Vec<D> {
    if let Ok(words) = env::var("RELIABILITY_ONLY") {
        all.retain(|case| case.to_string().contains(&words));
        return all;
    }
    fastrand::Rng::with_seed(effort.seed).shuffle(&mut all);
    all.truncate(effort.of(sample, usize::MAX));
    all
}

/// Their results.
#[derive(Debug, Default)]
pub(crate) struct Outcomes {
    /// How many were survived.
    pub(crate) survived: usize,
    /// One text each for those that were not.
    pub(crate) failures: Vec<String>,
    /// How many lives that took.
    pub(crate) lives: usize,
}

impl<D: Display + Send> Cases<D> {
    pub(crate) fn new(all: impl IntoIterator<Item = (Phase, D)>) -> Self {
        let mut waiting = BTreeMap::<Phase, VecDeque<D>>::new();
        for (phase, case) in all {
            waiting.entry(phase).or_default().push_back(case);
        }
        Self {
            waiting: Mutex::new(waiting),
        }
    }

    /// Lives until each was met, `lanes` lives at a time. `meet` has to bring the life to the
    /// end of the phase.
    pub(crate) fn meet(
        self,
        lanes: usize,
        tools: &Toolchain,
        meet: impl Fn(&mut Life, Phase, &D) -> Result<()> + Sync,
    ) -> Result<Outcomes> {
        let outcomes = Mutex::new(Outcomes::default());
        thread::scope(|scope| {
            let lane = || -> Result<()> {
                let mut life = Life::open(tools)?;
                while let Some(plan) = self.next() {
                    {
                        let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
                        outcomes.lives += 1;
                        if outcomes.lives % REPORTED == 0 {
                            let (lives, survived) = (outcomes.lives, outcomes.survived);
                            println!("{lives} lives, {survived} cases survived");
                        }
                    }
                    self.live(&mut life, plan, &meet, &outcomes)?;
                }
                Ok(())
            };
            let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
            lanes.into_iter().try_for_each(|lane| {
                lane.join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
        })?;
        Ok(outcomes
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner))
    }

    fn live(
        &self,
        life: &mut Life,
        mut plan: BTreeMap<Phase, D>,
        meet: &impl Fn(&mut Life, Phase, &D) -> Result<()>,
        outcomes: &Mutex<Outcomes>,
    ) -> Result<()> {
        life.begin()?;
        let mut story = Vec::new();
        for phase in Phase::ALL {
            let case = plan.remove(&phase);
            if case.is_none() && !phase.is_needed() {
                continue;
            }
            story.push(match &case {
                Some(case) => format!("{phase}: {case}"),
                None => format!("{phase}: undisturbed"),
            });
            life.enter(phase)?;
            let passed = match &case {
                Some(case) => meet(life, phase, case),
                None => life.recover(phase),
            };
            let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
            match passed {
                Ok(()) => outcomes.survived += usize::from(case.is_some()),
                Err(error) => {
                    let states = life.states()?;
                    let failure = format!("{}\n{error:?}\nleft: {states}", story.join("\n"));
                    println!("not survived:\n{failure}\n");
                    outcomes.failures.push(failure);
                    // What was to come later in this life comes in another one.
                    for (phase, case) in plan {
                        self.waiting().entry(phase).or_default().push_front(case);
                    }
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn next(&self) -> Option<BTreeMap<Phase, D>> {
        let mut waiting = self.waiting();
        let next: BTreeMap<Phase, D> = waiting
            .iter_mut()
            .filter_map(|(phase, queue)| Some((*phase, queue.pop_front()?)))
            .collect();
        (!next.is_empty()).then_some(next)
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, BTreeMap<Phase, VecDeque<D>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
