//! The acceptance harness: the real `terraform`, the real provider, the real zip in Node, and
//! nothing of ours mocked.
//!
//! ```text
//!   terraform ── provider ──▶ aws::Proxy ──▶ aws::Emulator (ministack)
//!                                                 │ distribution, published zip
//!   edge::Visitor ──▶ edge::EdgeLocation ◀────────┘
//!                        │ four events            ├──▶ netacea::Protector   (HTTPS, their side)
//!                        ├─▶ edge::Function (Node)┴──▶ netacea::Ingest      (HTTPS, their side)
//!                        └─▶ Origin
//! ```
//!
//! * [`texts`]: the files below a folder as strings
//! * [`toolchain`]: finds ministack, terraform, node, the provider binary; one clear line when one
//!   is missing
//! * [`aws`] (a crate of its own, in `aws/`): the emulator in a process of its own; distributions
//!   as raw bytes; functions and packages; a proxy that records and holds calls, makes chosen ones
//!   fail, and keeps AWS's rules where the emulator does not
//! * [`fixture`]: the distribution that somebody else made, with every oddity
//! * [`terraform`]: a working directory with a filesystem mirror and an isolated home; runs, plans,
//!   kills
//! * [`edge`]: CloudFront and Lambda@Edge, played by the distribution's own configuration around
//!   the published zip
//! * [`netacea`]: a stand-in for Netacea's services: scripted verdicts, conditions, records
//! * [`origin`]: the web server behind the distribution
//! * [`estate`]: all of these put together: what a story starts with
//! * [`lab`]: the lab in a process of its own
//! * [`load`]: many visitors at once, and what each of them waited
//! * [`effort`]: a seeded sample of a matrix, or all of it
//! * [`plugin`]: the provider alone, called over its socket
//! * [`docs`]: the registry's pages, made from the schema, the examples and the guides
//! * [`server`], [`process`], [`interrupt`]: loopback servers, children that cannot outlive us,
//!   Ctrl-C
//!
//! Servers listen on free loopback ports, files live in temporary folders, and children are stopped
//! by id when their owner is dropped (also by a panic) or killed: nothing is shared and nothing is
//! left behind. The stories themselves are in `tests/acceptance/main.rs`, those about faults in
//! `tests/reliability/main.rs`; `src/bin/demo` tells one of them aloud.

pub use loopback_aws as aws;
pub use loopback_aws::{interrupt, process, server};

pub mod docs;
pub mod edge;
pub mod effort;
pub mod estate;
pub mod fixture;
pub mod lab;
pub mod load;
pub mod netacea;
pub mod origin;
pub mod plugin;
pub mod terraform;
pub mod texts;
pub mod toolchain;
