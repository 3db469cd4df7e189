//! [`TextEdits`]: replacements of ranges of a string.

use std::ops::Range;

/// Replacements of ranges of one text, none overlapping another.
#[derive(Clone, Debug, Default)]
pub(super) struct TextEdits(Vec<(Range<usize>, String)>);

impl TextEdits {
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.0.push((range, text.into()));
    }

    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    pub(super) fn extend(&mut self, other: TextEdits) {
        self.0.extend(other.0);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The part `within` of `source` with every edit made; every edit lies inside it.
    pub(super) fn apply_within(mut self, source: &str, within: Range<usize>) -> String {
        for (range, _) in &mut self.0 {
            *range = range.start - within.start..range.end - within.start;
        }
        self.apply(&source[within])
    }

    /// `source` with every edit made; insertions at one place keep their order.
    pub(super) fn apply(mut self, source: &str) -> String {
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let mut text = String::with_capacity(source.len() + 1024);
        let mut copied = 0;
        for (range, replacement) in self.0 {
            text.push_str(&source[copied..range.start]);
            text.push_str(&replacement);
            copied = range.end;
        }
        text.push_str(&source[copied..]);
        text
    }
}
