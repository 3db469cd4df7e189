//! From calls of the protocol to the author's traits.

use std::future::Future;
use std::pin::Pin;

mod action_calls;
mod action_handler;
mod convert;
mod data_source_calls;
mod data_source_handler;
mod ephemeral_calls;
mod ephemeral_handler;
mod function_calls;
mod function_handler;
mod identity_calls;
mod identity_handler;
mod list_calls;
mod list_handler;
mod lookup;
mod message;
mod model;
mod panic_guard;
mod provider_calls;
mod resource_calls;
mod resource_handler;
mod rpc;
mod server;
mod state_upgrade;
mod typed_action;
mod typed_data_source;
mod typed_ephemeral;
mod typed_function;
mod typed_identity;
mod typed_list;
mod typed_migrations;
mod typed_resource;

#[cfg(test)]
mod tests;

pub(crate) use action_handler::ActionHandler;
pub(crate) use data_source_handler::DataSourceHandler;
pub(crate) use ephemeral_handler::EphemeralHandler;
pub(crate) use function_handler::FunctionHandler;
pub(crate) use identity_handler::IdentityHandler;
pub(crate) use list_handler::{ListHandler, Query};
pub(crate) use resource_handler::{Applied, Planned, ResourceHandler};
pub(crate) use rpc::Rpc;
pub(crate) use server::Server;
pub(crate) use typed_action::TypedAction;
pub(crate) use typed_data_source::TypedDataSource;
pub(crate) use typed_ephemeral::TypedEphemeral;
pub(crate) use typed_function::TypedFunction;
pub(crate) use typed_identity::TypedIdentity;
pub(crate) use typed_list::TypedList;
pub(crate) use typed_resource::TypedResource;

/// A future whose type is forgotten, so that resources of different types fit into one map.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
