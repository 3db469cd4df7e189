//! Log entries and their way to Netacea (protocol section 9).

mod batching;
mod entry;
mod http;
mod kinesis;
mod outbox;
mod queue;
mod receipt;
mod sigv4;
mod v1;
mod v2;

pub(crate) use batching::Batching;
pub use entry::{Entry, Optional};
pub(crate) use http::Http;
pub use kinesis::Kinesis;
pub(crate) use outbox::Outbox;
pub(crate) use queue::{Fate, Queue};
pub(crate) use receipt::Receipt;
pub use v1::time_local;

use crate::settings::LogVersion;

impl Entry<'_> {
    /// One JSON object.
    pub fn to_json(&self, version: LogVersion) -> String {
        match version {
            LogVersion::V1 => v1::write(self),
            LogVersion::V2 => v2::write(self),
        }
    }
}
