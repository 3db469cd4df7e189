//! [`UNKNOWN`]: how an unknown value is written.

/// Stands in a [`Literal`](super::Literal) and in what is [`Shown`](super::Shown) for a value that
/// is known only after apply, as Terraform prints it.
pub const UNKNOWN: &str = "(known after apply)";
