//! How much of a matrix is run: a seeded sample in `make test`, everything in `make soak`.

use std::env;

use anyhow::{Context, Result};

/// The seed when nobody names one: the same sample every time.
const SEED: u64 = 20_240_601;

/// How hard to try, and where random choices begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Everything, not a sample: `RELIABILITY=full`.
    pub is_full: bool,
    /// Where random choices begin: `RELIABILITY_SEED`.
    pub seed: u64,
}

impl Effort {
    /// As the environment says. An error names a seed that is not a number.
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

    /// Prints a result as every figure of this project is printed: a line that the reliability
    /// guide's table is made from.
    pub fn report(self, name: &str, value: impl std::fmt::Display, unit: &str) {
        let extent = self.of("sample", "full");
        println!(
            "reliability {name} {value} {unit} ({extent}, seed {})",
            self.seed
        );
    }
}
