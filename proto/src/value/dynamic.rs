//! [`Dynamic`]: a value that carries its own type.

use super::{Type, Value};

/// What stands where the schema says `dynamic`: the value and the type it has this time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dynamic {
    /// The type of `value`.
    pub value_type: Type,
    /// The value, of exactly that type.
    pub value: Value,
}
