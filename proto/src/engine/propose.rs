//! The plan as far as the declarations tell.

use std::collections::BTreeMap;

use crate::schema::{Declaration, Nesting, Preset};
use crate::value::{Set, Value};

/// Configuration, defaults, prior values and unknowns, each where its declaration wants it.
///
/// Without a prior state everything computed is unknown. With one, computed values stay as they
/// were as long as nothing else changes; as soon as something does, those not marked `keep` become
/// unknown.
pub(crate) fn propose(declarations: &[Declaration], config: &Value, prior: &Value) -> Value {
    let unchanged = Proposal {
        something_changed: false,
    }
    .object(declarations, config, prior);
    if unchanged == *prior {
        return unchanged;
    }
    Proposal {
        something_changed: true,
    }
    .object(declarations, config, prior)
}

/// A set of objects: the configuration with its defaults. Nothing in it depends on what was.
pub(super) fn propose_set(inner: &[Declaration], configs: &Set) -> Value {
    let elements = configs.iter().map(|config| propose_element(inner, config));
    Value::Set(elements.collect())
}

/// An element of a set.
pub(super) fn propose_element(inner: &[Declaration], config: &Value) -> Value {
    match config {
        Value::Map(_) => propose(inner, config, &Value::Null),
        null_or_unknown => null_or_unknown.clone(),
    }
}

#[derive(Clone, Copy)]
struct Proposal {
    something_changed: bool,
}

impl Proposal {
    fn object(self, declarations: &[Declaration], config: &Value, prior: &Value) -> Value {
        let entries = declarations.iter().map(|declaration| {
            let name = declaration.name.as_str();
            let prior = prior
                .entries()
                .map(|entries| entries.get(name).unwrap_or(&Value::Null));
            (
                name.to_owned(),
                self.attribute(declaration, config.entry(name), prior),
            )
        });
        Value::map(entries)
    }

    /// `prior` is `None` if the object around the attribute is new.
    fn attribute(self, declaration: &Declaration, config: &Value, prior: Option<&Value>) -> Value {
        if declaration.write_only {
            return Value::Null;
        }
        match (config, declaration.inner()) {
            (Value::Null, _) => self.unset(declaration, prior),
            (Value::Unknown(_), _) | (_, None) => config.clone(),
            (_, Some((nesting, inner))) => {
                self.objects(nesting, inner, config, prior.unwrap_or(&Value::Null))
            }
        }
    }

    /// Elements belong together by index or key, as Terraform itself pairs them.
    fn objects(
        self,
        nesting: Nesting,
        inner: &[Declaration],
        config: &Value,
        prior: &Value,
    ) -> Value {
        let element = |config: &Value, prior: &Value| match config {
            Value::Map(_) => self.object(inner, config, prior),
            null_or_unknown => null_or_unknown.clone(),
        };
        match (nesting, config) {
            (Nesting::List, Value::List(configs)) => {
                let priors = if let Value::List(priors) = prior {
                    priors.as_slice()
                } else {
                    &[]
                };
                let pairs = configs.iter().enumerate();
                Value::List(
                    pairs
                        .map(|(index, config)| {
                            element(config, priors.get(index).unwrap_or(&Value::Null))
                        })
                        .collect(),
                )
            }
            (Nesting::Set, Value::Set(configs)) => propose_set(inner, configs),
            (Nesting::Map, Value::Map(configs)) => Value::map(
                configs
                    .iter()
                    .map(|(key, config)| (key.clone(), element(config, prior.entry(key)))),
            ),
            (Nesting::Single, Value::Map(_)) => self.object(inner, config, prior),
            // Terraform sends what the schema says; anything else is left for the decoder to
            // report.
            _ => config.clone(),
        }
    }

    fn unset(self, declaration: &Declaration, prior: Option<&Value>) -> Value {
        match (&declaration.preset, declaration.inner()) {
            (Some(Preset::Value(value)), _) => return value.clone(),
            (Some(Preset::Object), Some((_, inner))) => {
                return self.object(
                    inner,
                    &Value::Map(BTreeMap::new()),
                    prior.unwrap_or(&Value::Null),
                );
            }
            _ => {}
        }
        match prior {
            _ if !declaration.computed => Value::Null,
            None => Value::UNKNOWN,
            Some(prior) if !self.something_changed => prior.clone(),
            // A kept value that never was: the attribute is newer than the state.
            Some(prior) if declaration.keep && !prior.is_null() => prior.clone(),
            Some(_) => Value::UNKNOWN,
        }
    }
}
