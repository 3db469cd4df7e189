//! Log entries and their way to Netacea (protocol section 9).

mod entry;
mod http;
mod queue;

pub use entry::{Entry, Optional, time_local};
pub(crate) use http::Http;
pub(crate) use queue::{Fate, Queue};
