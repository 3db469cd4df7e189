//! [`Arguments`]: what a function is called with, as a Rust struct.

use super::Parameters;

/// A struct whose fields are a function's arguments, each declared once and in order; `()` for a
/// function without parameters.
///
/// A field of a plain type (`String`, `i64`, `Vec<String>`) is always there and known: Terraform
/// refuses null and does not call the function before everything is known. A field of type
/// [`Attr`](crate::Attr) takes null and unknown as well.
pub trait Arguments: Default + Send + Sync + 'static {
    /// Declares every field. Called when the signature is built.
    fn declare(parameters: &mut Parameters<Self>);
}

impl Arguments for () {
    fn declare(_: &mut Parameters<Self>) {}
}
