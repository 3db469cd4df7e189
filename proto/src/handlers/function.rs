//! [`FunctionHandler`]: a function without the types of its arguments. [`TypedFunction`] implements
//! it for an author's function.

use crate::attribute_value::AttributeValue as _;
use crate::function::Function;
use crate::function_error::FunctionError;
use crate::names::{NAME_RULE, is_name};
use crate::signature::{Signature, function_to_wire};
use crate::value::{Type, Value};
use crate::wire;

pub(crate) trait FunctionHandler: Send + Sync {
    fn faults(&self) -> Vec<String>;

    fn wire_function(&self) -> wire::Function;

    /// The type of the argument at that place; `None` if there are too many.
    fn argument_type(&self, index: usize) -> Option<&Type>;

    fn output_type(&self) -> &Type;

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

pub(crate) struct TypedFunction<F: Function> {
    function: F,
    signature: Signature<F::Arguments>,
    output_type: Type,
}

impl<F: Function> TypedFunction<F> {
    pub(crate) fn new(function: F) -> Self {
        let signature = function.signature();
        Self {
            function,
            signature,
            output_type: F::Output::value_type(),
        }
    }
}

impl<F: Function> FunctionHandler for TypedFunction<F> {
    fn faults(&self) -> Vec<String> {
        let name = (!is_name(F::NAME)).then(|| NAME_RULE.to_owned());
        let faults = name.into_iter().chain(self.signature.parameters.faults());
        faults
            .map(|fault| format!("function {}: {fault}", F::NAME))
            .collect()
    }

    fn wire_function(&self) -> wire::Function {
        function_to_wire(&self.signature, &self.output_type)
    }

    fn argument_type(&self, index: usize) -> Option<&Type> {
        self.signature.parameters.argument_type(index)
    }

    fn output_type(&self) -> &Type {
        &self.output_type
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let is_known = arguments.iter().all(Value::is_wholly_known);
        let arguments = self.signature.parameters.decode(arguments)?;
        let result = self.function.call(arguments).map(F::Output::encode)?;
        if is_known && !result.is_wholly_known() {
            return Err(FunctionError::new(
                "the function returned an unknown value although all its arguments are known; this \
                 is a bug in the provider, please report it",
            ));
        }
        Ok(result)
    }
}
