//! Equality as Terraform's checks mean it.

use crate::value::{Dynamic, Value};

/// Whether both are the same; what an unknown value promises does not count.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    one == other || unrefined(one) == unrefined(other)
}

fn unrefined(value: &Value) -> Value {
    match value {
        Value::Unknown(_) => Value::UNKNOWN,
        Value::List(elements) => Value::List(elements.iter().map(unrefined).collect()),
        Value::Set(elements) => Value::Set(elements.iter().map(unrefined).collect()),
        Value::Map(entries) => {
            let entries = entries.iter();
            Value::map(entries.map(|(name, value)| (name.clone(), unrefined(value))))
        }
        Value::Dynamic(dynamic) => Value::Dynamic(Box::new(Dynamic {
            value_type: dynamic.value_type.clone(),
            value: unrefined(&dynamic.value),
        })),
        other => other.clone(),
    }
}
