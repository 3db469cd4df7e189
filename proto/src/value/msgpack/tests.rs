//! What comes back from MessagePack, and what does not get in.

use proptest::prelude::*;

use super::{decode, encode};
use crate::value::strategy::{any_type, cases, typed_value};
use crate::value::{Refinement, Type, Value};

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn every_value_comes_back_as_it_was((of, value) in typed_value()) {
        let bytes = encode(&value, &of).expect("the value is of its type");
        prop_assert_eq!(decode(&bytes, &of), Ok(value));
    }

    #[test]
    fn arbitrary_bytes_are_refused_or_read_but_never_crash(of in any_type(), bytes in any::<Vec<u8>>()) {
        let _ = decode(&bytes, &of);
    }

    #[test]
    fn damaged_values_are_refused_or_read_but_never_crash(
        (of, value) in typed_value(),
        position in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = encode(&value, &of).expect("the value is of its type");
        let position = position.index(bytes.len());
        bytes[position] = byte;
        if let Ok(value) = decode(&bytes, &of) {
            prop_assert!(encode(&value, &of).is_ok(), "what was read can be written");
        }
        let _ = decode(&bytes[..position], &of);
    }
}

#[test]
fn every_ext_code_means_unknown() {
    for bytes in [
        &[0xd4, 0, 0][..],            // fixext 1, code 0: what Terraform sends
        &[0xd5, 0, 0, 0],             // fixext 2
        &[0xc7, 0, 0],                // ext 8 without a body
        &[0xd4, 0x7f, 0],             // a code nobody uses
        &[0xc7, 1, 0x0c, 0x80],       // refinements: an empty map
        &[0xc7, 2, 0x0c, 0xc1, 0xc1], // refinements that cannot be read
        &[0xc8, 0, 1, 0, 0],          // ext 16
        &[0xc9, 0, 0, 0, 1, 0, 0],    // ext 32
    ] {
        assert_eq!(
            decode(bytes, &Type::String),
            Ok(Value::UNKNOWN),
            "{bytes:x?}"
        );
    }
}

#[test]
fn refinements_are_kept() {
    // {1: false, 2: "arn:"} in an ext 8 of code 12.
    let bytes = [
        0xc7, 9, 0x0c, 0x82, 0x01, 0xc2, 0x02, 0xa4, b'a', b'r', b'n', b':',
    ];
    let refinement = Refinement {
        null: Some(false),
        string_prefix: Some("arn:".to_owned()),
        ..Default::default()
    };
    let value = Value::Unknown(Some(Box::new(refinement)));
    assert_eq!(decode(&bytes, &Type::String), Ok(value.clone()));
    assert_eq!(encode(&value, &Type::String), Ok(bytes.to_vec()));
}

#[test]
fn a_plain_unknown_is_written_without_refinements() {
    assert_eq!(encode(&Value::UNKNOWN, &Type::Bool), Ok(vec![0xd4, 0, 0]));
    let empty = Value::Unknown(Some(Box::default()));
    assert_eq!(
        encode(&empty, &Type::Bool),
        Ok(vec![0xd4, 0, 0]),
        "an empty refinement map is never sent"
    );
}

#[test]
fn numbers_are_read_from_integers_floats_and_text_and_never_lose_digits() {
    let number = |text: &str| Ok(Value::Number(text.parse().expect("a number")));
    assert_eq!(decode(&[0x2a], &Type::Number), number("42"));
    assert_eq!(
        decode(&[0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0], &Type::Number),
        number("0.5")
    );
    assert_eq!(
        decode(&[0xa3, b'0', b'.', b'1'], &Type::Number),
        number("0.1")
    );
    let huge = "340282366920938463463374607431768211456";
    let bytes = encode(&number(huge).expect("a number"), &Type::Number).expect("it can be written");
    assert_eq!(bytes[0], 0xd9, "integers beyond 64 bits are text");
    assert_eq!(decode(&bytes, &Type::Number), number(huge));
    let nan = [0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0];
    assert!(
        decode(&nan, &Type::Number).is_err(),
        "what is not a number is refused"
    );
}

#[test]
fn a_claimed_length_allocates_nothing() {
    let list = Type::List(Box::new(Type::String));
    for bytes in [
        &[0xdd, 0xff, 0xff, 0xff, 0xff][..],
        &[0xdf, 0xff, 0xff, 0xff, 0xff],
        &[0xdb, 0xff, 0xff, 0xff, 0xff],
    ] {
        for of in [&list, &Type::Map(Box::new(Type::Bool)), &Type::String] {
            assert!(decode(bytes, of).is_err());
        }
    }
}

#[test]
fn nesting_without_end_is_refused() {
    // A dynamic value in a dynamic value in ...
    let mut bytes = Vec::new();
    for _ in 0..10_000 {
        bytes.extend([0x92, 0xc4, 9]);
        bytes.extend(b"\"dynamic\"");
    }
    let error = decode(&bytes, &Type::Dynamic).expect_err("it is too deep");
    assert!(error.to_string().contains("100 levels"), "{error}");
}

#[test]
fn objects_must_have_exactly_their_attributes() {
    let of = Type::Object([("a".to_owned(), Type::Bool), ("b".to_owned(), Type::Bool)].into());
    assert!(
        decode(&[0x81, 0xa1, b'a', 0xc3], &of).is_err(),
        "b is missing"
    );
    assert!(
        decode(&[0x82, 0xa1, b'a', 0xc3, 0xa1, b'c', 0xc3], &of).is_err(),
        "there is no c"
    );
    assert!(
        decode(&[0x82, 0xa1, b'a', 0xc3, 0xa1, b'a', 0xc3], &of).is_err(),
        "a occurs twice"
    );
    let error = decode(&[0x82, 0xa1, b'a', 0xc3, 0xa1, b'b', 0x01], &of)
        .expect_err("b is not a truth value");
    assert_eq!(error.to_string(), "b: expected true or false");
}
