//! [`Collected`]: what a call under test sends.

use std::sync::{Arc, Mutex, PoisonError};

/// What was sent to a [`Progress`](crate::Progress) or [`Listing`](crate::Listing) that a test has
/// made, in the order in which it was sent.
#[derive(Debug)]
pub struct Collected<T>(Arc<Mutex<Vec<T>>>);

impl<T> Collected<T> {
    /// What was sent since the last call of this.
    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn add(&self, sent: T) {
        let mut collected = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        collected.push(sent);
    }
}

impl<T> Default for Collected<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// Another handle of the same.
impl<T> Clone for Collected<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
