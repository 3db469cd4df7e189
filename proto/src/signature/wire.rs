//! Signatures as the protocol writes them.

use super::{Declared, Signature};
use crate::value::Type;
use crate::wire;

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
