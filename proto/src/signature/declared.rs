//! [`Declared`]: one parameter, without Rust types.

use std::fmt;

use crate::value::{Type, Value};

/// What Terraform and the checks need to know about a parameter.
pub(crate) struct Declared {
    pub(super) name: String,
    pub(super) value_type: Type,
    /// Whether null and unknown are passed on.
    pub(super) takes_anything: bool,
    pub(super) description: String,
    pub(super) checks: Vec<Check>,
}

/// A validator over the untyped value; it only sees values that are known.
pub(super) type Check = Box<dyn Fn(&Value) -> Result<(), String> + Send + Sync>;

impl fmt::Debug for Declared {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Declared")
            .field("name", &self.name)
            .field("value_type", &self.value_type)
            .finish_non_exhaustive()
    }
}
