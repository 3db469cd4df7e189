//! What a run of terraform came to.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::terraform::Diagnostic;

/// The end of one command.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The command line without options that are always there.
    pub command: String,
    /// The exit code; −1 when a signal ended it.
    pub code: i32,
    /// Standard output alone, for commands that print JSON.
    pub stdout: String,
    /// Everything it printed, as it came.
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

    /// The diagnostics of a command with `-json`.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let lines = self.stdout.lines();
        let messages = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
        messages
            .filter_map(|message| serde_json::from_value(message["diagnostic"].clone()).ok())
            .collect()
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
