//! [`Parameter`]: the marks of one parameter.

use std::marker::PhantomData;

use super::Declared;
use crate::attr::Attr;
use crate::attribute_value::AttributeValue;
use crate::value::Value;

/// A parameter being declared.
pub struct Parameter<'a, T> {
    declared: &'a mut Declared,
    value: PhantomData<fn(T)>,
}

impl<'a, T: AttributeValue> Parameter<'a, T> {
    pub(super) fn new(declared: &'a mut Declared) -> Self {
        Self {
            declared,
            value: PhantomData,
        }
    }

    /// What it is for, in Markdown.
    pub fn describe(self, markdown: impl Into<String>) -> Self {
        self.declared.description = markdown.into();
        self
    }

    /// Refuses arguments before the function is called; the message is shown at the argument. It
    /// sees strings as `&str` and lists as slices.
    pub fn check(
        self,
        accept: impl Fn(&T::Borrowed) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.declared.checks.push(Box::new(move |value: &Value| {
            // What does not decode is reported by the decoding.
            match T::decode(value.clone()) {
                Ok(Attr::Known(value)) => accept(value.borrowed()),
                Ok(Attr::Null | Attr::Unknown) | Err(_) => Ok(()),
            }
        }));
        self
    }
}
