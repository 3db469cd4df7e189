//! For tests of providers: a provider that is called in the test's own process.

pub use crate::service::{Answered, InProcess, Kept};
