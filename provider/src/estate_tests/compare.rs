//! Compares two plans, or a plan and its result, as Terraform does.

use tfplugin::value::Value;

/// Whether the second value is one that the first leaves open.
pub(super) fn agrees(first: &Value, second: &Value) -> bool {
    match (first, second) {
        (Value::Unknown(_), _) => true,
        (Value::Map(first), Value::Map(second)) => {
            first.keys().eq(second.keys())
                && first.iter().all(|(key, value)| agrees(value, &second[key]))
        }
        (Value::List(first), Value::List(second)) => {
            first.len() == second.len()
                && first
                    .iter()
                    .zip(second)
                    .all(|(first, second)| agrees(first, second))
        }
        _ => first == second,
    }
}

/// The places where two values differ, as a message.
pub(super) fn differences(first: &Value, second: &Value, at: String) -> String {
    match (first, second) {
        _ if agrees(first, second) => String::new(),
        (Value::Map(one), Value::Map(other)) if one.keys().eq(other.keys()) => {
            let parts = one
                .iter()
                .map(|(key, value)| differences(value, &other[key], format!("{at}.{key}")));
            parts.collect()
        }
        _ => format!("{at} was {first:?} and is {second:?} "),
    }
}
