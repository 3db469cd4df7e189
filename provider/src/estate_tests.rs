//! A model of an estate: many resources, two states, several processes at once.
//!
//! Random stories are told: configurations of integrations and associations that share functions
//! and distributions, each followed by another. Terraform is played by its rules (`terraform.rs`,
//! `plan.rs`, `apply.rs`), the provider is the real one, called through its protocol, and AWS is in
//! memory (`aws.rs`), behind the SDK's connector. Calls of operations that run at once interleave
//! in random orders; some fail, some answers are lost, some processes are killed. After every step
//! `judge.rs` holds the documents, the functions and the states against the promises of
//! docs/design/OWNERSHIP.md, and a broken one is reported with the smallest story that breaks it.
//!
//! `ESTATE_TRANSITIONS` says how many applies to try (`make fuzz` says 50,000), beginning with
//! `ESTATE_FIRST_SEED`; `ESTATE_SEED` tells the story of one seed again. With `ESTATE_SURVEY` a
//! broken promise is printed and the next story told.

mod apply;
mod aws;
mod cloudfront;
mod compare;
mod estate;
mod faults;
mod generate;
mod graph;
mod judge;
mod lambda;
mod old;
mod plan;
mod rows;
mod script;
mod shrink;
mod state;
mod tally;
mod terraform;
mod verdict;
mod words;

use std::env;

use self::script::{Script, Stage};
use self::shrink::shrunk;
use self::tally::Tally;

/// Orders in which each of the known stories is told.
const ORDERS: u64 = 20;
/// In `make test`.
const TRANSITIONS: usize = 500;
/// Seeds follow each other from here.
const FIRST_SEED: u64 = 20_261_128;
/// Futures of the SDK are large without optimization.
const STACK_BYTES: usize = 16 << 20;

fn number(variable: &str) -> Option<u64> {
    let value = env::var(variable).ok()?;
    Some(value.parse().expect("a number"))
}

fn in_runtime<T>(work: impl FnOnce(&tokio::runtime::Runtime) -> T + Send) -> T
where
    T: Send,
{
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let work = || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .start_paused(true)
                .build()
                .expect("a runtime");
            work(&runtime)
        };
        let thread = thread.spawn_scoped(scope, work).expect("a thread");
        thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Tells one story; a broken promise ends the test with the smallest story that breaks it.
fn tell(runtime: &tokio::runtime::Runtime, stage: &Stage, script: &Script) -> Tally {
    let outcome = runtime.block_on(script.tell(stage));
    let Some(broken) = outcome.broken else {
        return outcome.tally;
    };
    let (smallest, outcome) = shrunk(runtime, stage, script, broken.promise);
    let how = outcome.broken.map_or(broken.how, |broken| broken.how);
    panic!(
        "promise {} is broken: {how}\n\n{}\n\nwhat happened:\n{}\n\nThe whole story: ESTATE_SEED={}",
        broken.promise,
        smallest.in_words(),
        outcome.log.join("\n"),
        script.seed
    );
}

#[test]
fn stories_that_lost_protection_once_keep_every_promise_in_every_order() {
    in_runtime(|runtime| {
        let stage = runtime.block_on(Stage::build());
        let mut broken = Vec::new();
        for (name, script) in rows::stories() {
            let told = (0..ORDERS).map(|seed| Script {
                seed,
                ..script.clone()
            });
            let outcomes = told.map(|script| runtime.block_on(script.tell(&stage)));
            let failed: Vec<_> = outcomes
                .filter_map(|outcome| outcome.broken.map(|broken| (broken, outcome.log)))
                .collect();
            if let Some((first, log)) = failed.first() {
                let count = failed.len();
                broken.push(format!(
                    "{name}: {count} of {ORDERS}, promise {}: {}\n{}",
                    first.promise,
                    first.how,
                    log.join("\n")
                ));
            }
        }
        assert!(broken.is_empty(), "{}", broken.join("\n\n"));
    });
}

#[test]
fn whatever_changes_and_whatever_the_order_every_promise_is_kept() {
    in_runtime(|runtime| {
        let stage = runtime.block_on(Stage::build());
        let mut tally = Tally::default();
        if let Some(seed) = number("ESTATE_SEED") {
            if number("ESTATE_SURVEY").is_some() {
                let script = Script::of(seed);
                let outcome = runtime.block_on(script.tell(&stage));
                println!("{}\n\n{}", script.in_words(), outcome.log.join("\n"));
                return;
            }
            tally.add(&tell(runtime, &stage, &Script::of(seed)));
            return tally.print();
        }
        let wanted = number("ESTATE_TRANSITIONS").map_or(TRANSITIONS, |count| count as usize);
        let first = number("ESTATE_FIRST_SEED").unwrap_or(FIRST_SEED);
        for seed in first.. {
            if number("ESTATE_SURVEY").is_some() {
                let script = Script::of(seed);
                let outcome = runtime.block_on(script.tell(&stage));
                tally.add(&outcome.tally);
                if let Some(broken) = outcome.broken {
                    println!("{seed}: promise {}: {}", broken.promise, broken.how);
                    println!("{}\n\n{}", script.in_words(), outcome.log.join("\n"));
                }
                if tally.transitions >= wanted {
                    break;
                }
                continue;
            }
            tally.add(&tell(runtime, &stage, &Script::of(seed)));
            if tally.transitions >= wanted {
                break;
            }
        }
        tally.print();
    });
}
