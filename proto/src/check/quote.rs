//! [`Quote`]: values in messages.

use std::cell::Cell;

use zeroize::Zeroize;

use crate::sensitive::Sensitive;
use crate::string_value::StringValue;
use crate::value::Number;

/// More of a string is not repeated in a message.
const MOST_CHARACTERS: usize = 80;

/// A value that a message can quote. There is nothing to implement: a
/// [`StringValue`](crate::StringValue) is one, too.
pub trait Quote {
    /// The value as somebody would write it in a configuration.
    fn quote(&self) -> String;
}

impl Quote for str {
    fn quote(&self) -> String {
        match self.char_indices().nth(MOST_CHARACTERS) {
            Some((end, _)) => format!("{:?}...", &self[..end]),
            None => format!("{self:?}"),
        }
    }
}

impl<T: StringValue> Quote for T {
    fn quote(&self) -> String {
        self.to_string().quote()
    }
}

impl Quote for String {
    fn quote(&self) -> String {
        self.as_str().quote()
    }
}

impl Quote for bool {
    fn quote(&self) -> String {
        self.to_string()
    }
}

impl Quote for i64 {
    fn quote(&self) -> String {
        self.to_string()
    }
}

impl Quote for f64 {
    fn quote(&self) -> String {
        self.to_string()
    }
}

impl Quote for Number {
    fn quote(&self) -> String {
        self.to_string()
    }
}

impl<T: Zeroize> Quote for Sensitive<T> {
    fn quote(&self) -> String {
        UNQUOTED.to_owned()
    }
}

/// What a message says instead of a value that must not be shown.
const UNQUOTED: &str = "The value";

thread_local! {
    /// Whether the value that is being checked must not be shown. A check does not know the marks
    /// of its attribute, which may come after it in the declaration.
    static IS_SECRET: Cell<bool> = const { Cell::new(false) };
}

/// Runs a check so that its message does not quote the value, if that is secret.
pub(crate) fn unquoted<T>(is_secret: bool, check: impl FnOnce() -> T) -> T {
    /// Also if the check panics.
    struct Restored(bool);
    impl Drop for Restored {
        fn drop(&mut self) {
            IS_SECRET.set(self.0);
        }
    }
    let _restored = Restored(IS_SECRET.replace(is_secret));
    check()
}

/// Whether the value that is being checked may be shown.
pub(super) fn may_quote() -> bool {
    !IS_SECRET.get()
}

/// The value for the beginning of a message, or words in its place.
pub(super) fn given<C: Quote + ?Sized>(value: &C) -> String {
    if may_quote() {
        value.quote()
    } else {
        UNQUOTED.to_owned()
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(crate) fn listed(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}
