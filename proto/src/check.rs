//! Checks that many attributes need: of one value, and of several attributes together.
//!
//! # One value
//!
//! [`one_of`], [`between`], [`length`], [`matches`](fn@matches) and [`not_empty`] are for
//! [`Attribute::check`](crate::Attribute::check) and for the parameters of functions. Their
//! messages say what the value is (unless the attribute is sensitive or write-only), what is
//! allowed, and what to do.
//!
//! ```
//! use tfplugin::{Attr, Model, Object, check};
//!
//! #[derive(Clone, Debug, Default, PartialEq)]
//! struct Bucket {
//!     name: Attr<String>,
//!     class: Attr<String>,
//!     days: Attr<i64>,
//!     owners: Attr<Vec<String>>,
//! }
//!
//! impl Model for Bucket {
//!     fn declare(object: &mut Object<Self>) {
//!         object
//!             .attribute("name", |bucket| &mut bucket.name)
//!             .required()
//!             .check(check::length(3..=63))
//!             .check(check::matches("small letters and digits", |name: &str| {
//!                 name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
//!             }));
//!         object
//!             .attribute("class", |bucket| &mut bucket.class)
//!             .default("hot")
//!             .check(check::one_of(["hot", "cold"]));
//!         object
//!             .attribute("days", |bucket| &mut bucket.days)
//!             .optional()
//!             .check(check::between(1..=365));
//!         object
//!             .attribute("owners", |bucket| &mut bucket.owners)
//!             .optional()
//!             .check(check::not_empty);
//!     }
//! }
//! ```
//!
//! # Several attributes
//!
//! [`conflicting`], [`exactly_one_of`], [`at_least_one_of`] and [`required_together`] are for the
//! `validate` of a resource, data source, … Terraform validates before everything is known, and an
//! unknown value may become null: a check reports an error only if there is one whatever the
//! unknown values turn out to be. Once they are known, Terraform validates again, except for an
//! action: there, the crate does it, before the action is planned and before it is invoked. This
//! works for attributes, including nested ones. Terraform does not always say that a `dynamic`
//! block may be absent, so check blocks by what is inside them.
//!
//! ```
//! use tfplugin::{Attr, Diagnostics, Path, check};
//!
//! #[derive(Default)]
//! struct Source {
//!     file: Attr<String>,
//!     text: Attr<String>,
//!     size: Attr<i64>,
//! }
//!
//! fn validate(config: &Source, diagnostics: &mut Diagnostics) {
//!     diagnostics.extend(check::exactly_one_of(&[
//!         ("file", &config.file),
//!         ("text", &config.text),
//!     ]));
//!     diagnostics.extend(check::conflicting(&[
//!         ("text", &config.text),
//!         ("size", &config.size),
//!     ]));
//! }
//!
//! let mut found = Diagnostics::new();
//! validate(&Source { file: "a".into(), text: Attr::Unknown, ..Source::default() }, &mut found);
//! assert!(found.is_empty(), "the text may still turn out to be null");
//!
//! validate(&Source { file: "a".into(), text: "b".into(), ..Source::default() }, &mut found);
//! let error = found.iter().next().expect("both are set");
//! assert_eq!(error.path(), Some(&Path::root("text")));
//! ```
//!
//! For attributes of a nested object, [`Diagnostics::inside`](crate::Diagnostics::inside) leads to
//! the object: `check::conflicting(…).inside(&Path::root("source"))`.

mod length;
mod presence;
mod quote;
mod value;

pub use length::Length;
pub use presence::{Presence, at_least_one_of, conflicting, exactly_one_of, required_together};
pub use quote::Quote;
pub use value::{between, length, matches, not_empty, one_of};

pub(crate) use quote::{listed, unquoted};
