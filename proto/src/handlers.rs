//! An author's traits over untyped values, so that resources of different types fit into one map.
//!
//! Every kind has a trait without the author's types, which the calls of the protocol use, and a
//! `Typed…` struct that implements it for whatever an author has registered: it decodes and
//! encodes, guards against panics, and checks what the author returns.

use std::future::Future;
use std::pin::Pin;

mod action;
mod completion;
mod data_source;
mod ephemeral;
mod function;
mod list;
mod provider_meta;
mod replacement;
mod resource;
mod typed_migrations;
mod typed_resource;

pub(crate) use action::{ActionHandler, TypedAction};
pub(crate) use data_source::{DataSourceHandler, TypedDataSource};
pub(crate) use ephemeral::{EphemeralHandler, TypedEphemeral};
pub(crate) use function::{FunctionHandler, TypedFunction};
pub(crate) use list::{ListHandler, Query, TypedList};
pub(crate) use provider_meta::{MetaHandler, TypedMeta};
pub(crate) use resource::{Applied, Planned, ResourceHandler};
pub(crate) use typed_resource::TypedResource;

/// A future behind a pointer.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
