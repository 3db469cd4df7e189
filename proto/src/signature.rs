//! [`Signature`]: what a function looks like to Terraform, and how its arguments become a struct.

mod parameter;
mod parameters;
#[cfg(test)]
mod tests;

pub use parameter::Parameter;
pub use parameters::{Arguments, Parameters};

use crate::value::Type;
use crate::wire;
use parameter::Declared;

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

/// A signature as the protocol writes it.
pub(crate) fn function_to_wire<A>(signature: &Signature<A>, output: &Type) -> wire::Function {
    wire::Function {
        parameters: signature.parameters.positional().map(parameter).collect(),
        variadic_parameter: signature.parameters.variadic_parameter().map(parameter),
        r#return: Some(wire::function::Return {
            r#type: output.to_json(),
        }),
        summary: signature.summary.clone(),
        description: signature.description.clone(),
        description_kind: wire::StringKind::Markdown.into(),
        deprecation_message: signature.deprecated.clone(),
    }
}

fn parameter(declared: &Declared) -> wire::function::Parameter {
    wire::function::Parameter {
        name: declared.name.clone(),
        r#type: declared.value_type.to_json(),
        allow_null_value: declared.takes_anything,
        allow_unknown_values: declared.takes_anything,
        description: declared.description.clone(),
        description_kind: wire::StringKind::Markdown.into(),
    }
}
