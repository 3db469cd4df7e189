//! Blocks and collections, which have rules of their own.

use super::result::value_faults;
use super::*;
use crate::path::Path;
use crate::value::Value;
use crate::wire::schema::nested_block::NestingMode;
use crate::wire::schema::{Attribute, Block, NestedBlock};

fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::map(entries.map(|(name, value)| (name.to_owned(), value)))
}

fn attribute(name: &str) -> Attribute {
    Attribute {
        name: name.to_owned(),
        r#type: b"\"string\"".to_vec(),
        optional: true,
        ..Attribute::default()
    }
}

/// A resource with blocks of the name `part`, each with a name and a computed id.
fn with_parts(nesting: NestingMode) -> Block {
    let id = Attribute {
        computed: true,
        ..attribute("id")
    };
    let block = Block {
        attributes: vec![attribute("name"), id],
        ..Block::default()
    };
    let part = NestedBlock {
        type_name: "part".to_owned(),
        block: Some(block),
        nesting: nesting.into(),
        min_items: 1,
        max_items: 2,
    };
    Block {
        block_types: vec![part],
        ..Block::default()
    }
}

fn part(name: &str, id: Value) -> Value {
    object([("name", Value::text(name)), ("id", id)])
}

fn list(parts: impl IntoIterator<Item = Value>) -> Value {
    object([("part", Value::List(parts.into_iter().collect()))])
}

fn set(parts: impl IntoIterator<Item = Value>) -> Value {
    object([("part", Value::Set(parts.into_iter().collect()))])
}

fn said(faults: Vec<Fault>) -> Vec<String> {
    let faults = faults.into_iter();
    faults
        .map(|Fault { path, what }| format!("{path}: {what}"))
        .collect()
}

#[test]
fn the_configuration_says_how_many_blocks_there_are() {
    let block = with_parts(NestingMode::List);
    let config = list([part("a", Value::Null)]);
    let plan = |planned| said(plan_faults(&block, &Value::Null, &config, &planned));
    assert_eq!(plan(list([part("a", Value::UNKNOWN)])), [""; 0]);
    assert_eq!(
        plan(list([])),
        ["part: block count in plan (0) disagrees with count in config (1)"]
    );
    assert_eq!(
        plan(list([part("b", Value::UNKNOWN)])),
        [r#"part[0].name: planned value "b" does not match config value "a""#]
    );
    assert!(plan(object([("part", Value::UNKNOWN)]))[0].contains("must not be unknown itself"));
    assert!(plan(object([("part", Value::Null)]))[0].contains("must be empty"));
    let dynamic = object([("part", Value::UNKNOWN)]);
    let faults = said(plan_faults(&block, &Value::Null, &dynamic, &list([])));
    assert_eq!(faults, ["part: planned value [] for unknown dynamic block"]);
}

#[test]
fn too_few_and_too_many_blocks_are_refused() {
    let block = with_parts(NestingMode::List);
    let of = |count| (0..count).map(|_| part("a", Value::Null));
    let faults = |count| said(configuration_faults(&block, &list(of(count))));
    assert_eq!(
        faults(0),
        [r#"part: at least 1 "part" blocks are required"#]
    );
    assert_eq!(faults(2), [""; 0]);
    assert_eq!(
        faults(3),
        [r#"part: no more than 2 "part" blocks are allowed"#]
    );
    let unknown = object([("part", Value::UNKNOWN)]);
    assert_eq!(configuration_faults(&block, &unknown), []);
}

#[test]
fn the_blocks_of_a_plan_stay_as_many_unless_they_were_unknown() {
    let block = with_parts(NestingMode::List);
    let result = |planned, actual| said(object_faults(&block, &planned, &actual));
    let one = || part("a", Value::text("1"));
    assert_eq!(
        result(list([part("a", Value::UNKNOWN)]), list([one()])),
        [""; 0]
    );
    assert_eq!(
        result(list([one()]), list([one(), one()])),
        ["part: block count changed from 1 to 2"]
    );
    let unknown = object([("part", Value::UNKNOWN)]);
    assert_eq!(result(unknown, list([one(), one()])), [""; 0]);
}

#[test]
fn elements_of_a_set_are_found_by_what_is_known_of_them() {
    let block = with_parts(NestingMode::Set);
    let planned = || set([part("a", Value::UNKNOWN), part("b", Value::UNKNOWN)]);
    let result = |actual| said(object_faults(&block, &planned(), &actual));
    let id = || Value::text("1");
    assert_eq!(result(set([part("a", id()), part("b", id())])), [""; 0]);
    let faults = result(set([part("a", id()), part("c", id())]));
    assert_eq!(faults.len(), 1);
    assert!(faults[0].contains("does not correlate"), "{faults:?}");
    let config = set([part("a", Value::Null), part("b", Value::Null)]);
    assert_eq!(plan_faults(&block, &Value::Null, &config, &planned()), []);
}

#[test]
fn collections_may_become_what_was_left_open_and_nothing_else() {
    let value =
        |planned: Value, actual: Value| said(value_faults(&planned, &actual, &Path::root("x")));
    let texts = |texts: &[&str]| Value::List(texts.iter().map(|text| Value::text(*text)).collect());
    let open = Value::List(vec![Value::text("a"), Value::UNKNOWN]);
    assert_eq!(value(open.clone(), texts(&["a", "b"])), [""; 0]);
    assert_eq!(value(open, texts(&["a"])), ["x: element 1 has vanished"]);
    assert_eq!(
        value(texts(&[]), texts(&["a"])),
        ["x: new element 0 has appeared"]
    );
    assert_eq!(value(Value::Null, texts(&[])), ["x: was null, but now []"]);
    let set = |elements: Vec<Value>| Value::Set(elements.into_iter().collect());
    let open = || set(vec![Value::UNKNOWN, Value::UNKNOWN]);
    assert_eq!(
        value(open(), set(vec![Value::text("a")])),
        [""; 0],
        "both were the same"
    );
    let three = set(["a", "b", "c"].map(Value::text).into());
    assert_eq!(value(open(), three), ["x: length changed from 2 to 3"]);
}

#[test]
fn promises_about_unknown_values_hold() {
    use crate::value::Refinement;
    let promised = |refinement| Value::Unknown(Some(Box::new(refinement)));
    let never_null = || {
        promised(Refinement {
            null: Some(false),
            string_prefix: Some("arn:".to_owned()),
            ..Refinement::default()
        })
    };
    let faults = |actual: Value| value_faults(&never_null(), &actual, &Path::root("x")).len();
    assert_eq!(faults(Value::text("arn:1")), 0);
    assert_eq!(faults(Value::Null), 1);
    assert_eq!(faults(Value::text("id")), 1);
}
