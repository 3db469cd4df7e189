//! [`Notation`]: values that mean the same though they are written differently.

use std::marker::PhantomData;

use crate::attribute_value::{AttributeValue, is_same};
use crate::value::Value;

/// The notations of one value type, without its Rust type.
pub(crate) trait Notation: Send + Sync {
    /// Whether two values mean the same as a whole.
    fn is_same(&self, one: &Value, other: &Value) -> bool;

    /// `new` in the notation of `old`, as far as both mean the same.
    fn kept(&self, old: &Value, new: Value) -> Value;
}

/// The notations of `T`.
struct NotationOf<T>(PhantomData<fn() -> T>);

/// `None` if different values of `T` never mean the same.
pub(super) fn notation_of<T: AttributeValue>() -> Option<Box<dyn Notation>> {
    if T::ONE_NOTATION {
        return None;
    }
    Some(Box::new(NotationOf::<T>(PhantomData)))
}

impl<T: AttributeValue> Notation for NotationOf<T> {
    fn is_same(&self, one: &Value, other: &Value) -> bool {
        is_same::<T>(one, other)
    }

    fn kept(&self, old: &Value, new: Value) -> Value {
        T::keep_notation(old, new)
    }
}
