//! Which values must not appear in messages.

use super::declaration::{Declaration, Nesting};
use crate::path::Step;

/// Whether the value at the path is sensitive or write-only, or inside an object that is.
pub(super) fn is_secret(declarations: &[Declaration], path: &[Step]) -> bool {
    let Some((step, rest)) = path.split_first() else {
        return false;
    };
    let Step::Attribute(name) = step else {
        return is_secret(declarations, rest);
    };
    declarations
        .iter()
        .find(|declaration| declaration.name == *name)
        .is_some_and(|declaration| {
            let inside = |(nesting, inner): (Nesting, &[Declaration])| {
                // Errors in the elements of a set are reported at the set, because elements have no
                // path.
                let is_anywhere = rest.is_empty() && nesting == Nesting::Set;
                is_secret(inner, rest) || is_anywhere && inner.iter().any(holds_secret)
            };
            declaration.sensitive
                || declaration.write_only
                || declaration.inner().is_some_and(inside)
        })
}

fn holds_secret(declaration: &Declaration) -> bool {
    let inside = |(_, inner): (Nesting, &[Declaration])| inner.iter().any(holds_secret);
    declaration.sensitive || declaration.write_only || declaration.inner().is_some_and(inside)
}
