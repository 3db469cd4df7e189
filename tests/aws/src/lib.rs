//! AWS as far as it can be emulated on loopback, and what else the tests are built on.
//!
//! * [`Emulator`]: ministack in a process of its own; [`Distribution`] as raw bytes, [`Functions`]
//!   and their packages, [`Stream`] of Kinesis
//! * [`Proxy`], in front of the emulator: it records and holds calls, makes them fail as a
//!   [`Fault`] says, and enforces AWS's rules where the emulator does not
//! * [`Fault`]: faults of calls to AWS and to Netacea's services
//! * [`server`], [`process`], [`interrupt`]: loopback servers, children that cannot outlive us,
//!   Ctrl-C
//! * [`xml`]: CloudFront's documents
//!
//! The crate uses no other crate of the workspace: the provider's own tests and those of the built
//! binary use the same AWS.

mod aws_error;
mod client;
mod distribution;
mod emulator;
mod fault;
mod functions;
pub mod interrupt;
mod operation;
pub mod process;
mod proxy;
pub mod server;
mod stream;
pub mod xml;

pub use aws_error::AwsError;
use client::ACCOUNT;
pub use client::Client;
pub use distribution::{Distribution, Snapshot};
pub use emulator::Emulator;
pub use fault::{Calls, Effect, Fault, Faults, Times, answer};
pub use functions::{Functions, Package};
pub use operation::Operation;
pub use proxy::{Hold, Moment, Point, Proxy, RecordedCall, foreign_edit};
pub use stream::Stream;
