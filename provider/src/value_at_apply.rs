//! What is known by the time of an apply.
//!
//! Terraform applies only what has a value, so a model that still has an unknown attribute then, or
//! lacks a required one, is a bug. Applying goes through here to say so at the attribute, instead
//! of going on with an empty string.

use tfplugin::{Attr, Diagnostic, Path};

/// The value of an attribute that has one at apply.
///
/// # Errors
/// It has none.
pub(crate) fn value_at_apply<'a, T>(name: &str, attr: &'a Attr<T>) -> Result<&'a T, Diagnostic> {
    attr.known().ok_or_else(|| no_value(name))
}

/// The value of an attribute that may be left out.
///
/// # Errors
/// It is not known whether there is one.
pub(crate) fn optional_at_apply<'a, T>(
    name: &str,
    attr: &'a Attr<T>,
) -> Result<Option<&'a T>, Diagnostic> {
    if attr.is_unknown() {
        return Err(no_value(name));
    }
    Ok(attr.known())
}

/// What is said of an attribute without a value.
pub(crate) fn no_value(name: &str) -> Diagnostic {
    Diagnostic::error(format!("`{name}` has no value at apply"))
        .detail("This is a bug in the provider; please report it.")
        .at(Path::root(name))
}
