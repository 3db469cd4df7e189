//! The lines that all instances of a function printed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Lines, the oldest first; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Logs(Arc<Mutex<Kept>>);

#[derive(Debug)]
struct Kept {
    lines: VecDeque<String>,
    most: usize,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            lines: VecDeque::new(),
            most: usize::MAX,
        }
    }
}

impl Logs {
    /// Adds a line.
    pub(super) fn push(&self, line: String) {
        let mut kept = self.kept();
        kept.lines.push_back(line);
        kept.shorten();
    }

    /// Keeps no more than this many of the newest.
    pub(super) fn keep(&self, most: usize) {
        let mut kept = self.kept();
        kept.most = most;
        kept.shorten();
    }

    /// All that are kept.
    pub(super) fn lines(&self) -> Vec<String> {
        self.kept().lines.iter().cloned().collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn shorten(&mut self) {
        let surplus = self.lines.len().saturating_sub(self.most);
        self.lines.drain(..surplus);
    }
}
