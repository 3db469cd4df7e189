//! [`Attr`]: the value of an attribute.

use std::ops::Deref;
use std::panic::Location;

use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;

/// The value of an attribute as Terraform sees it: null, not yet known, or known.
///
/// *Null* means that nobody wrote it; *unknown* means that it will be known after apply.
/// Both are ordinary states: validation sees unknown values, and an optional attribute is mostly
/// null.
///
/// | The question | The method | Null | Unknown |
/// |---|---|---|---|
/// | Is there a value now? | [`known`](Self::known) | `None` | `None` |
/// | There has to be a value here | [`get`](Self::get) | an error | an error |
/// | The type's default will do | [`unwrap_or_default`](Self::unwrap_or_default) | the default | the default |
/// | What follows from the value? | [`map`](Self::map), [`and_then`](Self::and_then) | null | unknown |
/// | Is it this value? | `==` | no | no |
///
/// ```
/// use tfplugin::Attr;
///
/// let name: Attr<String> = "blue".into();
/// assert!(name == "blue");
/// assert_eq!(name.as_deref().map(str::len), Attr::Known(4));
///
/// let later: Attr<String> = Attr::Unknown;
/// assert!(later != "blue");
/// assert_eq!(later.map(|name| name.len()), Attr::Unknown);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attr<T> {
    /// Not set.
    #[default]
    Null,
    /// Will be known after apply.
    Unknown,
    /// Set, and known now.
    Known(T),
}

impl<T> Attr<T> {
    /// Whether nothing is set.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether the value will only be known after apply.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether there is a value now.
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// The value, if there is one now.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value, where there must be one: the value of a required attribute during an apply, or of
    /// an attribute that `create` has set.
    ///
    /// ```
    /// # use tfplugin::{Attr, Result};
    /// fn url(name: &Attr<String>) -> Result<String> {
    ///     Ok(format!("https://example.com/{}", name.get()?))
    /// }
    /// assert_eq!(url(&"blue".into()), Ok("https://example.com/blue".to_owned()));
    /// assert!(url(&Attr::Null).is_err());
    /// ```
    ///
    /// # Errors
    /// If it is null or unknown. The error names the line of the provider that called this.
    #[track_caller]
    pub fn get(&self) -> Result<&T> {
        let there = match self {
            Self::Known(value) => return Ok(value),
            Self::Null => "it is null",
            Self::Unknown => "it is not known yet",
        };
        Err(missing(there, Location::caller()).into())
    }

    /// The value to change in place, if there is one now.
    pub fn known_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value itself, if there is one now.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value itself, or the default of its type: for `read`, `create`, `update` and `delete`,
    /// where no configured value is unknown. A plan or a validation must not treat an unknown value
    /// as the default; there, [`map`](Self::map) and [`and_then`](Self::and_then) leave it unknown.
    pub fn unwrap_or_default(self) -> T
    where
        T: Default,
    {
        self.into_known().unwrap_or_default()
    }

