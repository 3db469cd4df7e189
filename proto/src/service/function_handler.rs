//! [`FunctionHandler`]: a function, the types of its arguments forgotten.

use crate::function_error::FunctionError;
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
