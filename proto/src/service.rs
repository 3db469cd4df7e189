//! The calls of the protocol: from its messages to the handlers and back.

mod action_calls;
mod convert;
mod data_source_calls;
mod ephemeral_calls;
mod function_calls;
mod identity_calls;
mod in_process;
mod list_calls;
mod message;
mod provider_calls;
mod resource_calls;
mod rpc;
mod server;
mod state_upgrade;

#[cfg(test)]
mod tests;

pub use in_process::{Answered, InProcess, Kept};
pub(crate) use rpc::{Declared, Rpc};
pub(crate) use server::Server;
