//! [`Refinement`]: what is known about an unknown value.

use super::Number;

/// Promises about a value that is not known yet. A planned promise must hold after apply.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refinement {
    /// `Some(false)`: will not be null. `Some(true)`: will be null.
    pub null: Option<bool>,
    /// The text will start like this.
    pub string_prefix: Option<String>,
    /// The number will not be smaller.
    pub number_min: Option<Bound>,
    /// The number will not be larger.
    pub number_max: Option<Bound>,
    /// The collection will not have fewer elements.
    pub length_min: Option<u64>,
    /// The collection will not have more elements.
    pub length_max: Option<u64>,
}

/// One end of a range of numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bound {
    /// The limit.
    pub number: Number,
    /// Whether the limit itself is allowed.
    pub inclusive: bool,
}

impl Refinement {
    /// Whether it promises nothing; then a plain unknown value is sent instead.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
