//! What a plan may not do.

use super::propose::propose_set;
use crate::path::Path;
use crate::schema::{Declaration, Nesting};
use crate::value::Value;

/// The paths where the plan breaks Terraform's rules: a configured value must be planned as
/// configured (or as in the prior state, if that means the same), and what is neither configured
/// nor computed must be null.
pub(crate) fn verify_plan(
    declarations: &[Declaration],
    config: &Value,
    prior: &Value,
    planned: &Value,
) -> Vec<Path> {
    let mut faults = Vec::new();
    object(
        declarations,
        Views {
            config,
            prior,
            planned,
        },
        &Path::default(),
        &mut faults,
    );
    faults
}

#[derive(Clone, Copy)]
struct Views<'a> {
    config: &'a Value,
    prior: &'a Value,
    planned: &'a Value,
}

impl<'a> Views<'a> {
    fn entry(self, name: &str) -> Self {
        Self {
            config: self.config.entry(name),
            prior: self.prior.entry(name),
            planned: self.planned.entry(name),
        }
    }

    fn index(self, index: usize) -> Self {
        Self {
            config: self.config.element(index),
            prior: self.prior.element(index),
            planned: self.planned.element(index),
        }
    }
}

fn object(declarations: &[Declaration], views: Views<'_>, path: &Path, faults: &mut Vec<Path>) {
    for declaration in declarations
        .iter()
        .filter(|declaration| !declaration.write_only)
    {
        let path = path.clone().attribute(declaration.name.as_str());
        attribute(declaration, views.entry(&declaration.name), path, faults);
    }
}

fn attribute(declaration: &Declaration, views: Views<'_>, path: Path, faults: &mut Vec<Path>) {
    let Views {
        config,
        prior,
        planned,
    } = views;
    if planned == config {
        return;
    }
    match (declaration.inner(), config, planned) {
        (_, Value::Null, _) => {
            if !declaration.computed {
                faults.push(path);
            }
        }
        (Some((Nesting::Single, inner)), Value::Map(_), Value::Map(_)) => {
            object(inner, views, &path, faults)
        }
        (Some((Nesting::List, inner)), Value::List(configs), Value::List(plans))
            if configs.len() == plans.len() =>
        {
            for index in 0..configs.len() {
                element(inner, views.index(index), path.clone().index(index), faults);
            }
        }
        // Elements of a set are wholly configured.
        (Some((Nesting::Set, inner)), Value::Set(configs), Value::Set(_))
            if *planned == propose_set(inner, configs) => {}
        (Some((Nesting::Map, inner)), Value::Map(configs), Value::Map(plans))
            if configs.keys().eq(plans.keys()) =>
        {
            for key in configs.keys() {
                element(
                    inner,
                    views.entry(key),
                    path.clone().key(key.as_str()),
                    faults,
                );
            }
        }
        // "Semantically the same": the provider prefers the notation that is in the state.
        (None, _, _) if !config.is_unknown() && !prior.is_null() && planned == prior => {}
        _ => faults.push(path),
    }
}

fn element(inner: &[Declaration], views: Views<'_>, path: Path, faults: &mut Vec<Path>) {
    match (views.config, views.planned) {
        (Value::Map(_), Value::Map(_)) => object(inner, views, &path, faults),
        (config, planned) if config == planned => {}
        _ => faults.push(path),
    }
}
