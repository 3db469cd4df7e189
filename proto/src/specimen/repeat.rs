//! The function.

use crate::{Arguments, Attr, Function, FunctionError, Parameters, Result, Signature};

/// The function: says its strings several times.
pub(crate) struct Repeat;

#[derive(Debug, Default)]
pub(crate) struct Repetition {
    times: i64,
    between: Attr<String>,
    texts: Vec<String>,
}

impl Arguments for Repetition {
    fn declare(parameters: &mut Parameters<Self>) {
        parameters
            .parameter("times", |arguments| &mut arguments.times)
            .check(|times| {
                if *times < 10 {
                    Ok(())
                } else {
                    Err("must be below 10".into())
                }
            })
            .describe("How often.");
        parameters.parameter("between", |arguments| &mut arguments.between);
        parameters.variadic("texts", |arguments| &mut arguments.texts);
    }
}

impl Function for Repeat {
    type Arguments = Repetition;
    type Output = Attr<String>;
    const NAME: &'static str = "repeat";

    fn signature(&self) -> Signature<Repetition> {
        Signature::of::<Repetition>()
            .summary("Says it again")
            .deprecated("Use another.")
    }

    fn call(&self, arguments: Repetition) -> Result<Attr<String>, FunctionError> {
        if arguments.between.is_unknown() {
            return Ok(Attr::Unknown);
        }
        if let Some(index) = arguments.texts.iter().position(String::is_empty) {
            return Err(FunctionError::new("must not be empty").argument(2 + index));
        }
        let between = arguments.between.into_known().unwrap_or_default();
        let times = usize::try_from(arguments.times).expect("a panic is what the tests want");
        let texts = arguments.texts.join(&between);
        Ok(vec![texts; times].join(&between).into())
    }
}
