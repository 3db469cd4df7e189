//! [`Signature`]: what a function looks like to Terraform, and how its arguments become a struct.

mod arguments;
mod declared;
mod parameter;
mod parameters;
#[cfg(test)]
mod tests;
mod wire;

pub use arguments::Arguments;
pub use parameter::Parameter;
pub use parameters::Parameters;

pub(crate) use wire::function_to_wire;

use declared::Declared;

/// The signature made from a function's [`Arguments`].
#[derive(Debug)]
pub struct Signature<A = ()> {
    summary: String,
    description: String,
    deprecated: String,
    pub(crate) parameters: Parameters<A>,
}

impl Signature {
    /// The signature of a function that is called with `A`.
    pub fn of<A: Arguments>() -> Signature<A> {
        Signature {
            summary: String::new(),
            description: String::new(),
            deprecated: String::new(),
            parameters: Parameters::declared(),
        }
    }
}

impl<A> Signature<A> {
    /// What it does, in one line of plain text.
    pub fn summary(mut self, text: impl Into<String>) -> Self {
        self.summary = text.into();
        self
    }

    /// What it does, in Markdown: the text of its documentation page.
    pub fn describe(mut self, markdown: impl Into<String>) -> Self {
        self.description = markdown.into();
        self
    }

    /// Marks it as deprecated; the text says what to use instead.
    pub fn deprecated(mut self, instead: impl Into<String>) -> Self {
        self.deprecated = instead.into();
        self
    }
}
