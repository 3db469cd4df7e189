//! Restores details that a typed model cannot hold.

use crate::value::Value;

/// The author got `original` as a model and returned `returned`. The model may have lost
/// refinements, or the known elements of a partly unknown collection. `echo` is `original` after
/// the same round trip without the author: where `returned` equals `echo`, the author changed
/// nothing, and the original value is used.
pub(crate) fn restore(returned: Value, echo: &Value, original: &Value) -> Value {
    if returned == *echo {
        return original.clone();
    }
    match (returned, echo, original) {
        (Value::Map(mut entries), Value::Map(_), Value::Map(_)) => {
            for (name, value) in &mut entries {
                let returned = std::mem::take(value);
                *value = restore(returned, echo.entry(name), original.entry(name));
            }
            Value::Map(entries)
        }
        (Value::List(elements), Value::List(echoes), Value::List(originals))
            if elements.len() == echoes.len() && echoes.len() == originals.len() =>
        {
            let triples = elements.into_iter().zip(echoes).zip(originals);
            Value::List(
                triples
                    .map(|((element, echo), original)| restore(element, echo, original))
                    .collect(),
            )
        }
        (returned, _, _) => returned,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
        Value::Map(entries.map(|(name, value)| (name.to_owned(), value)).into())
    }

    #[test]
    fn untouched_parts_come_back_with_what_the_model_could_not_hold() {
        let partly_known = Value::List(vec![Value::text("a"), Value::UNKNOWN]);
        let original = object([("list", partly_known.clone()), ("arn", Value::UNKNOWN)]);
        let echo = object([("list", Value::UNKNOWN), ("arn", Value::UNKNOWN)]);
        let returned = object([("list", Value::UNKNOWN), ("arn", Value::text("known"))]);
        let expected = object([("list", partly_known), ("arn", Value::text("known"))]);
        assert_eq!(restore(returned, &echo, &original), expected);
    }
}
