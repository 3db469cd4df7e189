//! What Terraform is told about a function, and what the self-check refuses.

use super::{Arguments, Parameters, Signature, function_to_wire};
use crate::attr::Attr;
use crate::attribute_value::AttributeValue as _;
use crate::object_value::ObjectValue;
use crate::schema::{Model, Object};

#[derive(Clone, Debug, Default, PartialEq)]
struct Pair {
    key: Attr<String>,
    values: Attr<Vec<i64>>,
}

impl Model for Pair {
    fn declare(object: &mut Object<Self>) {
        object.attribute("key", |pair| &mut pair.key).required();
        object
            .attribute("values", |pair| &mut pair.values)
            .optional();
    }
}

#[derive(Debug, Default)]
struct Everything {
    strict: bool,
    loose: Attr<i64>,
    pairs: Vec<ObjectValue<Pair>>,
}

impl Arguments for Everything {
    fn declare(parameters: &mut Parameters<Self>) {
        parameters
            .parameter("strict", |arguments| &mut arguments.strict)
            .describe("Whether to.");
        parameters.parameter("loose", |arguments| &mut arguments.loose);
        parameters.variadic("pairs", |arguments| &mut arguments.pairs);
    }
}

#[test]
fn terraform_is_told_types_order_and_what_may_be_null() {
    let signature = Signature::of::<Everything>().describe("All of it.");
    let function = function_to_wire(&signature, &Vec::<ObjectValue<Pair>>::value_type());
    let strict = &function.parameters[0];
    assert_eq!(
        (strict.name.as_str(), strict.description.as_str()),
        ("strict", "Whether to.")
    );
    assert!(!strict.allow_null_value && !strict.allow_unknown_values);
    let loose = &function.parameters[1];
    assert_eq!(
        (loose.name.as_str(), &*loose.r#type),
        ("loose", &b"\"number\""[..])
    );
    assert!(loose.allow_null_value && loose.allow_unknown_values);
    let pairs = function.variadic_parameter.expect("there is one");
    let pair = r#"["object",{"key":"string","values":["list","number"]}]"#;
    assert_eq!(String::from_utf8_lossy(&pairs.r#type), pair);
    let output = function.r#return.expect("there is one").r#type;
    assert_eq!(
        String::from_utf8_lossy(&output),
        format!("[\"list\",{pair}]")
    );
}

#[derive(Debug, Default)]
struct Faulty {
    text: String,
    texts: Vec<String>,
}

impl Arguments for Faulty {
    fn declare(parameters: &mut Parameters<Self>) {
        parameters.parameter("same", |arguments| &mut arguments.text);
        parameters.variadic("same", |arguments| &mut arguments.texts);
        parameters.parameter("After", |arguments| &mut arguments.text);
    }
}

#[test]
fn what_terraform_or_a_reader_would_stumble_over_is_refused() {
    let faults = Signature::of::<Faulty>().parameters.faults();
    assert_eq!(
        faults,
        [
            "After: a variadic parameter must be the last one",
            "After: a name must consist of lowercase letters, digits and underscores, and start \
             with a letter",
            "same: the name is declared twice",
        ]
    );
}
