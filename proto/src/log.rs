//! Log lines in the form Terraform reads: what becomes of the events of `tracing`.
//!
//! The crate's page says what an author writes and what comes out.

mod fields;
mod line;
mod subscriber;

pub(crate) use fields::{Scope, Subject, scoped};
pub(crate) use subscriber::start;
