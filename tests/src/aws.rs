//! AWS as far as it can be had on loopback: the emulator, what it holds, and a proxy in front of it
//! that watches and interferes.

mod aws_error;
mod client;
mod distribution;
mod emulator;
mod functions;
mod operation;
mod proxy;
mod stream;

pub use aws_error::AwsError;
use client::ACCOUNT;
pub use client::Client;
pub use distribution::{Distribution, Snapshot};
pub use emulator::Emulator;
pub use functions::{Functions, Package};
pub use operation::Operation;
pub use proxy::{Fault, Hold, Moment, Play, Point, Proxy, RecordedCall, Times, foreign_edit};
pub use stream::Stream;
