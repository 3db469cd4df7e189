//! Configurations of a blueprint, and the same with parts of them unknown.

use std::collections::BTreeMap;

use tfplugin::value::Value;

use super::blueprint::{Blueprint, Kind, Leaf, Mark, NAMES, Nesting, Part};
use super::choices::Choices;

/// A configuration without unknown values. Where there was one before, much of it stays.
pub(crate) fn configuration(
    blueprint: &Blueprint,
    choices: &mut Choices<'_>,
    before: Option<&Value>,
) -> Value {
    object(blueprint, |name, part| {
        part_value(part, choices, before.and_then(|before| entry(before, name)))
    })
}

/// The configuration with unknown values at any level.
pub(crate) fn masked(blueprint: &Blueprint, choices: &mut Choices<'_>, config: &Value) -> Value {
    object(blueprint, |name, part| {
        let value = entry(config, name).unwrap_or(&Value::Null);
        masked_part(part, choices, value)
    })
}

fn object(blueprint: &Blueprint, mut value: impl FnMut(&str, &Part) -> Value) -> Value {
    let parts = NAMES.iter().zip(&blueprint.parts);
    Value::Map(
        parts
            .map(|(name, part)| ((*name).to_owned(), value(name, part)))
            .collect(),
    )
}

fn entry<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Map(entries) => entries.get(name),
        _ => None,
    }
}

fn part_value(part: &Part, choices: &mut Choices<'_>, before: Option<&Value>) -> Value {
    if part.mark == Mark::Computed {
        return Value::Null;
    }
    if let Some(before) = before
        && choices.below(5) < 3
    {
        return before.clone();
    }
    let is_absent = if part.mark == Mark::Required {
        choices.once_in(60)
    } else {
        choices.below(3) == 0
    };
    match &part.kind {
        Kind::Block(Nesting::List, _) if is_absent => Value::List(Vec::new()),
        Kind::Block(Nesting::Set, _) if is_absent => Value::Set(std::iter::empty().collect()),
        _ if is_absent => Value::Null,
        Kind::Leaf(leaf) => leaf_value(*leaf, choices),
        Kind::Nested(nesting, inner) | Kind::Block(nesting, inner) => {
            objects(*nesting, inner, choices, before)
        }
    }
}

fn objects(
    nesting: Nesting,
    inner: &Blueprint,
    choices: &mut Choices<'_>,
    before: Option<&Value>,
) -> Value {
    if nesting == Nesting::Single {
        return configuration(inner, choices, before);
    }
    let count = usize::from(choices.below(3));
    let mut elements = (0..count).map(|index| {
        let before = match before {
            Some(Value::List(elements)) => elements.get(index),
            Some(Value::Map(entries)) => entries.get(KEYS[index]),
            _ => None,
        };
        configuration(inner, choices, before)
    });
    match nesting {
        Nesting::Set => Value::Set(elements.collect()),
        Nesting::Map => {
            let keys = KEYS.iter().map(|key| (*key).to_owned());
            Value::Map(keys.zip(elements.by_ref()).collect())
        }
        Nesting::Single | Nesting::List => Value::List(elements.collect()),
    }
}

const KEYS: [&str; 3] = ["j", "k", "l"];

fn leaf_value(leaf: Leaf, choices: &mut Choices<'_>) -> Value {
    match leaf {
        Leaf::Text => text(choices),
        Leaf::Whole => whole(choices),
        Leaf::Truth => Value::Bool(choices.below(2) == 1),
        Leaf::Decimal => {
            let number = ["0", "0.1", "-2.50", "12345678.25"];
            let number = number[usize::from(choices.below(4))];
            Value::Number(number.parse().expect("it is a number"))
        }
        Leaf::Texts | Leaf::OpenTexts => {
            Value::List((0..choices.below(3)).map(|_| text(choices)).collect())
        }
        Leaf::TextSet => Value::Set((0..choices.below(3)).map(|_| text(choices)).collect()),
        Leaf::Wholes | Leaf::OpenWholes => {
            let count = usize::from(choices.below(3));
            let keys = KEYS[..count].iter();
            Value::Map(
                keys.map(|key| ((*key).to_owned(), whole(choices)))
                    .collect(),
            )
        }
        Leaf::Document => {
            let text = [r#"{"a":1,"b":[]}"#, r#"{ "b": [], "a": 1.0 }"#, "null", "{"];
            Value::text(text[usize::from(choices.below(16)) / 5])
        }
        Leaf::Float => {
            let number = ["0.5", "0.1", "7"][usize::from(choices.below(3))];
            Value::Number(number.parse().expect("it is a number"))
        }
        Leaf::Pair => {
            let left = if choices.below(2) == 0 {
                Value::Null
            } else {
                text(choices)
            };
            let entries = [("left", left), ("right", whole(choices))];
            Value::Map(entries.map(|(name, value)| (name.to_owned(), value)).into())
        }
    }
}

fn text(choices: &mut Choices<'_>) -> Value {
    let text = match choices.below(32) {
        0..14 => "x",
        14..28 => "y",
        28..31 => "",
        _ => "bad",
    };
    Value::text(text)
}

fn whole(choices: &mut Choices<'_>) -> Value {
    Value::Number(i64::from(choices.below(3)).into())
}

fn masked_part(part: &Part, choices: &mut Choices<'_>, value: &Value) -> Value {
    if part.mark == Mark::Computed {
        return value.clone();
    }
    match (&part.kind, value) {
        // A block that may stand once is there or not; what is inside it may be unknown.
        (Kind::Block(Nesting::Single, inner), Value::Map(_)) => masked(inner, choices, value),
        (Kind::Block(Nesting::Single, _), _) => value.clone(),
        _ if choices.once_in(5) => Value::UNKNOWN,
        (Kind::Leaf(leaf), _) => masked_leaf(*leaf, choices, value),
        (Kind::Nested(_, inner), _) => elements(value, |element| match element {
            Value::Map(_) if choices.once_in(6) => Value::UNKNOWN,
            Value::Map(_) => masked(inner, choices, element),
            other => other.clone(),
        }),
        // A block is there or not, if their number is known.
        (Kind::Block(_, inner), _) => elements(value, |element| masked(inner, choices, element)),
    }
}

fn masked_leaf(leaf: Leaf, choices: &mut Choices<'_>, value: &Value) -> Value {
    match (leaf, value) {
        (Leaf::Pair, Value::Map(_)) => each(value, |element| hidden(choices, element)),
        (Leaf::Pair, _) => value.clone(),
        _ => elements(value, |element| hidden(choices, element)),
    }
}

fn hidden(choices: &mut Choices<'_>, value: &Value) -> Value {
    if choices.once_in(4) {
        Value::UNKNOWN
    } else {
        value.clone()
    }
}

/// Each element of a collection, or the one object.
fn elements(value: &Value, mut change: impl FnMut(&Value) -> Value) -> Value {
    match value {
        Value::Map(entries) if !is_object(entries) => each(value, change),
        Value::Map(_) => change(value),
        _ => each(value, change),
    }
}

fn each(value: &Value, mut change: impl FnMut(&Value) -> Value) -> Value {
    match value {
        Value::List(elements) => Value::List(elements.iter().map(change).collect()),
        Value::Set(elements) => Value::Set(elements.iter().map(change).collect()),
        Value::Map(entries) => {
            let entries = entries.iter();
            Value::Map(
                entries
                    .map(|(name, value)| (name.clone(), change(value)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

/// Whether these are the parts of a blueprint, and not elements by key.
fn is_object(entries: &BTreeMap<String, Value>) -> bool {
    entries.contains_key(NAMES[0])
}
