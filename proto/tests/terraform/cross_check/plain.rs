//! Values as `show -json` has them: without the types of dynamic values, and without unknown ones.

use tfplugin::value::{Type, Value};

/// The type of `value` alone: that of its own where the schema says `dynamic`.
pub(crate) fn plain_type(of: &Type, value: &Value) -> Type {
    match (of, value) {
        (Type::Dynamic, Value::Dynamic(dynamic)) => plain_type(&dynamic.value_type, &dynamic.value),
        (Type::Tuple(types), Value::List(values)) => Type::Tuple(
            types
                .iter()
                .zip(values)
                .map(|(of, value)| plain_type(of, value))
                .collect(),
        ),
        (Type::Object(types), Value::Map(values)) => Type::Object(
            types
                .iter()
                .map(|(name, of)| (name.clone(), plain_type(of, &values[name])))
                .collect(),
        ),
        _ => of.clone(),
    }
}

/// An unknown value is not there: the entry of a map is missing, an element of a list is null.
pub(crate) fn plain_value(of: &Type, value: &Value) -> Value {
    match (of, value) {
        (_, Value::Unknown(_)) => Value::Null,
        (Type::Dynamic, Value::Dynamic(dynamic)) => {
            plain_value(&dynamic.value_type, &dynamic.value)
        }
        (Type::List(element), Value::List(values)) => Value::List(
            values
                .iter()
                .map(|value| plain_value(element, value))
                .collect(),
        ),
        (Type::Tuple(types), Value::List(values)) => Value::List(
            types
                .iter()
                .zip(values)
                .map(|(of, value)| plain_value(of, value))
                .collect(),
        ),
        (Type::Map(element), Value::Map(entries)) => Value::Map(
            entries
                .iter()
                .filter(|(_, value)| !value.is_unknown())
                .map(|(key, value)| (key.clone(), plain_value(element, value)))
                .collect(),
        ),
        (Type::Object(types), Value::Map(entries)) => Value::Map(
            types
                .iter()
                .map(|(name, of)| (name.clone(), plain_value(of, &entries[name])))
                .collect(),
        ),
        // The elements of sets are known here.
        (_, known) => known.clone(),
    }
}
