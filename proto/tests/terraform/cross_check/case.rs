//! [`Case`]: a resource type, what is planned of it, and what is made.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use tfplugin::value::{Dynamic, Refinement, Type, Value};

use super::strategy::typed_value;

/// Each case has that many attributes, `a0` and so on, of any type.
const ATTRIBUTES: usize = 24;

/// Terraform keeps 512 bits of a number; this many decimal digits always fit.
const DIGITS: usize = 150;

pub(crate) struct Case {
    /// An object of all attributes.
    pub(crate) of: Type,
    /// `made`, with unknown values here and there.
    pub(crate) planned: Value,
    pub(crate) made: Value,
}

impl Case {
    /// Always the same ones.
    pub(crate) fn some(count: usize) -> Vec<Self> {
        let mut runner = TestRunner::deterministic();
        (0..count).map(|_| Self::new(&mut runner)).collect()
    }

    fn new(runner: &mut TestRunner) -> Self {
        let usable = typed_value()
            .prop_map(|(of, value)| (of, known(value)))
            .prop_filter("Terraform's own limits", |(of, value)| {
                !is_dynamic_collection(of) && fits(value)
            });
        let (mut types, mut planned, mut made) = (Vec::new(), Vec::new(), Vec::new());
        for index in 0..ATTRIBUTES {
            let tree = usable.new_tree(runner).expect("there are such values");
            let (of, value) = tree.current();
            let name = format!("a{index}");
            types.push((name.clone(), of));
            planned.push((name.clone(), hidden(&value, runner)));
            made.push((name, value));
        }
        Self {
            of: Type::Object(types.into_iter().collect()),
            planned: Value::Map(planned.into_iter().collect()),
            made: Value::Map(made.into_iter().collect()),
        }
    }
}

/// The value with parts of it unknown, promising no more than is true. The elements of sets stay as
/// they are: Terraform could not match them.
fn hidden(value: &Value, runner: &mut TestRunner) -> Value {
    match any::<u8>().new_tree(runner).expect("a number").current() {
        0..32 => return Value::UNKNOWN,
        32..48 => {
            let refinement = Refinement {
                null: Some(value.is_null()),
                ..Default::default()
            };
            // What is promised to be null is null.
            let unknown = Value::Unknown(Some(Box::new(refinement)));
            return if value.is_null() {
                Value::Null
            } else {
                unknown
            };
        }
        _ => {}
    }
    match value {
        Value::List(elements) => {
            Value::List(elements.iter().map(|value| hidden(value, runner)).collect())
        }
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), hidden(value, runner)))
                .collect(),
        ),
        Value::Dynamic(dynamic) => Value::Dynamic(Box::new(Dynamic {
            value_type: dynamic.value_type.clone(),
            value: hidden(&dynamic.value, runner),
        })),
        other => other.clone(),
    }
}

/// The value with null for what is unknown.
fn known(value: Value) -> Value {
    match value {
        Value::Unknown(_) => Value::Null,
        Value::List(elements) => Value::List(elements.into_iter().map(known).collect()),
        Value::Set(elements) => Value::Set(elements.into_iter().map(known).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key, known(value)))
                .collect(),
        ),
        Value::Dynamic(dynamic) => Value::Dynamic(Box::new(Dynamic {
            value_type: dynamic.value_type,
            value: known(dynamic.value),
        })),
        other => other,
    }
}

/// The elements of a collection have one type, also where the schema leaves it open.
fn is_dynamic_collection(of: &Type) -> bool {
    match of {
        Type::Bool | Type::Number | Type::String | Type::Dynamic => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_dynamic(element),
        Type::Tuple(types) => types.iter().any(is_dynamic_collection),
        Type::Object(attributes) => attributes.values().any(is_dynamic_collection),
    }
}

fn has_dynamic(of: &Type) -> bool {
    match of {
        Type::Dynamic => true,
        Type::Bool | Type::Number | Type::String => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_dynamic(element),
        Type::Tuple(types) => types.iter().any(has_dynamic),
        Type::Object(attributes) => attributes.values().any(has_dynamic),
    }
}

fn fits(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            let digits = text
                .trim_start_matches(['-', '0', '.'])
                .trim_end_matches('0');
            digits.len() <= DIGITS
        }
        Value::List(elements) => elements.iter().all(fits),
        Value::Set(elements) => elements.iter().all(fits),
        Value::Map(entries) => entries.values().all(fits),
        Value::Dynamic(dynamic) => fits(&dynamic.value),
        _ => true,
    }
}
