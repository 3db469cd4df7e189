//! Races for one distribution: our reads and writes between those of others, in thousands of random
//! orders.
//!
//! The write loop is the real one over the real SDK; in memory, behind the SDK's connector, is a
//! CloudFront that obeys `If-Match`. The clock is paused, so pauses cost nothing. Every accepted
//! update of ours is compared with what it replaced, so no lost edit stays unseen. Every result is
//! compared with what is there: as wanted, or a conflict that really exists.

mod cloudfront;
mod edit;
mod judge;
mod race;
mod refusal_tests;
pub(crate) mod view;

use std::cell::RefCell;
use std::env;

use proptest::test_runner::{Config, RngSeed, TestRunner};

use self::race::{Race, Stage, Tally};
use crate::aws::distribution::Mandate;
use crate::aws::ownership::{Claim, Claimant};

/// In `make test`; `make fuzz` says how many with `PROPTEST_CASES`.
const INTERLEAVINGS: u32 = 500;
/// The same ones each time, unless `PROPTEST_RNG_SEED` or a number of cases is given.
const SEED: u64 = 20_240_601;

/// Nobody else has claims here: the functions are not this provider's.
fn mandate() -> Mandate {
    Mandate::of(Claimant::new(Claim::any()))
}

fn config() -> Config {
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if env::var_os("PROPTEST_CASES").is_none() {
        config.cases = INTERLEAVINGS;
        if config.rng_seed == RngSeed::Random {
            config.rng_seed = RngSeed::Fixed(SEED);
        }
    }
    config
}

#[test]
fn whatever_the_order_no_edit_is_lost_and_the_end_is_as_wanted_or_a_real_conflict() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let stage = runtime.block_on(Stage::build());
    let tally = RefCell::new(Tally::default());
    let run = TestRunner::new(config()).run(&Race::any(), |race| {
        let outcome = runtime.block_on(race.run(&stage))?;
        tally.borrow_mut().add(&outcome);
        Ok(())
    });
    tally.borrow().print();
    if let Err(failure) = run {
        panic!("{failure}");
    }
}
