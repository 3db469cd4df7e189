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
//! Notes, kept in memory for as long as the process lives (so better to run with `-debug`):
//!
//! ```no_run
//! use std::{collections::BTreeMap, process::ExitCode, sync::Mutex};
//! use tfplugin::{
//!     Attr, Call, Configure, Create, Model, Object, Provider, Registry, Resource, Result,
//!     Schema, ServeOptions, Update,
//! };
//!
//! /// What `resource "memo_note" "x" { ... }` holds.
//! #[derive(Clone, Debug, Default, PartialEq)]
//! struct Note {
//!     title: Attr<String>,
//!     text: Attr<String>,
//!     length: Attr<i64>,
//! }
//!
//! impl Model for Note {
//!     fn declare(object: &mut Object<Self>) {
//!         object
//!             .attribute("title", |note| &mut note.title)
//!             .required()
//!             .replace()
//!             .describe("Its name.");
//!         object
//!             .attribute("text", |note| &mut note.text)
//!             .default("")
//!             .describe("What it says.");
//!         object
//!             .attribute("length", |note| &mut note.length)
//!             .computed()
//!             .describe("The text's length in bytes.");
//!     }
//! }
//!
//! /// What every call gets to work with.
//! type Notes = Mutex<BTreeMap<String, String>>;
//!
//! struct NoteResource;
//!
//! impl Resource for NoteResource {
//!     type Model = Note;
//!     type Client = Notes;
//!     const TYPE: &'static str = "note";
//!
//!     fn schema(&self) -> Schema<Note> {
//!         Schema::of::<Note>().describe("A note.")
//!     }
//!
//!     async fn create(
//!         &self,
//!         call: &mut Call<Notes>,
//!         change: Create<Note>,
//!         state: &mut Option<Note>,
//!     ) -> Result<()> {
//!         *state = Some(write(call, change.planned));
//!         Ok(())
//!     }
//!
//!     async fn read(&self, call: &mut Call<Notes>, state: Note) -> Result<Option<Note>> {
//!         let notes = call.client.lock().unwrap();
//!         let text = state.title.known().and_then(|title| notes.get(title));
//!         Ok(text.map(|text| Note {
//!             text: text.clone().into(),
//!             ..state.clone()
//!         }))
//!     }
//!
//!     async fn update(
//!         &self,
//!         call: &mut Call<Notes>,
//!         change: Update<Note>,
//!         state: &mut Note,
//!     ) -> Result<()> {
//!         *state = write(call, change.planned);
//!         Ok(())
//!     }
//!
//!     async fn delete(&self, call: &mut Call<Notes>, state: &mut Note) -> Result<()> {
//!         if let Some(title) = state.title.known() {
//!             call.client.lock().unwrap().remove(title);
//!         }
//!         Ok(())
//!     }
//! }
//!
//! fn write(call: &Call<Notes>, note: Note) -> Note {
//!     // When something is applied, everything that was configured is known.
//!     let (title, text) = (note.title.known().unwrap(), note.text.known().unwrap());
//!     call.client
//!         .lock()
//!         .unwrap()
//!         .insert(title.clone(), text.clone());
//!     Note {
//!         length: (text.len() as i64).into(),
//!         ..note
//!     }
//! }
//!
//! struct Memo;
//!
//! /// `provider "memo" {}` has no attributes.
//! #[derive(Clone, Debug, Default, PartialEq)]
//! struct Nothing;
//!
//! impl Model for Nothing {
//!     fn declare(_: &mut Object<Self>) {}
//! }
//!
//! impl Provider for Memo {
//!     type Configuration = Nothing;
//!     type Client = Notes;
//!     const NAME: &'static str = "memo";
//!
//!     fn schema(&self) -> Schema<Nothing> {
//!         Schema::of::<Nothing>().describe("Notes in memory.")
//!     }
//!
//!     async fn configure(&self, _: &mut Configure, _: Nothing) -> Result<Notes> {
//!         Ok(Notes::default())
//!     }
//!
//!     fn register(&self, registry: &mut Registry<Notes>) {
//!         registry.resource(NoteResource);
//!     }
//! }
//!
//! #[tokio::main]
//! async fn main() -> ExitCode {
//!     let options = ServeOptions {
//!         address: "registry.terraform.io/example/memo".to_owned(),
//!         version: env!("CARGO_PKG_VERSION").to_owned(),
//!         debug: std::env::args().any(|argument| argument == "-debug"),
//!     };
//!     match tfplugin::serve(Memo, options).await {
//!         Ok(()) => ExitCode::SUCCESS,
//!         Err(error) => {
//!             eprintln!("{error}");
//!             ExitCode::FAILURE
//!         }
//!     }
//! }
//! ```
//!
//! # Where things are
//!
//! | Looking for | See |
//! |---|---|
//! | declaring attributes, defaults, validators | [`Model`], [`Object`], [`Attribute`], [`AttributeValue`] |
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
mod diagnostic;
mod diagnostics;
mod engine;
mod ephemeral_resource;
mod function;
mod function_error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod go_duration;
mod goplugin;
mod identified;
mod identity;
mod list_resource;
mod listing;
pub mod log;
mod migrations;
mod move_source;
mod object_value;
mod opened;
mod path;
mod private;
mod progress;
mod provider;
mod raw_state;
mod registry;
mod resource;
mod schema;
mod sensitive;
mod serve;
mod serve_error;
mod service;
mod signature;
#[cfg(test)]
mod specimen;
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
pub use identified::Identified;
pub use identity::Identity;
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
pub use serve::{ServeOptions, serve};
pub use serve_error::ServeError;
pub use signature::{Arguments, Parameter, Parameters, Signature};
pub use tokio_util::sync::CancellationToken;
pub use value::Number;
