//! [`Sensitive`]: a value that must not be shown.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

use crate::attr::Attr;
use crate::attribute_value::AttributeValue;
use crate::value::{Type, Value, ValueError};

/// A secret: `Debug` does not show it, its memory is overwritten when it is dropped, and an
/// attribute of this type is automatically marked as sensitive.
///
/// ```
/// let key = tfplugin::Sensitive::new("hunter2".to_owned());
/// assert_eq!(format!("{key:?}"), "(sensitive)");
/// assert_eq!(key.expose(), "hunter2");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Sensitive<T: Zeroize>(Zeroizing<T>);

impl<T: Zeroize> Sensitive<T> {
    /// Wraps a secret.
    pub fn new(secret: T) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// The secret. The caller must make sure that it is not copied anywhere else.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Sensitive<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("(sensitive)")
    }
}

impl<T: Zeroize> From<T> for Sensitive<T> {
    fn from(secret: T) -> Self {
        Self::new(secret)
    }
}

impl<T: AttributeValue + Zeroize> AttributeValue for Sensitive<T> {
    const SENSITIVE: bool = true;
    const ONE_NOTATION: bool = T::ONE_NOTATION;

    type Borrowed = Self;

    fn borrowed(&self) -> &Self {
        self
    }

    fn value_type() -> Type {
        T::value_type()
    }

    fn decode(value: Value) -> Result<Attr<Self>, ValueError> {
        // The error of the type inside may quote the value.
        let decoded = T::decode(value).map_err(ValueError::concealed)?;
        Ok(decoded.map(Self::new))
    }

    fn encode(self) -> Value {
        T::clone(&self.0).encode()
    }

    fn means_same(&self, other: &Self) -> bool {
        self.0.means_same(&other.0)
    }

    fn keep_notation(old: &Value, new: Value) -> Value {
        T::keep_notation(old, new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_does_not_quote_the_secret() {
        let decoded = Sensitive::<i64>::decode(Value::Number("1.5".parse().expect("a number")));
        let error = decoded.expect_err("it is not whole").to_string();
        assert!(!error.contains("1.5"), "{error}");
    }
}
