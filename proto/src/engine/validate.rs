//! Validates a configuration: declared checks, required attributes, and attributes that a
//! configuration must not set.

use std::collections::BTreeMap;

use super::in_set::at_set;
use super::propose::propose_element;
use super::shown::{cut, shown_object};
use crate::check::unquoted;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Diagnostics;
use crate::path::Path;
use crate::schema::{Declaration, Nesting};
use crate::value::{Set, Value};

/// Refuses null where a value is required and a value where only the provider sets one, and runs
/// every check on every known value of the configuration. Terraform itself only checks that a
/// required argument is written, not that it has a value, and it lets anybody write a computed
/// attribute.
pub(crate) fn validate(declarations: &[Declaration], config: &Value) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    object(
        declarations,
        config,
        &Path::default(),
        true,
        &mut diagnostics,
    );
    diagnostics
}

fn object(
    declarations: &[Declaration],
    config: &Value,
    path: &Path,
    shown: bool,
    diagnostics: &mut Diagnostics,
) {
    // In an object that is null or not known yet, nothing is missing.
    if config.entries().is_none() {
        return;
    }
    for declaration in declarations {
        let value = config.entry(&declaration.name);
        let path = path.clone().attribute(declaration.name.as_str());
        let shown = shown && !declaration.sensitive;
        if value.is_null() && declaration.required {
            diagnostics.push(missing(declaration).at(path));
            continue;
        }
        if declaration.is_computed_only() && !value.is_null() {
            diagnostics.push(read_only(declaration).at(path));
            continue;
        }
        if value.is_null() || value.is_unknown() {
            continue;
        }
        if declaration.inner().is_none()
            && let Some(bytes) = oversized(value)
        {
            diagnostics.push(
                Diagnostic::error("String too long")
                    .detail(format!(
                        "This value contains a string of {bytes} bytes; the limit is {MOST_BYTES}."
                    ))
                    .at(path),
            );
            continue;
        }
        let is_secret = !shown || declaration.write_only;
        for check in &declaration.checks {
            if let Err(message) = unquoted(is_secret, || check(value)) {
                diagnostics.push(
                    Diagnostic::error("Invalid value")
                        .detail(message)
                        .at(path.clone()),
                );
            }
        }
        match (declaration.inner(), value) {
            (Some((Nesting::List, inner)), Value::List(elements)) => {
                for (index, element) in elements.iter().enumerate() {
                    object(
                        inner,
                        element,
                        &path.clone().index(index),
                        shown,
                        diagnostics,
                    );
                }
            }
            (Some((Nesting::Set, inner)), Value::Set(elements)) => {
                for element in elements.iter() {
                    let mut inside = Diagnostics::new();
                    object(inner, element, &path, shown, &mut inside);
                    let found = inside.into_iter();
                    diagnostics
                        .extend(found.map(|found| at_set(found, &path, inner, element, shown)));
                }
                diagnostics.extend(same_twice(inner, elements, shown).map(|found| found.at(path)));
            }
            (Some((Nesting::Map, inner)), Value::Map(elements)) => {
                for (key, element) in elements {
                    object(
                        inner,
                        element,
                        &path.clone().key(key.as_str()),
                        shown,
                        diagnostics,
                    );
                }
            }
            (Some((_, inner)), value) => object(inner, value, &path, shown, diagnostics),
            (None, _) => {}
        }
    }
}

/// An error if defaults make two elements of a set one: Terraform would miss one in the plan.
fn same_twice(inner: &[Declaration], elements: &Set, shown: bool) -> Option<Diagnostic> {
    let mut seen = BTreeMap::new();
    elements.iter().find_map(|element| {
        let planned = propose_element(inner, element);
        // What is not known yet may still differ.
        if !planned.is_wholly_known() {
            return None;
        }
        let other = seen.insert(planned, element)?;
        let which = if shown {
            let [one, other] = cut([other, element].map(|one| shown_object(inner, one)));
            format!("these are the same: {one} and {other}.")
        } else {
            "two sensitive elements are the same.".to_owned()
        };
        let detail = format!("With their defaults, {which} Remove one of them.");
        Some(Diagnostic::error("Two elements of a set are the same").detail(detail))
    })
}

fn missing(declaration: &Declaration) -> Diagnostic {
    if declaration.is_block() {
        let detail = format!("There must be a `{}` block. Add one.", declaration.name);
        return Diagnostic::error("Missing required block").detail(detail);
    }
    Diagnostic::error("Missing required argument").detail(format!(
        "`{}` is required, but its value is null. Set it to a value that is not null.",
        declaration.name
    ))
}

fn read_only(declaration: &Declaration) -> Diagnostic {
    Diagnostic::error("Read-only attribute is configured").detail(format!(
        "`{}` is set by the provider. Remove it.",
        declaration.name
    ))
}

/// A longer string in a configuration is refused in every attribute: it would be copied several
/// times into plan, state and every message between them.
const MOST_BYTES: usize = 16 << 20;

/// The length of the longest string inside, if that is more than [`MOST_BYTES`].
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
