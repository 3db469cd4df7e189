//! Texts that nobody means.

use crate::value::Value;

/// A longer text in a configuration is refused, whatever the attribute: it would be copied into
/// plan, state and every message between, several times each.
pub(crate) const MOST_BYTES: usize = 16 << 20;

/// The length of the longest text inside, if that is more than [`MOST_BYTES`].
pub(crate) fn oversized(value: &Value) -> Option<usize> {
    Some(longest(value)).filter(|bytes| *bytes > MOST_BYTES)
}

fn longest(value: &Value) -> usize {
    let most = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or_default();
    match value {
        Value::Null | Value::Unknown(_) | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::List(elements) => most(&mut elements.iter().map(longest)),
        Value::Set(elements) => most(&mut elements.iter().map(longest)),
        Value::Map(elements) => most(
            &mut elements
                .iter()
                .map(|(key, element)| key.len().max(longest(element))),
        ),
        Value::Dynamic(dynamic) => longest(&dynamic.value),
    }
}
