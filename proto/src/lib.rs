//! Write Terraform providers in Rust.
//!
//! Terraform starts a provider as a process and calls it over gRPC with untyped values; this crate
//! answers those calls: it turns the values into your structs, calls your implementations of
//! [`Provider`], [`Resource`], [`DataSource`], …, and checks what they return against Terraform's
//! rules. You declare the name, type and behavior of an attribute once, next to the field that
//! holds it: [`Model`].
//!
//! # A complete provider
//!
//! It keeps notes in memory for as long as the process lives, so run it with `-debug`. The crate's
//! tests run it with Terraform:
//!
#![doc = "```no_run"]
#![doc = include_str!("../examples/memo.rs")]
#![doc = "```"]
//!
//! # Where things are
//!
//! | Looking for | See |
//! |---|---|
//! | the way from an empty directory to a release | [`guide::getting_started`] |
//! | how a plan comes about | [`guide::planning`] |
//! | what you know from `terraform-plugin-framework` | [`guide::framework`] |
//! | declaring attributes, defaults, validators | [`Model`], [`Object`], [`Attribute`] |
//! | ready-made checks | [`check`] |
//! | the types of attributes | [`AttributeValue`] |
//! | attributes of any type | [`Dynamic`] |
//! | enums and newtypes in attributes and map keys | [`StringValue`] |
//! | values that mean the same, and documents in strings | [`StringValue::means_same`], [`Json`] |
//! | null and unknown | [`Attr`] |
//! | the plan of a single attribute | [`Attribute::plan`], [`AttributePlan`] |
//! | the life of a resource and who keeps which rule | [`Resource`], [`Plan`] |
//! | what Terraform would refuse, found by `cargo test` | [`check_declarations`] |
//! | errors and warnings at an attribute | [`Diagnostic`], [`Path`] |
//! | errors of your own | [`Diagnostics`](Diagnostics#errors-of-your-own) |
//! | stopping, warnings, remembering | [`Call`], [`Private`] |
//! | how long something may take | [`Timeouts`], [`Call::within`] |
//! | what the first plan of a change tells the second | [`PlannedPrivate`] |
//! | older state, and state of other types | [`Migrations`], [`RawState`], [`MoveSource`] |
//! | which object a state is about | [`Identity`] |
//! | what a module tells the provider | [`ProviderMeta`] |
//! | what cannot be done yet | [`Call::defer`], [`Provider::defers`] |
//! | what lives only while Terraform runs | [`EphemeralResource`], [`Opened`] |
//! | finding what exists | [`ListResource`], [`Listing`] |
//! | doing what is not a resource's change | [`Action`], [`Progress`] |
//! | functions for expressions | [`Function`], [`Arguments`], [`ObjectValue`] |
//! | secrets | [`Sensitive`], [`Attribute::write_only`] |
//! | logs | [below](#logs) |
//! | tests without Terraform | [`testing`] |
//! | what a log must not contain | [`log`] |
//! | values below the models | [`value`] |
//!
//! # Logs
//!
//! Write them with the macros of [`tracing`](https://docs.rs/tracing): `tracing::info!(version = 7,
//! function, "published")`. Each event becomes one JSON object on stderr, which Terraform reads and
//! shows among its own lines. This applies only to events of the crate that defines the
//! [`Provider`] and of this crate: events of other libraries may contain secrets, as requests do. A
//! line also has the fields of the spans around its event. So say what applies to a whole piece of
//! work once, with `tracing::info_span!("deploy", zone).entered()` or, around futures and tasks,
//! `.instrument(…)`. If you set another subscriber before [`serve`], it gets the events instead.
//!
//! Terraform's own variables decide whether a line is written: the first one that is set of
//! `TF_LOG_PROVIDER_<NAME>`, `TF_LOG_PROVIDER` and `TF_LOG`, and for the protocol layer's own
//! lines, of `TF_LOG_SDK_PROTO`, `TF_LOG_SDK` and `TF_LOG`. Terraform shows lines only if
//! `TF_LOG_PROVIDER` or `TF_LOG` is set: the other variables can only reduce what these show. The
//! fields of every line are those of providers in Go: `tf_provider_addr`, and in a call `tf_rpc`,
//! `tf_req_id` and what it is about (`tf_resource_type`, `tf_data_source_type`, …). The lines of a
//! task that a call spawns do not have these fields. The layer itself logs the beginning and end of
//! each call (`tf_req_duration_ms`) and each diagnostic in its answer (`diagnostic_summary`, …).
//!
//! Never log a secret: Terraform does not filter logs. Values that are declared as sensitive are
//! [masked](log); register secrets that your provider gets elsewhere with [`log::mask`].

// Tests that others have, too, use the crate by its name.
#[cfg(test)]
extern crate self as tfplugin;

mod action;
mod attr;
mod attribute_value;
mod call;
mod change;
pub mod check;
mod choice;
mod collected;
mod configuration_json;
mod data_source;
mod declaration_faults;
mod declared;
mod decoding;
mod deferral;
mod diagnostic;
mod diagnostics;
mod dynamic;
mod engine;
mod ephemeral_resource;
mod fault;
mod float;
mod function;
mod function_error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
#[cfg(test)]
mod generated;
mod go_duration;
mod goplugin;
pub mod guide;
mod handlers;
mod identity;
mod json_text;
mod list_resource;
mod listing;
pub mod log;
mod migrations;
mod names;
mod object_value;
mod panic_guard;
mod path;
mod private;
mod provider;
mod provider_meta;
mod raw_state;
mod registry;
mod resource;
mod schema;
mod sensitive;
mod serve_error;
mod serve_from_args;
mod service;
mod signature;
#[cfg(test)]
mod specimen;
mod string_value;
pub mod testing;
mod timeouts;
pub mod value;
mod wire;
mod within;

pub use action::{Action, Progress};
pub use attr::Attr;
pub use attribute_value::AttributeValue;
pub use call::{Call, Configure};
pub use change::{AttributePlan, Create, Plan, PlannedPrivate, Update};
pub use choice::{NoChoice, choose};
pub use data_source::DataSource;
pub use declaration_faults::DeclarationFaults;
pub use declared::check_declarations;
pub use deferral::Deferral;
pub use diagnostic::Diagnostic;
pub use diagnostics::{Diagnostics, Result};
pub use ephemeral_resource::{EphemeralResource, Opened};
pub use function::Function;
pub use function_error::FunctionError;
pub use go_duration::{GoDuration, GoDurationError};
pub use goplugin::{ServeOptions, serve};
pub use identity::{Identified, Identity};
pub use json_text::{Json, JsonError};
pub use list_resource::ListResource;
pub use listing::Listing;
pub use migrations::{Migrations, MoveSource};
pub use object_value::ObjectValue;
pub use path::{Path, Step};
pub use private::Private;
pub use provider::Provider;
pub use provider_meta::ProviderMeta;
pub use raw_state::RawState;
pub use registry::Registry;
pub use resource::Resource;
pub use schema::{Attribute, Blocks, Collection, Model, Object, Schema};
pub use sensitive::Sensitive;
pub use serve_error::ServeError;
pub use serve_from_args::serve_from_args;
pub use signature::{Arguments, Parameter, Parameters, Signature};
pub use string_value::{MapKey, StringValue};
pub use timeouts::{Limits, Timeout, Timeouts};
pub use tokio_util::sync::CancellationToken;
pub use value::{Dynamic, Number};
