//! What a second plan, or the outcome of an apply, may not contradict.

use super::correlation::set_faults;
use super::fault::Fault;
use crate::path::Path;
use crate::testing::schema::{Nesting, content};
use crate::testing::shown::in_words;
use crate::value::{Refinement, Value};
use crate::wire::schema::{Block, NestedBlock};

/// The places where `actual` contradicts what `planned` promised; an unknown planned value promises
/// no more than its refinements.
pub(in crate::testing) fn object_faults(
    block: &Block,
    planned: &Value,
    actual: &Value,
) -> Vec<Fault> {
    let mut faults = Faults(Vec::new());
    faults.object(block, planned, actual, &Path::default());
    faults.0
}

/// The places where `actual` is not a value that `planned` allows.
pub(super) fn value_faults(planned: &Value, actual: &Value, path: &Path) -> Vec<Fault> {
    let mut faults = Faults(Vec::new());
    faults.value(planned, actual, path);
    faults.0
}

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, path: &Path, what: impl Into<String>) {
        self.0.push(Fault {
            path: path.clone(),
            what: what.into(),
        });
    }

    fn object(&mut self, block: &Block, planned: &Value, actual: &Value, path: &Path) {
        match (planned.is_null(), actual.is_null()) {
            (true, true) => return,
            (true, false) => return self.add(path, "was absent, but now present"),
            (false, true) => return self.add(path, "was present, but now absent"),
            (false, false) => {}
        }
        for attribute in &block.attributes {
            let name = attribute.name.as_str();
            let path = path.clone().attribute(name);
            // Inside of an unknown block everything is open.
            let found = if planned.is_unknown() {
                Vec::new()
            } else {
                value_faults(planned.entry(name), actual.entry(name), &path)
            };
            if attribute.sensitive && !found.is_empty() {
                self.add(&path, "inconsistent values for sensitive attribute");
            } else {
                self.0.extend(found);
            }
        }
        for nested in &block.block_types {
            let name = nested.type_name.as_str();
            let path = path.clone().attribute(name);
            if !planned.is_unknown() {
                self.blocks(nested, planned.entry(name), actual.entry(name), &path);
            }
        }
    }

    fn blocks(&mut self, nested: &NestedBlock, planned: &Value, actual: &Value, path: &Path) {
        let inner = content(nested);
        match (Nesting::of_block(nested), planned, actual) {
            (_, Value::Unknown(_), _) => {}
            (Nesting::Single, ..) => self.object(inner, planned, actual, path),
            (Nesting::List, Value::List(plans), Value::List(elements)) => {
                let (before, now) = (plans.len(), elements.len());
                if before != now {
                    self.add(path, format!("block count changed from {before} to {now}"));
                    return;
                }
                for (index, (planned, actual)) in plans.iter().zip(elements).enumerate() {
                    self.object(inner, planned, actual, &path.clone().index(index));
                }
            }
            (Nesting::Map, Value::Map(plans), Value::Map(elements)) => {
                for (key, planned) in plans {
                    match elements.get(key) {
                        Some(actual) => {
                            self.object(inner, planned, actual, &path.clone().key(key.as_str()));
                        }
                        None => self.add(path, format!("block key {key:?} has vanished")),
                    }
                }
                for key in elements.keys().filter(|key| !plans.contains_key(*key)) {
                    self.add(path, format!("new block key {key:?} has appeared"));
                }
            }
            (Nesting::Set, Value::Set(plans), Value::Set(elements)) => {
                let agree = |planned: &Value, actual: &Value| {
                    object_faults(inner, planned, actual).is_empty()
                };
                self.0.extend(set_faults(plans, elements, path, agree));
                let (before, now) = (plans.len(), elements.len());
                if before < now {
                    self.add(
                        path,
                        format!("block set length changed from {before} to {now}"),
                    );
                }
            }
            _ => {}
        }
    }

    fn value(&mut self, planned: &Value, actual: &Value, path: &Path) {
        match (planned, actual) {
            (Value::Unknown(Some(promise)), actual) if !admits(promise, actual) => {
                let actual = in_words(actual);
                self.add(
                    path,
                    format!("final value {actual} does not conform to planning placeholder"),
                );
            }
            (Value::Unknown(_), _) | (Value::Null, Value::Null) => {}
            (Value::Null, actual) => {
                self.add(path, format!("was null, but now {}", in_words(actual)));
            }
            (planned, Value::Null) => {
                self.add(path, format!("was {}, but now null", in_words(planned)));
            }
            (planned, Value::Unknown(_)) => {
                let planned = in_words(planned);
                self.add(path, format!("was {planned}, but now unknown"));
            }
            (Value::List(plans), Value::List(elements)) => {
                for (index, (planned, actual)) in plans.iter().zip(elements).enumerate() {
                    self.value(planned, actual, &path.clone().index(index));
                }
                for index in elements.len()..plans.len() {
                    self.add(path, format!("element {index} has vanished"));
                }
                for index in plans.len()..elements.len() {
                    self.add(path, format!("new element {index} has appeared"));
                }
            }
            (Value::Map(plans), Value::Map(entries)) => {
                for (key, planned) in plans {
                    match entries.get(key) {
                        Some(actual) => {
                            self.value(planned, actual, &path.clone().key(key.as_str()))
                        }
                        None => self.add(path, format!("element {key:?} has vanished")),
                    }
                }
                for key in entries.keys().filter(|key| !plans.contains_key(*key)) {
                    self.add(path, format!("new element {key:?} has appeared"));
                }
            }
            (Value::Set(plans), Value::Set(elements)) => {
                let agree = |planned: &Value, actual: &Value| {
                    value_faults(planned, actual, &Path::default()).is_empty()
                };
                self.0.extend(set_faults(plans, elements, path, agree));
                let (before, now) = (plans.len(), elements.len());
                if before < now {
                    self.add(path, format!("length changed from {before} to {now}"));
                }
            }
            (Value::Dynamic(planned), Value::Dynamic(actual))
                if planned.value_type == actual.value_type =>
            {
                self.value(&planned.value, &actual.value, path);
            }
            (planned, actual) if planned == actual => {}
            (planned, actual) => {
                let (planned, actual) = (in_words(planned), in_words(actual));
                self.add(path, format!("was {planned}, but now {actual}"));
            }
        }
    }
}

/// Whether a value is within what was promised of it.
fn admits(promise: &Refinement, actual: &Value) -> bool {
    let length = match actual {
        Value::Null => return promise.null != Some(false),
        Value::List(elements) => elements.len(),
        Value::Set(elements) => elements.len(),
        Value::Map(entries) => entries.len(),
        _ => 0,
    };
    let text = match (&promise.string_prefix, actual) {
        (Some(prefix), Value::String(text)) => text.starts_with(prefix.as_str()),
        _ => true,
    };
    let number = match actual {
        Value::Number(number) => {
            let above = promise.number_min.as_ref().is_none_or(|least| {
                *number > least.number || least.inclusive && *number == least.number
            });
            let below = promise.number_max.as_ref().is_none_or(|most| {
                *number < most.number || most.inclusive && *number == most.number
            });
            above && below
        }
        _ => true,
    };
    let is_collection = matches!(actual, Value::List(_) | Value::Set(_) | Value::Map(_));
    let length = length as u64;
    let counted = !is_collection
        || promise.length_min.is_none_or(|least| length >= least)
            && promise.length_max.is_none_or(|most| length <= most);
    promise.null != Some(true) && text && number && counted
}
