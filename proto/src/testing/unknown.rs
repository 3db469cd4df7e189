//! [`UNKNOWN`]: how an unknown value is written.

/// A value that is known only after apply, in a [`Literal`](super::Literal) and in a
/// [`Shown`](super::Shown), as Terraform prints it.
pub const UNKNOWN: &str = "(known after apply)";
