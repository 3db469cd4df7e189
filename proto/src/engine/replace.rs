//! Which changes need a new resource.

use crate::path::Path;
use crate::schema::{Declaration, Nesting};
use crate::value::Value;

/// The paths of all changed values that need a new resource by one of their rules.
///
/// If a whole object or collection is not known yet, its own path is returned for what may change
/// inside: Terraform plans once more when it is known, and then an update must not turn into a
/// replacement.
pub(crate) fn replaced(
    declarations: &[Declaration],
    config: &Value,
    prior: &Value,
    planned: &Value,
) -> Vec<Path> {
    let change = Change {
        config,
        prior,
        planned,
    };
    let mut found = Vec::new();
    object(declarations, change, &Path::default(), &mut found);
    found
}

#[derive(Clone, Copy)]
struct Change<'a> {
    config: &'a Value,
    prior: &'a Value,
    planned: &'a Value,
}

impl<'a> Change<'a> {
    fn entry(self, name: &str) -> Self {
        Self {
            config: self.config.entry(name),
            prior: self.prior.entry(name),
            planned: self.planned.entry(name),
        }
    }

    /// What is not known yet may turn out to be configured.
    fn is_configured(self) -> bool {
        !self.config.is_null()
    }
}

fn object(declarations: &[Declaration], change: Change<'_>, path: &Path, found: &mut Vec<Path>) {
    for declaration in declarations {
        let name = declaration.name.as_str();
        let change = change.entry(name);
        let path = path.clone().attribute(name);
        if change.prior == change.planned {
            continue;
        }
        let is_configured = change.is_configured();
        let mut rules = declaration.replace.iter();
        if rules.any(|rule| rule.applies(is_configured, change.prior, change.planned)) {
            found.push(path);
            continue;
        }
        let Some((nesting, inner)) = declaration.inner() else {
            continue;
        };
        match (nesting, change.prior, change.planned) {
            (_, prior, Value::Unknown(_)) => {
                found.extend(may_replace(nesting, inner, is_configured, prior).then_some(path));
            }
            (Nesting::Single, _, _) => object(inner, change, &path, found),
            (Nesting::List, Value::List(priors), Value::List(planned)) => {
                for (index, (prior, planned)) in priors.iter().zip(planned).enumerate() {
                    let change = Change {
                        config: change.config.element(index),
                        prior,
                        planned,
                    };
                    element(inner, change, path.clone().index(index), found);
                }
            }
            (Nesting::Map, Value::Map(priors), Value::Map(planned)) => {
                for key in priors.keys().filter(|key| planned.contains_key(*key)) {
                    let change = change.entry(key);
                    element(inner, change, path.clone().key(key.as_str()), found);
                }
            }
            _ => {}
        }
    }
}

fn element(inner: &[Declaration], change: Change<'_>, path: Path, found: &mut Vec<Path>) {
    if !change.planned.is_unknown() {
        object(inner, change, &path, found);
    } else if any_may_replace(inner, change.is_configured(), change.prior) {
        found.push(path);
    }
}

/// Whether an unknown value may become a change that needs a new resource. In an empty collection,
/// no element can change.
fn may_replace(
    nesting: Nesting,
    inner: &[Declaration],
    is_configured: bool,
    prior: &Value,
) -> bool {
    let element = |prior: &Value| any_may_replace(inner, is_configured, prior);
    match (nesting, prior) {
        (Nesting::Single, prior) => element(prior),
        (Nesting::List, Value::List(elements)) => elements.iter().any(element),
        (Nesting::Map, Value::Map(elements)) => elements.values().any(element),
        _ => false,
    }
}

fn any_may_replace(declarations: &[Declaration], is_configured: bool, prior: &Value) -> bool {
    declarations.iter().any(|declaration| {
        let mut rules = declaration.replace.iter();
        rules.any(|rule| rule.may_apply(is_configured))
            || declaration.inner().is_some_and(|(nesting, inner)| {
                let prior = prior.entry(&declaration.name);
                may_replace(nesting, inner, is_configured, prior)
            })
    })
}
