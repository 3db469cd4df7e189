//! What an apply may not do.

use crate::path::Path;
use crate::schema::{Declaration, Nesting};
use crate::value::Value;

/// The paths where `applied` contradicts what was known in `planned`.
pub(crate) fn verify_apply(
    declarations: &[Declaration],
    planned: &Value,
    applied: &Value,
) -> Vec<Path> {
    let mut faults = Vec::new();
    object(
        declarations,
        planned,
        applied,
        &Path::default(),
        &mut faults,
    );
    faults
}

fn object(
    declarations: &[Declaration],
    planned: &Value,
    applied: &Value,
    path: &Path,
    faults: &mut Vec<Path>,
) {
    for declaration in declarations {
        let name = declaration.name.as_str();
        let path = path.clone().attribute(name);
        attribute(
            declaration,
            planned.entry(name),
            applied.entry(name),
            path,
            faults,
        );
    }
}

fn attribute(
    declaration: &Declaration,
    planned: &Value,
    applied: &Value,
    path: Path,
    faults: &mut Vec<Path>,
) {
    match (declaration.inner(), planned, applied) {
        (Some((Nesting::Single, inner)), Value::Map(_), Value::Map(_)) => {
            object(inner, planned, applied, &path, faults);
        }
        (Some((Nesting::List, inner)), Value::List(plans), Value::List(elements))
            if plans.len() == elements.len() =>
        {
            for (index, (planned, applied)) in plans.iter().zip(elements).enumerate() {
                element(inner, planned, applied, path.clone().index(index), faults);
            }
        }
        (Some((Nesting::Map, inner)), Value::Map(plans), Value::Map(elements))
            if plans.keys().eq(elements.keys()) =>
        {
            for (key, planned) in plans {
                element(
                    inner,
                    planned,
                    applied.entry(key),
                    path.clone().key(key.as_str()),
                    faults,
                );
            }
        }
        _ if agrees(planned, applied) => {}
        _ => faults.push(path),
    }
}

fn element(
    inner: &[Declaration],
    planned: &Value,
    applied: &Value,
    path: Path,
    faults: &mut Vec<Path>,
) {
    match (planned, applied) {
        (Value::Map(_), Value::Map(_)) => object(inner, planned, applied, &path, faults),
        _ if agrees(planned, applied) => {}
        _ => faults.push(path),
    }
}

/// Whether `applied` is one of the values that `planned` left open.
fn agrees(planned: &Value, applied: &Value) -> bool {
    match (planned, applied) {
        (Value::Unknown(_), _) => true,
        (Value::List(plans), Value::List(elements)) => {
            plans.len() == elements.len()
                && plans
                    .iter()
                    .zip(elements)
                    .all(|(one, other)| agrees(one, other))
        }
        (Value::Map(plans), Value::Map(entries)) => {
            let mut pairs = plans.values().zip(entries.values());
            plans.keys().eq(entries.keys()) && pairs.all(|(one, other)| agrees(one, other))
        }
        // Unknown elements may have become equal to others: fewer is fine, more is not.
        (Value::Set(plans), Value::Set(elements)) if !planned.is_wholly_known() => {
            elements.len() <= plans.len()
        }
        _ => planned == applied,
    }
}
