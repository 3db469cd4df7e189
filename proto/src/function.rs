//! [`Function`]: the trait a provider's function implements.

use crate::attribute_value::AttributeValue;
use crate::function_error::FunctionError;
use crate::signature::{Arguments, Signature};

/// A function for expressions: `provider::kv::slug("Hello, world")` (Terraform 1.8 and later).
///
/// Terraform calls it whenever it evaluates the expression, long before anything is configured, and
/// expects the same result for the same arguments: a function sees only its arguments.
///
/// ```
/// use tfplugin::{Arguments, Function, FunctionError, Parameters, Signature};
///
/// struct Repeat;
///
/// #[derive(Default)]
/// struct RepeatArguments {
///     text: String,
///     times: i64,
/// }
///
/// impl Arguments for RepeatArguments {
///     fn declare(parameters: &mut Parameters<Self>) {
///         parameters.parameter("text", |arguments| &mut arguments.text);
///         parameters
///             .parameter("times", |arguments| &mut arguments.times)
///             .check(|times| if *times < 100 { Ok(()) } else { Err("must be below 100".into()) });
///     }
/// }
///
/// impl Function for Repeat {
///     type Arguments = RepeatArguments;
///     type Output = String;
///     const NAME: &'static str = "repeat";
///
///     fn signature(&self) -> Signature<RepeatArguments> {
///         Signature::of::<RepeatArguments>().summary("Says it again and again")
///     }
///
///     fn call(&self, arguments: RepeatArguments) -> Result<String, FunctionError> {
///         let times = usize::try_from(arguments.times)
///             .map_err(|_| FunctionError::new("must not be negative").argument(1))?;
///         Ok(arguments.text.repeat(times))
///     }
/// }
/// ```
pub trait Function: Send + Sync + 'static {
    /// What it is called with.
    type Arguments: Arguments;
    /// What it returns; for an object, [`crate::ObjectValue`] of a model.
    type Output: AttributeValue;
    /// Its name, without prefix: what follows `provider::kv::`.
    const NAME: &'static str;

    /// Its parameters and documentation.
    fn signature(&self) -> Signature<Self::Arguments>;

    /// Computes the result.
    ///
    /// # Errors
    /// Shown at the call in the configuration, or at one of its arguments.
    fn call(&self, arguments: Self::Arguments) -> Result<Self::Output, FunctionError>;
}
