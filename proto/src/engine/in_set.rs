//! Errors inside sets. An element has no path, so the message describes it.

use super::shown::{cut_short, shown_object};
use crate::diagnostic::Diagnostic;
use crate::path::{Path, Step};
use crate::schema::Declaration;
use crate::value::Value;

/// The error at the set; its text names the element and the attribute. `shown` says that the
/// element is not a secret.
pub(super) fn at_set(
    found: Diagnostic,
    set: &Path,
    inner: &[Declaration],
    element: &Value,
    shown: bool,
) -> Diagnostic {
    let name = match set.steps().last() {
        Some(Step::Attribute(name)) => name.as_str(),
        _ => "",
    };
    let element = if shown {
        format!(" {}", cut_short(shown_object(inner, element)))
    } else {
        String::new()
    };
    let inside = found.path().map_or(&[][..], Path::steps);
    let inside = inside.get(set.steps().len()..).unwrap_or_default();
    let inside = inside.iter().cloned().fold(Path::default(), Path::then);
    let detail = format!("In `{name}`{element}: `{inside}`: {}", found.detail_text());
    found.detail(detail).at(set.clone())
}
