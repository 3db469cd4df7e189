//! [`Length`]: what a value consists of, and of how many of it.

use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroize;

use crate::sensitive::Sensitive;

/// A value with a length: what [`length`](super::length) and [`not_empty`](super::not_empty) look
/// at. There is nothing to implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no length",
    note = "this check is for strings, lists, sets and maps; for numbers there is `between`"
)]
pub trait Length {
    /// What is counted, one of it and several.
    const UNITS: (&'static str, &'static str) = ("element", "elements");

    /// How many there are.
    fn length(&self) -> usize;
}

/// Characters, not bytes.
impl Length for str {
    const UNITS: (&'static str, &'static str) = ("character", "characters");

    fn length(&self) -> usize {
        self.chars().count()
    }
}

impl Length for String {
    const UNITS: (&'static str, &'static str) = str::UNITS;

    fn length(&self) -> usize {
        self.as_str().length()
    }
}

impl<T> Length for [T] {
    fn length(&self) -> usize {
        self.len()
    }
}

impl<T> Length for BTreeSet<T> {
    fn length(&self) -> usize {
        self.len()
    }
}

impl<K, T> Length for BTreeMap<K, T> {
    fn length(&self) -> usize {
        self.len()
    }
}

impl<T: Length + Zeroize> Length for Sensitive<T> {
    const UNITS: (&'static str, &'static str) = T::UNITS;

    fn length(&self) -> usize {
        self.expose().length()
    }
}
