//! The calls about functions. They need no configured provider.

use super::convert::{value_from_wire, value_to_wire};
use super::message::Answer as _;
use super::provider_calls::described;
use super::server::Server;
use crate::diagnostics::Result;
use crate::function_error::FunctionError;
use crate::panic_guard::guarded_sync;
use crate::provider::Provider;
use crate::value::Value;
use crate::wire;

impl<P: Provider> Server<P> {
    pub(super) fn functions(&self) -> wire::get_functions::Response {
        wire::get_functions::Response {
            functions: described(&self.registry.functions, |function| {
                function.wire_function()
            }),
            diagnostics: Vec::new(),
        }
    }

    pub(super) async fn call_function(
        &self,
        request: wire::call_function::Request,
    ) -> Result<wire::call_function::Response> {
        let function = self.function(&request.name)?;
        let mut arguments = Vec::with_capacity(request.arguments.len());
        for (index, argument) in request.arguments.into_iter().enumerate() {
            // A surplus argument has no type; the function itself counts the arguments.
            let argument = match function.argument_type(index) {
                Some(of) => value_from_wire(Some(argument), of),
                None => Ok(Value::Null),
            };
            match argument {
                Ok(argument) => arguments.push(argument),
                Err(diagnostics) => {
                    let mut response = wire::call_function::Response::failed(diagnostics);
                    if let Some(error) = &mut response.error {
                        error.function_argument = i64::try_from(index).ok();
                    }
                    return Ok(response);
                }
            }
        }
        let doing = format!("function {}", request.name);
        match guarded_sync(&doing, || function.call(arguments))? {
            Ok(output) => Ok(wire::call_function::Response {
                result: Some(value_to_wire(&output, function.output_type())?),
                error: None,
            }),
            Err(error) => Ok(wire::call_function::Response {
                result: None,
                error: Some(error_to_wire(&error)),
            }),
        }
    }
}

fn error_to_wire(error: &FunctionError) -> wire::FunctionError {
    wire::FunctionError {
        text: error.text().to_owned(),
        function_argument: error
            .argument_index()
            .and_then(|index| i64::try_from(index).ok()),
    }
}
