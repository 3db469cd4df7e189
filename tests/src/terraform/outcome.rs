//! The outcome of a run of terraform.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::terraform::{Diagnostic, Summary};

/// The end of one command.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The command line without the options that are always used.
    pub command: String,
    /// The exit code; −1 when a signal ended it.
    pub code: i32,
    /// Standard output alone, for commands that print JSON.
    pub stdout: String,
    /// Everything it printed: standard output, then standard error. Terraform writes warnings to
    /// one and errors to the other, so that lines in the order of their arrival would mix them.
    pub text: String,
}

impl Outcome {
    /// Fails, with all the output, unless the exit code is 0.
    pub fn success(self) -> Result<Self> {
        self.code(0)
    }

    /// Fails, with all the output, unless the exit code is this one.
    pub fn code(self, expected: i32) -> Result<Self> {
        ensure!(
            self.code == expected,
            "`terraform {}` ended with {} where {expected} was expected:\n{}",
            self.command,
            self.code,
            self.text
        );
        Ok(self)
    }

    /// Fails, with all the output, unless every one of `parts` was printed. Terraform's line breaks
    /// and frames are ignored.
    pub fn says(&self, parts: &[&str]) -> Result<()> {
        let unframed = self.unframed();
        for part in parts {
            ensure!(
                unframed.contains(part),
                "`terraform {}` does not say {part:?}:\n{}",
                self.command,
                self.text
            );
        }
        Ok(())
    }

    /// Fails, with all the output, unless there is an error with this headline that contains every
    /// one of `names`.
    pub fn errs(&self, summary: Summary, names: &[&str]) -> Result<()> {
        self.reports("error", summary, names)
    }

    /// The same for a warning.
    pub fn warns(&self, summary: Summary, names: &[&str]) -> Result<()> {
        self.reports("warning", summary, names)
    }

    /// Whether there is a warning with this headline.
    pub fn has_warned(&self, summary: Summary) -> bool {
        self.warns(summary, &[]).is_ok()
    }

    fn reports(&self, severity: &str, summary: Summary, names: &[&str]) -> Result<()> {
        let diagnostics = self.diagnostics();
        let mut meant = diagnostics.iter().filter(|diagnostic| {
            diagnostic.severity == severity && diagnostic.code() == Some(summary)
        });
        let is_complete = |diagnostic: &Diagnostic| names.iter().all(|name| diagnostic.names(name));
        ensure!(
            meant.any(is_complete),
            "`terraform {}` prints no {severity} {summary:?} that names {names:?}:\n{}",
            self.command,
            self.text
        );
        Ok(())
    }

    /// The diagnostics, of a command with `-json` or without.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let lines = self.stdout.lines();
        let messages = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let machine: Vec<Diagnostic> = messages
            .filter_map(|message| serde_json::from_value(message["diagnostic"].clone()).ok())
            .collect();
        if machine.is_empty() {
            Diagnostic::printed(&self.text)
        } else {
            machine
        }
    }

    /// The output on one line: words with single blanks, without the frame around diagnostics.
    pub fn unframed(&self) -> String {
        self.text
            .split_whitespace()
            .filter(|word| !matches!(*word, "│" | "╷" | "╵"))
            .collect::<Vec<_>>()
            .join(" ")
    }
}
