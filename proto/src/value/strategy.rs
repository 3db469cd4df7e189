//! Types and values of every shape, for property tests.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use super::{Bound, Dynamic, Number, Refinement, Type, Value};

/// 10,000 cases, or what `PROPTEST_CASES` says: `make fuzz` wants more.
pub(crate) fn cases() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig::with_cases(cases.and_then(|cases| cases.parse().ok()).unwrap_or(10_000))
}

/// A type and a value of it: null, unknown with and without refinements, and known ones.
pub(crate) fn typed_value() -> impl Strategy<Value = (Type, Value)> {
    any_type().prop_flat_map(|of| {
        let value = value_of(&of);
        (Just(of), value)
    })
}

pub(crate) fn any_type() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![
        Just(Type::Bool),
        Just(Type::Number),
        Just(Type::String),
        Just(Type::Dynamic)
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|of| Type::List(Box::new(of))),
            inner.clone().prop_map(|of| Type::Set(Box::new(of))),
            inner.clone().prop_map(|of| Type::Map(Box::new(of))),
            vec(inner.clone(), 0..3).prop_map(Type::Tuple),
            btree_map("[a-z_]{1,4}", inner, 0..4).prop_map(Type::Object),
        ]
    })
}

fn value_of(of: &Type) -> BoxedStrategy<Value> {
    prop_oneof![
        1 => Just(Value::Null),
        1 => option::of(refinement()).prop_map(unknown),
        6 => known_value_of(of),
    ]
    .boxed()
}

fn known_value_of(of: &Type) -> BoxedStrategy<Value> {
    match of {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => number().prop_map(Value::Number).boxed(),
        Type::String => text().prop_map(Value::text).boxed(),
        Type::List(element) => vec(value_of(element), 0..4).prop_map(Value::List).boxed(),
        Type::Set(element) => vec(value_of(element), 0..4)
            .prop_map(|elements| Value::Set(elements.into_iter().collect()))
            .boxed(),
        Type::Map(element) => {
            btree_map(text().prop_map(super::normal_form), value_of(element), 0..4)
                .prop_map(Value::Map)
                .boxed()
        }
        Type::Tuple(elements) => elements
            .iter()
            .map(value_of)
            .collect::<Vec<_>>()
            .prop_map(Value::List)
            .boxed(),
        Type::Object(attributes) => attributes
            .iter()
            .map(|(name, of)| (Just(name.clone()), value_of(of)))
            .collect::<Vec<_>>()
            .prop_map(|entries| Value::Map(entries.into_iter().collect()))
            .boxed(),
        // One level is enough here: the decoder's recursion is the same.
        Type::Dynamic => prop_oneof![
            text().prop_map(|text| dynamic(Type::String, Value::text(text))),
            vec(number().prop_map(Value::Number), 0..3).prop_map(|numbers| dynamic(
                Type::List(Box::new(Type::Number)),
                Value::List(numbers)
            )),
        ]
        .boxed(),
    }
}

/// Including text that is not in normal form, and characters that matter to JSON.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z\"\\\\\n\u{0}é]{0,8}",
        "\\PC{0,8}",
        // Letters with combining marks.
        "(e\u{301}|A\u{30a}|\u{1100}\u{1161}|\u{212b}){0,3}",
    ]
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("finite", |float| float.to_string().parse().ok()),
        "-?[1-9][0-9]{0,76}(\\.[0-9]{1,40})?"
            .prop_map(|text| text.parse().expect("it is a decimal number")),
        "-?[0-9]\\.[0-9]{1,5}e-?[0-9]{1,3}"
            .prop_map(|text| text.parse().expect("it is a decimal number")),
    ]
}

fn refinement() -> impl Strategy<Value = Refinement> {
    let bound = || {
        option::of(
            (number(), any::<bool>()).prop_map(|(number, inclusive)| Bound { number, inclusive }),
        )
    };
    let prefix = option::of(text().prop_map(super::normal_form));
    let length = || option::of(any::<u64>());
    (
        option::of(any::<bool>()),
        prefix,
        bound(),
        bound(),
        length(),
        length(),
    )
        .prop_map(
            |(null, string_prefix, number_min, number_max, length_min, length_max)| Refinement {
                null,
                string_prefix,
                number_min,
                number_max,
                length_min,
                length_max,
            },
        )
}

fn unknown(refinement: Option<Refinement>) -> Value {
    Value::Unknown(
        refinement
            .filter(|refinement| !refinement.is_empty())
            .map(Box::new),
    )
}

fn dynamic(value_type: Type, value: Value) -> Value {
    Value::Dynamic(Box::new(Dynamic { value_type, value }))
}
