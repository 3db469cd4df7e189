//! Netacea's bot protection at the edge, as a decision core without clock, randomness or network.

mod cookies;
mod headers;
mod session;
pub mod settings;

/// Version of this crate: of the function, of its wasm and of `IntegrationVersion` in log entries.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
