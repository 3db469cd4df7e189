//! Netacea's bot protection at the edge, as a decision core without clock, randomness or network.
//!
//! A host hands in an event, the time and fresh entropy; the core answers with the outcome, or with
//! one HTTPS call to make first ([`Edge::begin`], [`Edge::resume`]). What it decides follows
//! Netacea's protocol; whatever goes wrong lets the visitor pass. Compiled to WebAssembly it runs
//! in Lambda@Edge behind the host in `host/`, natively it is tested and lends its [`settings`] to
//! the Terraform provider.

pub mod address;
mod answer;
mod boundary;
mod breaker;
pub mod bypass;
mod caching;
mod call;
pub mod captcha;
pub mod cookies;
mod edge;
mod entropy;
mod event;
mod failure;
pub mod fingerprint;
mod flow;
mod frame;
mod handover;
mod headers;
#[cfg(not(target_family = "wasm"))]
pub mod host;
pub mod ingest;
pub mod integer;
mod journal;
mod json;
mod keys;
mod metrics;
mod moment;
mod now;
mod outcome;
mod protector;
pub mod session;
pub mod settings;
mod share;
pub mod verdict;
mod visitor;
#[cfg(target_family = "wasm")]
mod wasm;
mod wire;

pub use answer::Answer;
pub use boundary::Boundary;
pub use caching::ERRORS_NOT_KEPT;
pub use call::{Call, Cause, Reply};
pub use edge::Edge;
pub use entropy::Entropy;
pub use event::{Body, Event, Request, Response, Trigger};
pub use flow::{Flow, Step};
pub use frame::{FrameError, Reader, Writer};
pub use handover::HEADER as STATE_HEADER;
pub use metrics::DECISIONS;
pub use now::Now;
pub use outcome::{Edit, Outcome};

/// Version of this crate: of the function, of its wasm and of `IntegrationVersion` in log entries.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
