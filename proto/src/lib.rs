//! Write Terraform providers in Rust.
//!
//! Terraform starts a provider as a process and calls it over gRPC with untyped values; this crate
//! answers those calls by turning the values into your structs, calling your [`Provider`],
//! [`Resource`], [`DataSource`], … implementations, and holding what they return against
//! Terraform's rules before it goes back. What an attribute is called, what type it has and how it
//! behaves is declared once, beside the field that holds it: [`Model`].
//!
//! # A complete provider
//!
//! Notes, kept in memory for as long as the process lives (so better to run with `-debug`). The
//! crate's tests drive it with Terraform:
//!
#![doc = "```no_run"]
#![doc = include_str!("../examples/memo.rs")]
#![doc = "```"]
//!
//! # Where things are
//!
//! | Looking for | See |
//! |---|---|
//! | declaring attributes, defaults, validators | [`Model`], [`Object`], [`Attribute`], [`AttributeValue`] |
//! | enums and newtypes in attributes and map keys | [`StringValue`] |
//! | null and unknown | [`Attr`] |
//! | the life of a resource and who keeps which rule | [`Resource`], [`Plan`] |
//! | errors and warnings at an attribute | [`Diagnostic`], [`Path`] |
//! | stopping, warnings, remembering | [`Call`], [`Private`] |
//! | older state, and state of other types | [`Migrations`], [`RawState`], [`MoveSource`] |
//! | which object a state is about | [`Identity`] |
//! | what lives only while Terraform runs | [`EphemeralResource`], [`Opened`] |
//! | finding what exists | [`ListResource`], [`Listing`] |
//! | doing what is no resource's change | [`Action`], [`Progress`] |
//! | functions for expressions | [`Function`], [`Arguments`], [`ObjectValue`] |
//! | secrets | [`Sensitive`], [`Attribute::write_only`] |
//! | logs | [`log`] |
//! | values below the models | [`value`] |

mod action;
mod attr;
mod attribute_value;
mod call;
mod change;
mod configure;
mod data_source;
mod decoding;
mod diagnostic;
mod diagnostics;
mod engine;
mod ephemeral_resource;
mod fault;
mod function;
mod function_error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod go_duration;
mod goplugin;
mod handlers;
mod identity;
mod list_resource;
mod listing;
pub mod log;
mod migrations;
mod move_source;
mod object_value;
mod opened;
mod panic_guard;
mod path;
mod private;
mod progress;
mod provider;
mod raw_state;
mod registry;
mod resource;
mod schema;
mod sensitive;
mod serve_error;
mod service;
mod signature;
#[cfg(test)]
mod specimen;
mod string_value;
pub mod value;
mod wire;

pub use action::Action;
pub use attr::Attr;
pub use attribute_value::AttributeValue;
pub use call::Call;
pub use change::{Create, Plan, Update};
pub use configure::Configure;
pub use data_source::DataSource;
pub use diagnostic::Diagnostic;
pub use diagnostics::{Diagnostics, Result};
pub use ephemeral_resource::EphemeralResource;
pub use function::Function;
pub use function_error::FunctionError;
pub use go_duration::{GoDuration, GoDurationError};
pub use goplugin::{ServeOptions, serve};
pub use identity::{Identified, Identity};
pub use list_resource::ListResource;
pub use listing::Listing;
pub use migrations::Migrations;
pub use move_source::MoveSource;
pub use object_value::ObjectValue;
pub use opened::Opened;
pub use path::{Path, Step};
pub use private::Private;
pub use progress::Progress;
pub use provider::Provider;
pub use raw_state::RawState;
pub use registry::Registry;
pub use resource::Resource;
pub use schema::{Attribute, Blocks, Model, Object, Schema};
pub use sensitive::Sensitive;
pub use serve_error::ServeError;
pub use signature::{Arguments, Parameter, Parameters, Signature};
pub use string_value::{MapKey, StringValue};
pub use tokio_util::sync::CancellationToken;
pub use value::Number;
