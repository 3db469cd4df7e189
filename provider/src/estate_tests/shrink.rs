//! The smallest story that still breaks the promise.

use tokio::runtime::Runtime;

use super::cloudfront::Before;
use super::estate::What;
use super::generate::tidy;
use super::script::{Outcome, Script, Stage};

/// Other orders and interleavings to try with each smaller story: what was left out has changed all
/// of them.
const SEEDS: u64 = 12;
/// Stories to try in all.
const MOST: usize = 2000;

pub(super) fn shrunk(
    runtime: &Runtime,
    stage: &Stage,
    script: &Script,
    promise: u8,
) -> (Script, Outcome) {
    let mut tried = 0;
    let mut breaks = |script: &Script| -> Option<(Script, Outcome)> {
        for seed in 0..SEEDS {
            let seed = if seed == 0 { script.seed } else { seed };
            let script = Script {
                seed,
                ..script.clone()
            };
            tried += 1;
            if tried > MOST {
                return None;
            }
            let outcome = runtime.block_on(script.tell(stage));
            if outcome
                .broken
                .as_ref()
                .is_some_and(|broken| broken.promise == promise)
            {
                return Some((script, outcome));
            }
        }
        None
    };
    let mut smallest = (script.clone(), runtime.block_on(script.tell(stage)));
    while let Some(smaller) = smaller(&smallest.0).iter().find_map(&mut breaks) {
        smallest = smaller;
    }
    smallest
}

/// Each with one thing less, the boldest first.
fn smaller(script: &Script) -> Vec<Script> {
    let mut all = Vec::new();
    let mut add = |edit: &dyn Fn(&mut Script)| {
        let mut smaller = script.clone();
        edit(&mut smaller);
        for step in &mut smaller.steps {
            tidy(&mut step.estate);
        }
        if smaller != *script {
            all.push(smaller);
        }
    };
    let count = script.steps.len();
    for index in (0..count).rev() {
        add(&|smaller| drop(smaller.steps.remove(index)));
    }
    for (index, step) in script.steps.iter().enumerate() {
        for fault in 0..step.faults.len() {
            add(&|smaller| _ = smaller.steps[index].faults.remove(fault));
        }
        for state in 0..step.states.len() {
            if step.states.len() > 1 {
                add(&|smaller| _ = smaller.steps[index].states.remove(state));
            }
        }
        add(&|smaller| smaller.steps[index].options.replace = None);
        add(&|smaller| smaller.steps[index].options.taint = None);
        add(&|smaller| smaller.steps[index].options.destroy = false);
        add(&|smaller| smaller.steps[index].moved.clear());
        add(&|smaller| smaller.steps[index].forgotten.clear());
        add(&|smaller| smaller.steps[index].options.parallelism = 1);
    }
    // A resource goes everywhere, or in one step.
    let addresses: std::collections::BTreeSet<_> = script
        .steps
        .iter()
        .flat_map(|step| step.estate.keys().copied())
        .collect();
    for address in &addresses {
        add(&|smaller| {
            for step in &mut smaller.steps {
                step.estate.remove(address);
            }
        });
    }
    add(&|smaller| smaller.linger = 0);
    add(&|smaller| smaller.old = None);
    add(&|smaller| smaller.old = smaller.old.and(Some(None)));
    add(&|smaller| smaller.before = [[Before::Absent; 3]; 2]);
    add(&|smaller| {
        for resource in smaller
            .steps
            .iter_mut()
            .flat_map(|step| step.estate.values_mut())
        {
            resource.alias = 0;
        }
    });
    add(&|smaller| {
        for step in &mut smaller.steps {
            step.states = vec![0];
            step.estate
                .values_mut()
                .for_each(|resource| resource.state = 0);
        }
    });
    for (index, step) in script.steps.iter().enumerate() {
        for address in step.estate.keys() {
            add(&|smaller| drop(smaller.steps[index].estate.remove(address)));
        }
    }
    for address in &addresses {
        for edit in EDITS {
            add(&|smaller| {
                for step in &mut smaller.steps {
                    if let Some(resource) = step.estate.get_mut(address) {
                        edit(resource);
                    }
                }
            });
        }
    }
    for (index, step) in script.steps.iter().enumerate() {
        for address in step.estate.keys() {
            for edit in EDITS {
                add(&|smaller| {
                    edit(
                        smaller.steps[index]
                            .estate
                            .get_mut(address)
                            .expect("it is there"),
                    )
                });
            }
        }
    }
    all
}

type Edit = fn(&mut super::estate::Resource);

const EDITS: [Edit; 7] = [
    |one| one.create_before_destroy = false,
    |one| one.alias = 0,
    |one| {
        if let What::Integration {
            adopt_function,
            on_destroy,
            memory_size,
            ..
        } = &mut one.what
        {
            (*adopt_function, *on_destroy, *memory_size) = (false, "best_effort", 128);
        }
    },
    |one| one.hand_over_from.clear(),
    |one| {
        if let What::Integration { site, .. } = &mut one.what {
            *site = None;
        }
    },
    |one| {
        if let What::Integration {
            site: Some(site), ..
        }
        | What::Association { site, .. } = &mut one.what
        {
            site.adopt = false;
        }
    },
    |one| {
        if let What::Integration {
            site: Some(site), ..
        }
        | What::Association { site, .. } = &mut one.what
        {
            let first = site.behaviors.first().copied().unwrap_or(0);
            site.behaviors = [first].into();
        }
    },
];
