//! How much of a test matrix runs: a seeded sample in `make test`, everything in `make soak`.

use std::env;

use anyhow::{Context, Result};

/// The default seed: the same sample every time.
const SEED: u64 = 20_240_601;

/// How much to run, and the seed of random choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Everything, not a sample: `RELIABILITY=full`.
    pub is_full: bool,
    /// The seed of random choices: `RELIABILITY_SEED`.
    pub seed: u64,
}

impl Effort {
    /// Reads it from the environment. An error names a seed that is not a number.
    pub fn wanted() -> Result<Self> {
        let seed = match env::var("RELIABILITY_SEED") {
            Ok(text) => text
                .parse()
                .with_context(|| format!("RELIABILITY_SEED={text} is not a number"))?,
            Err(_) => SEED,
        };
        Ok(Self {
            is_full: env::var("RELIABILITY").is_ok_and(|value| value == "full"),
            seed,
        })
    }

    /// `full` or `sample`.
    pub fn of<T>(self, sample: T, full: T) -> T {
        if self.is_full { full } else { sample }
    }

    /// Prints a result in the format of every figure of this project; the reliability guide's table
    /// is made from these lines.
    pub fn report(self, name: &str, value: impl std::fmt::Display, unit: &str) {
        let extent = self.of("sample", "full");
        println!(
            "reliability {name} {value} {unit} ({extent}, seed {})",
            self.seed
        );
    }
}
