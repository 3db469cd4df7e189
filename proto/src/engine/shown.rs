//! Values in the text of a message.

use crate::schema::{Declaration, Nesting};
use crate::value::Value;

/// Replaces what must not be shown, as in Terraform's own messages.
pub(super) const HIDDEN: &str = "(sensitive value)";

/// The most characters of a value that a message shows.
const MOST: usize = 160;

/// If a long string is cut off at its beginning, this much of the common part stays.
const CONTEXT: usize = 40;

/// A value as a user would write it, without secrets. That a value is null or unknown is not a
/// secret.
pub(super) fn shown(declaration: &Declaration, hidden: bool, value: &Value) -> String {
    let hidden = hidden || declaration.sensitive || declaration.write_only;
    match (declaration.inner(), value) {
        (_, Value::Null | Value::Unknown(_)) => plain(value),
        _ if hidden => HIDDEN.to_owned(),
        (Some((Nesting::Single, inner)), object) => shown_object(inner, object),
        (Some((_, inner)), Value::List(objects)) => listed(inner, objects.iter()),
        (Some((_, inner)), Value::Set(objects)) => listed(inner, objects.iter()),
        (Some((_, inner)), Value::Map(objects)) => {
            let entries = objects.iter();
            in_braces(
                entries.map(|(key, object)| format!("{key:?} = {}", shown_object(inner, object))),
            )
        }
        (_, value) => plain(value),
    }
}

/// The same for an object; what is null in it is left out.
pub(super) fn shown_object(declarations: &[Declaration], object: &Value) -> String {
    if object.entries().is_none() {
        return plain(object);
    }
    let set = declarations
        .iter()
        .map(|declaration| (declaration, object.entry(&declaration.name)))
        .filter(|(_, value)| !value.is_null());
    in_braces(set.map(|(declaration, value)| {
        let value = shown(declaration, false, value);
        format!("{} = {value}", declaration.name)
    }))
}

/// Shortens two strings so that the first difference between them stays visible.
pub(super) fn cut([one, other]: [String; 2]) -> [String; 2] {
    let same = one.chars().zip(other.chars());
    let same = same.take_while(|(one, other)| one == other).count();
    let from = if same < MOST - CONTEXT {
        0
    } else {
        same - CONTEXT
    };
    [one, other].map(|text| {
        let length = text.chars().count();
        if length <= MOST {
            return text;
        }
        let middle: String = text.chars().skip(from).take(MOST).collect();
        let dots = |are: bool| if are { "..." } else { "" };
        format!("{}{middle}{}", dots(from > 0), dots(from + MOST < length))
    })
}

/// A string that is cut off at its end if it is long.
pub(super) fn cut_short(text: String) -> String {
    let [text, _] = cut([text, String::new()]);
    text
}

fn listed<'a>(inner: &[Declaration], objects: impl Iterator<Item = &'a Value>) -> String {
    in_brackets(objects.map(|object| shown_object(inner, object)))
}

/// A value as a user would write it. It must not contain secrets.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Unknown(_) => "(known after apply)".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::List(elements) => in_brackets(elements.iter().map(plain)),
        Value::Set(elements) => in_brackets(elements.iter().map(plain)),
        Value::Map(entries) => {
            let entries = entries.iter();
            in_braces(entries.map(|(key, value)| format!("{key:?} = {}", plain(value))))
        }
        Value::Dynamic(dynamic) => plain(&dynamic.value),
    }
}

fn in_brackets(elements: impl Iterator<Item = String>) -> String {
    format!("[{}]", elements.collect::<Vec<_>>().join(", "))
}

fn in_braces(entries: impl Iterator<Item = String>) -> String {
    match entries.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => "{}".to_owned(),
        entries => format!("{{ {entries} }}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_around_their_first_difference() {
        let text = |middle: &str| format!("{}{middle}{}", "a".repeat(300), "b".repeat(300));
        let [one, other] = cut([text("X"), text("Y")]);
        let expected = format!("...{}X{}...", "a".repeat(40), "b".repeat(119));
        assert_eq!(one, expected);
        assert_eq!(other, expected.replace('X', "Y"));

        let [early, short] = cut(["é".repeat(200), "z".to_owned()]);
        assert_eq!(early, format!("{}...", "é".repeat(160)));
        assert_eq!(short, "z");

        let [end, shorter] = cut(["c".repeat(200), "c".repeat(199)]);
        assert_eq!(end, format!("...{}", "c".repeat(41)));
        assert_eq!(shorter, format!("...{}", "c".repeat(40)));
    }
}
