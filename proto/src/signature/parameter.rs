//! [`Parameter`]: the marks of one parameter.

use std::fmt;
use std::marker::PhantomData;

use crate::attr::Attr;
use crate::attribute_value::AttributeValue;
use crate::schema::Check;
use crate::value::{Type, Value};

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

/// What Terraform and the checks need to know about a parameter.
pub(crate) struct Declared {
    pub(super) name: String,
    pub(super) value_type: Type,
    /// Whether null and unknown are passed on.
    pub(super) takes_anything: bool,
    pub(super) description: String,
    pub(super) checks: Vec<Check>,
}

impl fmt::Debug for Declared {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Declared")
            .field("name", &self.name)
            .field("value_type", &self.value_type)
            .finish_non_exhaustive()
    }
}
