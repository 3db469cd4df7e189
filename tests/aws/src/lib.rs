//! AWS as far as it can be had on loopback, and what else tests are built on.
//!
//! * [`Emulator`]: ministack in a process of its own; [`Distribution`] as raw bytes, [`Functions`]
//!   and their packages, [`Stream`] of Kinesis
//! * [`Proxy`]: stands before the emulator; it records and holds calls, makes them go wrong as a
//!   [`Fault`] says, and keeps AWS's rules where the emulator does not
//! * [`Fault`]: what goes wrong with calls, of AWS and of Netacea's services alike
//! * [`server`], [`process`], [`interrupt`]: loopback servers, children that cannot outlive us,
//!   Ctrl-C
//! * [`xml`]: CloudFront's documents
//!
//! The crate knows no other crate of the workspace: the provider's own tests and those of the built
//! binary meet the same AWS.

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
