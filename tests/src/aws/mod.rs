//! AWS as far as it can be had on loopback: the emulator, what it holds, and a proxy in front of it that watches and interferes.

mod client;
mod distribution;
mod emulator;
mod functions;
mod operation;
mod proxy;
mod stream;

pub use client::Client;
pub use distribution::{Distribution, Snapshot};
pub use emulator::Emulator;
pub use functions::{Functions, Package};
pub use operation::Operation;
pub use proxy::{Hold, Moment, Proxy, RecordedCall};
pub use stream::Stream;