    /// The same state with another value; null and unknown stay what they are.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Attr<U> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => Attr::Known(change(value)),
        }
    }

    /// What `next` makes of the value; null and unknown stay what they are. Use this to get from an
    /// object to an attribute inside it.
    ///
    /// ```
    /// # use tfplugin::Attr;
    /// # #[derive(Clone)]
    /// struct Policy { days: Attr<i64> }
    /// let days = |policy: &Attr<Policy>| policy.as_ref().and_then(|policy| policy.days);
    ///
    /// assert_eq!(days(&Attr::Known(Policy { days: Attr::Known(7) })), Attr::Known(7));
    /// assert_eq!(days(&Attr::Known(Policy { days: Attr::Unknown })), Attr::Unknown);
    /// assert_eq!(days(&Attr::Null), Attr::Null);
    /// ```
    pub fn and_then<U>(self, next: impl FnOnce(T) -> Attr<U>) -> Attr<U> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => next(value),
        }
    }

    /// The same state over a borrowed value.
    pub fn as_ref(&self) -> Attr<&T> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => Attr::Known(value),
        }
    }

    /// The same state over what the value derefs to: `Attr<&str>` of an `Attr<String>`.
    pub fn as_deref(&self) -> Attr<&T::Target>
    where
        T: Deref,
    {
        self.as_ref().map(T::deref)
    }

    /// `None` is null, `Some` is known.
    pub fn from_option(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

impl<T> From<T> for Attr<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Attr<T> {
    fn from(value: Option<T>) -> Self {
        Self::from_option(value)
    }
}

impl From<&str> for Attr<String> {
    fn from(text: &str) -> Self {
        Self::Known(text.to_owned())
    }
}

/// Null and unknown are equal to no value.
impl<T: PartialEq> PartialEq<T> for Attr<T> {
    fn eq(&self, value: &T) -> bool {
        self.known() == Some(value)
    }
}

/// Null and unknown are equal to no string.
impl PartialEq<str> for Attr<String> {
    fn eq(&self, string: &str) -> bool {
        self.known().is_some_and(|value| value == string)
    }
}

/// Null and unknown are equal to no string.
impl PartialEq<&str> for Attr<String> {
    fn eq(&self, string: &&str) -> bool {
        self == *string
    }
}

fn missing(there: &str, at: &Location<'_>) -> Diagnostic {
    Diagnostic::error("A value that the provider needs is missing").detail(format!(
        "The provider needs a value at {at}, but {there}. If a warning says that a value in the \
         state cannot be read, follow that warning first. Otherwise this is a bug in the \
         provider; please report it."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_and_unknown_are_equal_to_no_value() {
        for absent in [Attr::Null, Attr::Unknown] {
            assert!(absent != "", "{absent:?}");
            assert!(absent != *"", "{absent:?}");
            assert!(absent != String::new(), "{absent:?}");
        }
        assert!(Attr::<i64>::Null != 0);
        assert!(Attr::Known(3) == 3);
        let (name, owned): (Attr<String>, _) = ("blue".into(), String::from("blue"));
        assert!(name == "blue" && name == *"blue" && name == owned);
        assert!(name.as_deref() == "blue");
        assert!(name != "green");
    }

    #[test]
    fn what_follows_from_null_and_unknown_is_null_and_unknown() {
        let half = |number: i64| match number % 2 {
            0 => Attr::Known(number / 2),
            _ => Attr::Unknown,
        };
        assert_eq!(Attr::Known(4).and_then(half), Attr::Known(2));
        assert_eq!(Attr::Known(3).and_then(half), Attr::Unknown);
        assert_eq!(Attr::Null.and_then(half), Attr::Null);
        assert_eq!(Attr::Unknown.and_then(half), Attr::Unknown);
        assert_eq!(Attr::<String>::Unknown.as_deref(), Attr::Unknown);
        assert_eq!(Attr::<String>::Null.as_deref(), Attr::Null);
    }

    #[test]
    fn a_missing_value_is_an_error_that_names_the_line_that_asks() {
        assert_eq!(Attr::Known(1).get(), Ok(&1));
        for (absent, reason) in [
            (Attr::Null, "it is null"),
            (Attr::Unknown, "it is not known yet"),
        ] {
            let line = line!() + 1;
            let errors = Attr::<i64>::get(&absent).expect_err("there is no value");
            let error = errors.iter().next().expect("there is an error");
            let place = format!("attr.rs:{line}:");
            assert!(error.is_error());
            assert!(error.detail_text().contains(&place), "{error:?}");
            assert!(error.detail_text().contains(reason), "{error:?}");
        }
    }

    #[test]
    fn the_default_stands_for_what_is_not_there() {
        assert_eq!(Attr::Known(3).unwrap_or_default(), 3);
        assert_eq!(Attr::<i64>::Null.unwrap_or_default(), 0);
        assert_eq!(Attr::<i64>::Unknown.unwrap_or_default(), 0);
    }
}
