//! `provider::kv::key(separator, parts...)`: a key made of several parts.

use tfplugin::{Arguments, Attr, Function, FunctionError, Parameters, Signature, check};

pub(crate) struct Key;

#[derive(Debug, Default)]
pub(crate) struct KeyArguments {
    separator: Attr<String>,
    parts: Vec<String>,
}

impl Arguments for KeyArguments {
    fn declare(parameters: &mut Parameters<Self>) {
        parameters
            .parameter("separator", |arguments| &mut arguments.separator)
            .describe("What stands between the parts; a hyphen if it is null.");
        parameters
            .variadic("parts", |arguments| &mut arguments.parts)
            .check(check::matches("letters and digits", |part: &str| {
                part.chars().all(|c| c.is_ascii_alphanumeric())
            }))
            .describe("The parts.");
    }
}

impl Function for Key {
    type Arguments = KeyArguments;
    type Output = Attr<String>;
    const NAME: &'static str = "key";

    fn signature(&self) -> Signature<KeyArguments> {
        Signature::of::<KeyArguments>()
            .summary("Makes a key of several parts")
            .describe("Joins the parts.")
    }

    fn call(&self, arguments: KeyArguments) -> Result<Attr<String>, FunctionError> {
        if let Some(index) = arguments.parts.iter().position(String::is_empty) {
            return Err(FunctionError::new("leave empty parts out").argument(index + 1));
        }
        Ok(match arguments.separator {
            Attr::Unknown => Attr::Unknown,
            Attr::Null => arguments.parts.join("-").into(),
            Attr::Known(separator) => arguments.parts.join(&separator).into(),
        })
    }
}
