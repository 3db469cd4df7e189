//! What comes back from JSON, and what does not get in.

use proptest::prelude::*;

use super::{decode, encode};
use crate::engine::unknown_to_null;
use crate::value::strategy::{any_type, cases, typed_value};
use crate::value::{Type, Value};

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn every_known_value_comes_back_as_it_was((of, value) in typed_value()) {
        let value = unknown_to_null(value);
        let text = encode(&value, &of).expect("the value is of its type");
        prop_assert_eq!(decode(text.as_bytes(), &of), Ok(value));
    }

    #[test]
    fn arbitrary_text_is_refused_or_read_but_never_crashes(of in any_type(), text in "[\\[\\]{}\",:0-9a-z.eE+-]{0,40}") {
        let _ = decode(text.as_bytes(), &of);
    }

    #[test]
    fn damaged_values_are_refused_or_read_but_never_crash(
        (of, value) in typed_value(),
        position in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = encode(&unknown_to_null(value), &of).expect("the value is of its type").into_bytes();
        let position = position.index(bytes.len());
        bytes[position] = byte;
        let _ = decode(&bytes, &of);
        let _ = decode(&bytes[..position], &of);
    }
}

fn object() -> Type {
    Type::Object(
        [
            ("name".to_owned(), Type::String),
            ("count".to_owned(), Type::Number),
        ]
        .into(),
    )
}

#[test]
fn state_of_another_schema_is_read_as_far_as_it_fits() {
    let state = decode(br#"{"name":"a","gone":{"deep":[1]}}"#, &object()).expect("it fits");
    assert_eq!(state.entry("name"), &Value::text("a"));
    assert_eq!(
        state.entry("count"),
        &Value::Null,
        "what is missing is null"
    );
}

#[test]
fn a_value_that_brings_its_type_must_have_all_of_it() {
    let bytes = br#"{"type":["object",{"a":"bool","b":"bool"}],"value":{"a":true}}"#;
    let error = decode(bytes, &Type::Dynamic).expect_err("b is missing");
    assert_eq!(error.to_string(), "the attribute \"b\" is missing");
}

#[test]
fn numbers_keep_every_digit() {
    let text = "0.1234567890123456789012345678901234567890";
    let value = decode(text.as_bytes(), &Type::Number).expect("a number");
    assert_eq!(
        encode(&value, &Type::Number).as_deref(),
        Ok("0.123456789012345678901234567890123456789")
    );
}

#[test]
fn text_and_numbers_are_converted_where_a_schema_changed() {
    assert_eq!(
        decode(b"\"12\"", &Type::Number),
        Ok(Value::Number(12.into()))
    );
    assert_eq!(decode(b"12.0", &Type::String), Ok(Value::text("12")));
    assert_eq!(decode(b"1e9", &Type::String), Ok(Value::text("1e9")));
    assert_eq!(decode(b"true", &Type::String), Ok(Value::text("true")));
    assert_eq!(decode(b"\"true\"", &Type::Bool), Ok(Value::Bool(true)));
    assert!(decode(b"\"yes\"", &Type::Bool).is_err());
    assert!(decode(b"{}", &Type::String).is_err());
}

#[test]
fn an_error_says_where_it_is() {
    let of = Type::List(Box::new(object()));
    let error = decode(br#"[{"count":1},{"count":[]}]"#, &of).expect_err("a list is not a number");
    assert_eq!(error.path().to_string(), "[1].count");
}

#[test]
fn an_unknown_value_has_no_json_form() {
    assert!(
        encode(
            &Value::List(vec![Value::UNKNOWN]),
            &Type::List(Box::new(Type::Bool))
        )
        .is_err()
    );
}

#[test]
fn nesting_without_end_is_refused() {
    let bytes = "[".repeat(100_000);
    assert!(decode(bytes.as_bytes(), &Type::List(Box::new(Type::Bool))).is_err());
}
