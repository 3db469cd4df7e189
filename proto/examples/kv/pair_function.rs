//! `provider::kv::pair("key=value")`: the two parts, as an object.

use tfplugin::{
    Arguments, Attr, Function, FunctionError, Model, Object, ObjectValue, Parameters, Signature,
};

pub(crate) struct Pair;

#[derive(Debug, Default)]
pub(crate) struct PairArguments {
    text: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PairModel {
    key: Attr<String>,
    value: Attr<String>,
}

impl Arguments for PairArguments {
    fn declare(parameters: &mut Parameters<Self>) {
        parameters
            .parameter("text", |arguments| &mut arguments.text)
            .describe("A line of the form `key=value`.");
    }
}

impl Model for PairModel {
    fn declare(object: &mut Object<Self>) {
        object.attribute("key", |pair| &mut pair.key);
        object.attribute("value", |pair| &mut pair.value);
    }
}

impl Function for Pair {
    type Arguments = PairArguments;
    type Output = ObjectValue<PairModel>;
    const NAME: &'static str = "pair";

    fn signature(&self) -> Signature<PairArguments> {
        Signature::of::<PairArguments>().summary("Takes a line apart into key and value")
    }

    fn call(&self, arguments: PairArguments) -> Result<ObjectValue<PairModel>, FunctionError> {
        let (key, value) = arguments
            .text
            .split_once('=')
            .ok_or_else(|| FunctionError::new("there is no equals sign").argument(0))?;
        Ok(ObjectValue(PairModel {
            key: key.into(),
            value: value.into(),
        }))
    }
}
