//! Which changes need a new resource.

use crate::path::Path;
use crate::schema::{Declaration, Nesting};
use crate::value::Value;

/// The paths of all changed values that are declared with `replace()`.
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
        match (declaration.inner(), prior, planned) {
            (Some((Nesting::Single, inner)), _, _) => object(inner, prior, planned, &path, found),
            (Some((Nesting::List, inner)), Value::List(priors), Value::List(planned)) => {
                for (index, (prior, planned)) in priors.iter().zip(planned).enumerate() {
                    object(inner, prior, planned, &path.clone().index(index), found);
                }
            }
            (Some((Nesting::Map, inner)), Value::Map(priors), Value::Map(planned)) => {
                for (key, prior) in priors {
                    if let Some(planned) = planned.get(key) {
                        object(
                            inner,
                            prior,
                            planned,
                            &path.clone().key(key.as_str()),
                            found,
                        );
                    }
                }
            }
            _ => {}
        }
    }
}
