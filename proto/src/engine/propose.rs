//! The plan as far as the declarations tell.

use std::collections::BTreeMap;

use super::restore::restore;
use crate::schema::{Declaration, Nesting, Preset};
use crate::value::{Set, Value};

/// Configuration, defaults, prior values and unknowns, each where its declaration wants it.
///
/// Without a prior state everything computed is unknown. With one, computed values stay as they
/// were as long as nothing else changes; as soon as something does, those not marked `keep` become
/// unknown. What an author plans for a single attribute is planned here too, so that it counts as a
/// change.
pub(crate) fn propose(declarations: &[Declaration], config: &Value, prior: &Value) -> Value {
    let unchanged = Proposal::UNCHANGED.object(declarations, config, prior);
    if unchanged == *prior {
        return unchanged;
    }
    Proposal {
        something_changed: true,
        it_may_not_have: !config.is_wholly_known(),
    }
    .object(declarations, config, prior)
}

/// The configured value, or the prior one if both mean the same.
///
/// A collection is always planned as configured: while one element is unknown, Terraform requires
/// the others to be planned as configured, and the second plan must not differ.
fn in_notation_of<'a>(
    declaration: &Declaration,
    config: &'a Value,
    prior: Option<&'a Value>,
) -> &'a Value {
    let is_plain = matches!(config, Value::Bool(_) | Value::Number(_) | Value::String(_));
    match (&declaration.notation, prior) {
        (Some(notation), Some(prior)) if is_plain && notation.is_same(prior, config) => prior,
        _ => config,
    }
}

/// A set of objects: the configuration with its defaults. Nothing in it depends on the prior state.
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

/// What the attribute is when nothing sets it, if its declaration says so.
pub(super) fn preset(declaration: &Declaration) -> Option<Value> {
    declaration.preset.as_ref()?;
    Some(Proposal::UNCHANGED.unset(declaration, Some(&Value::Null)))
}

#[derive(Clone, Copy)]
struct Proposal {
    something_changed: bool,
    /// Whether the unknown values may turn out equal to the prior ones, so that nothing changes
    /// after all.
    it_may_not_have: bool,
}

impl Proposal {
    const UNCHANGED: Self = Self {
        something_changed: false,
        it_may_not_have: false,
    };

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
            (Value::Unknown(_), _) => config.clone(),
            (Value::Null, _) => {
                let planned = self.unset(declaration, prior);
                self.replanned(declaration, config, prior, planned)
            }
            (_, None) => {
                let planned = in_notation_of(declaration, config, prior).clone();
                self.replanned(declaration, config, prior, planned)
            }
            (_, Some((nesting, inner))) => {
                self.objects(nesting, inner, config, prior.unwrap_or(&Value::Null))
            }
        }
    }

    /// Calls the author's planner. While it is open whether anything else changes, the result is
    /// known only if the planner returns the same value in both cases, because a later plan cannot
    /// take a known value back.
    fn replanned(
        self,
        declaration: &Declaration,
        config: &Value,
        prior: Option<&Value>,
        planned: Value,
    ) -> Value {
        let Some(planner) = &declaration.planner else {
            return planned;
        };
        let plan = |planned: Value| match planner.plan(config, prior, &planned) {
            Some(replanned) => restore(replanned.value, &replanned.echo, &planned),
            None => planned,
        };
        if !self.it_may_not_have || !config.is_null() {
            return plan(planned);
        }
        let changed = plan(planned);
        let unchanged = plan(Self::UNCHANGED.unset(declaration, prior));
        // The planner changes this value even if nothing else changes, so it is a change of its
        // own.
        if unchanged == changed || prior != Some(&unchanged) {
            changed
        } else {
            Value::UNKNOWN
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
            // Terraform sends values of the schema's type; the decoder reports anything else.
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
            // There is no value to keep if the attribute is newer than the state.
            Some(prior) if declaration.keep && !prior.is_null() => prior.clone(),
            Some(_) => Value::UNKNOWN,
        }
    }
}
