//! Numbered steps, indented detail, a summary.

use std::time::{Duration, Instant};

use acceptance::interrupt;
use anyhow::Result;

/// The indentation of detail.
pub(crate) const INDENT: &str = "      ";

/// Tells the story and keeps the time.
#[derive(Debug, Default)]
pub(crate) struct Narrator {
    told: Vec<Told>,
}

#[derive(Debug)]
struct Told {
    title: &'static str,
    took: Duration,
    held: bool,
}

impl Narrator {
    /// One step: if anything in it fails, the story ends here.
    pub(crate) fn step(
        &mut self,
        title: &'static str,
        step: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        println!("\n{:>2}. {title}", self.told.len() + 1);
        let started = Instant::now();
        let outcome = interrupt::check().and_then(|()| step());
        self.told.push(Told {
            title,
            took: started.elapsed(),
            held: outcome.is_ok(),
        });
        outcome
    }

    /// One line for each step.
    pub(crate) fn summarize(&self) {
        println!("\nSummary");
        for (index, Told { title, took, held }) in self.told.iter().enumerate() {
            let mark = if *held { '✓' } else { '✗' };
            println!(
                "  {mark} {:>2}. {title:<72} {:>6.1} s",
                index + 1,
                took.as_secs_f64()
            );
        }
    }
}

/// A line of detail.
pub(crate) fn say(text: impl AsRef<str>) {
    for line in text.as_ref().lines() {
        println!("{INDENT}{line}");
    }
}
