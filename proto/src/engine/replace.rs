//! Which changes need a new resource.

use crate::path::Path;
use crate::schema::{Declaration, Nesting};
use crate::value::Value;

/// The paths of all changed values that are declared with `replace()`.
///
/// Where a whole object or collection is not known yet, its own path stands for what may change
/// inside: Terraform plans once more when it is known, and an update must not turn into a
/// replacement then.
pub(crate) fn replaced(declarations: &[Declaration], prior: &Value, planned: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    object(declarations, prior, planned, &Path::default(), &mut found);
    found
}

fn object(
    declarations: &[Declaration],
    prior: &Value,
    planned: &Value,
    path: &Path,
    found: &mut Vec<Path>,
) {
    for declaration in declarations {
        let name = declaration.name.as_str();
        let (prior, planned) = (prior.entry(name), planned.entry(name));
        let path = path.clone().attribute(name);
        if prior == planned {
            continue;
        }
        if declaration.replace {
            found.push(path);
            continue;
        }
        let Some((nesting, inner)) = declaration.inner() else {
            continue;
        };
        match (nesting, prior, planned) {
            (_, _, Value::Unknown(_)) => {
                found.extend(may_replace(nesting, inner, prior).then_some(path));
            }
            (Nesting::Single, _, _) => object(inner, prior, planned, &path, found),
            (Nesting::List, Value::List(priors), Value::List(planned)) => {
                for (index, (prior, planned)) in priors.iter().zip(planned).enumerate() {
                    element(inner, prior, planned, path.clone().index(index), found);
                }
            }
            (Nesting::Map, Value::Map(priors), Value::Map(planned)) => {
                for (key, prior) in priors {
                    if let Some(planned) = planned.get(key) {
                        element(inner, prior, planned, path.clone().key(key.as_str()), found);
                    }
                }
            }
            _ => {}
        }
    }
}

fn element(
    inner: &[Declaration],
    prior: &Value,
    planned: &Value,
    path: Path,
    found: &mut Vec<Path>,
) {
    if !planned.is_unknown() {
        object(inner, prior, planned, &path, found);
    } else if any_may_replace(inner, prior) {
        found.push(path);
    }
}

/// Whether what is not known yet may turn out as a change that needs a new resource: elements
/// change only where there were some.
fn may_replace(nesting: Nesting, inner: &[Declaration], prior: &Value) -> bool {
    match (nesting, prior) {
        (Nesting::Single, _) => any_may_replace(inner, prior),
        (Nesting::List, Value::List(elements)) => {
            elements.iter().any(|prior| any_may_replace(inner, prior))
        }
        (Nesting::Map, Value::Map(elements)) => {
            elements.values().any(|prior| any_may_replace(inner, prior))
        }
        _ => false,
    }
}

fn any_may_replace(declarations: &[Declaration], prior: &Value) -> bool {
    declarations.iter().any(|declaration| {
        declaration.replace
            || declaration.inner().is_some_and(|(nesting, inner)| {
                may_replace(nesting, inner, prior.entry(&declaration.name))
            })
    })
}
