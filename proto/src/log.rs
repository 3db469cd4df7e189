//! What the log must not show, and the log itself: what happens to the events of `tracing`.
//!
//! [The crate's page](crate#logs) says how to write a log and what comes out. A line never holds
//!
//! * the value of an attribute that is [`sensitive`](crate::Attribute::sensitive),
//!   [`write_only`](crate::Attribute::write_only) or of the type [`Sensitive`](crate::Sensitive):
//!   its strings and numbers of four characters and more are masked in all lines of the process for
//!   as long as the call that received them lasts, and those of the provider block until the next
//!   configuration;
//! * a secret that was registered with [`mask`];
//! * the value of a field that was named with [`mask_field`];
//! * what a rewriter of [`mask_with`] removes.
//!
//! `***` replaces what is masked, in messages and in the values of fields, including the fields of
//! spans. Secrets in another form (for example, in Base64) are not recognized: register that form
//! too. Nothing is masked in diagnostics, or for your own subscriber.

mod fields;
mod line;
mod masks;
mod secrets;
mod spans;
mod subscriber;

pub use masks::{mask, mask_field, mask_with};

pub(crate) use fields::{Scope, Subject, conceal, scoped};
pub(crate) use masks::Concealed;
pub(crate) use secrets::secrets;
pub(crate) use subscriber::start;
