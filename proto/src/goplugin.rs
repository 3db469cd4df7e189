//! go-plugin: how Terraform starts a provider process, finds its socket, talks to it and ends it.
//!
//! Terraform passes what it wants in environment variables, reads one line from stdout, and
//! connects to the socket that the line names with the certificates that both sides just made up.

mod accept;
mod attached;
mod connection;
mod ending;
mod environment;
#[cfg(any(test, fuzzing))]
mod fuzzing;
mod handshake_line;
mod listener;
mod panic_hook;
mod process;
mod reattach;
mod services;
mod serving;
#[cfg(unix)]
mod stale;
mod tls;

pub use attached::Attached;
#[cfg(any(test, fuzzing))]
pub use fuzzing::handshake_environment;
pub use process::{ServeOptions, serve};

/// The protocol version this crate speaks. Terraform offers 5 and 6; whatever it offers, this is
/// the answer, and a host without it reports the mismatch better than we could.
const PROTOCOL_VERSION: u32 = 6;

/// Terraform's providers may send and receive this much in one message; the host sets no lower
/// limit.
const MESSAGE_LIMIT: usize = 256 << 20;

mod wire {
    //! go-plugin's own services, generated from `goplugin.proto`.
    #![allow(
        dead_code,
        missing_docs,
        unreachable_pub,
        clippy::all,
        reason = "generated"
    )]
    tonic::include_proto!("plugin");
}

#[cfg(all(test, unix))]
mod tests;
