//! What a plan may not say.

use super::correlation::set_faults;
use super::fault::Fault;
use super::sameness::same;
use crate::path::{Path, Step};
use crate::testing::schema::{Nesting, content};
use crate::testing::shown::in_words;
use crate::value::{Set, Value};
use crate::wire::schema::{Attribute, Block, NestedBlock, Object};

/// The places where the plan contradicts the configuration: configured values have to be planned as
/// configured, or as they were, and what is neither configured nor computed has to be null.
pub(in crate::testing) fn plan_faults(
    block: &Block,
    prior: &Value,
    config: &Value,
    planned: &Value,
) -> Vec<Fault> {
    let mut faults = Faults(Vec::new());
    let views = Views {
        prior,
        config,
        planned,
    };
    faults.block(block, views, &Path::default());
    faults.0
}

/// Whether a path that the provider names turns an update into a replacement; `None` if it leads
/// nowhere.
pub(in crate::testing) fn requires_replacement(
    prior: &Value,
    planned: &Value,
    path: &Path,
) -> Option<bool> {
    let (before, after) = (follow(prior, path), follow(planned, path));
    if before.is_none() && after.is_none() {
        return None;
    }
    let (before, after) = (
        before.unwrap_or(&Value::Null),
        after.unwrap_or(&Value::Null),
    );
    Some(before != after || !after.is_wholly_known())
}

fn follow<'v>(value: &'v Value, path: &Path) -> Option<&'v Value> {
    path.steps()
        .iter()
        .try_fold(value, |value, step| match (value, step) {
            (Value::Map(entries), Step::Attribute(name) | Step::Key(name)) => entries.get(name),
            (Value::List(elements), Step::Index(index)) => elements.get(*index),
            // What is inside of an unknown value is unknown.
            (Value::Unknown(_), _) => Some(value),
            _ => None,
        })
}

#[derive(Clone, Copy)]
struct Views<'a> {
    prior: &'a Value,
    config: &'a Value,
    planned: &'a Value,
}

impl<'a> Views<'a> {
    fn entry(self, name: &str) -> Self {
        Self {
            prior: self.prior.entry(name),
            config: self.config.entry(name),
            planned: self.planned.entry(name),
        }
    }

    fn index(self, index: usize) -> Self {
        fn at(value: &Value, index: usize) -> &Value {
            static NULL: Value = Value::Null;
            match value {
                Value::List(elements) => elements.get(index).unwrap_or(&NULL),
                _ => &NULL,
            }
        }
        Self {
            prior: at(self.prior, index),
            config: at(self.config, index),
            planned: at(self.planned, index),
        }
    }
}

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, path: &Path, what: impl Into<String>) {
        self.0.push(Fault {
            path: path.clone(),
            what: what.into(),
        });
    }

    /// Whether both are there; a fault if one is and the other is not.
    fn both_exist(&mut self, views: Views<'_>, path: &Path) -> bool {
        match (views.config.is_null(), views.planned.is_null()) {
            (false, true) => self.add(path, "planned for absence but config wants existence"),
            (true, false) => self.add(path, "planned for existence but config wants absence"),
            (true, true) => {}
            (false, false) => return true,
        }
        false
    }

    fn block(&mut self, block: &Block, views: Views<'_>, path: &Path) {
        if !self.both_exist(views, path) {
            return;
        }
        self.attributes(&block.attributes, views, path);
        for nested in &block.block_types {
            let path = path.clone().attribute(nested.type_name.as_str());
            self.blocks(nested, views.entry(&nested.type_name), &path);
        }
    }

    fn blocks(&mut self, nested: &NestedBlock, views: Views<'_>, path: &Path) {
        let Views {
            config, planned, ..
        } = views;
        if same(config, planned) {
            return;
        }
        let inner = content(nested);
        let nesting = Nesting::of_block(nested);
        if inner.computed && *config == nesting.no_blocks() {
            return;
        }
        if config.is_unknown() {
            let planned = in_words(planned);
            self.add(
                path,
                format!("planned value {planned} for unknown dynamic block"),
            );
            return;
        }
        if planned.is_unknown() {
            self.add(path, UNKNOWN_BLOCK);
            return;
        }
        match (nesting, config, planned) {
            (Nesting::Single, ..) => self.block(inner, views, path),
            (_, _, Value::Null) => self.add(
                path,
                "attribute representing nested blocks must be empty to indicate no blocks, not null",
            ),
            (Nesting::List, Value::List(configs), Value::List(plans)) => {
                let (config, plan) = (configs.len(), plans.len());
                if config != plan {
                    self.add(
                        path,
                        format!(
                            "block count in plan ({plan}) disagrees with count in config ({config})"
                        ),
                    );
                    return;
                }
                for index in 0..plan {
                    let (views, path) = (views.index(index), path.clone().index(index));
                    if views.planned.is_unknown() && !views.config.is_unknown() {
                        self.add(&path, UNKNOWN_BLOCK);
                    } else {
                        self.block(inner, views, &path);
                    }
                }
            }
            (Nesting::Map, Value::Map(configs), Value::Map(plans)) => {
                for key in configs.keys().filter(|key| !plans.contains_key(*key)) {
                    self.add(path, format!("block key {key:?} from config is missing from plan"));
                }
                for key in plans.keys() {
                    if configs.contains_key(key) {
                        self.block(inner, views.entry(key), &path.clone().key(key.as_str()));
                    } else {
                        let fault = format!("block key {key:?} from plan is not present in config");
                        self.add(path, fault);
                    }
                }
            }
            (Nesting::Set, Value::Set(configs), Value::Set(plans)) => {
                let agree = |planned: &Value, config: &Value| {
                    plan_faults(inner, &Value::Null, config, planned).is_empty()
                };
                self.0.extend(set_faults(plans, configs, path, agree));
            }
            _ => self.add(path, "the plan does not have the type that the schema requires"),
        }
    }

    fn attributes(&mut self, attributes: &[Attribute], views: Views<'_>, path: &Path) {
        for attribute in attributes {
            let path = path.clone().attribute(attribute.name.as_str());
            self.attribute(attribute, views.entry(&attribute.name), &path);
        }
    }

    fn attribute(&mut self, attribute: &Attribute, views: Views<'_>, path: &Path) {
        let Views {
            prior,
            config,
            planned,
        } = views;
        // Another rule reports a value there.
        if attribute.write_only || same(config, planned) {
            return;
        }
        if config.is_null() {
            if !attribute.computed {
                let planned = shown(attribute, planned);
                self.add(
                    path,
                    format!("planned value {planned} for a non-computed attribute"),
                );
            }
            return;
        }
        // The configuration means the same as what is there.
        if planned == prior && !prior.is_null() {
            return;
        }
        if let Some(object) = &attribute.nested_type {
            self.nested(object, views, path);
            return;
        }
        let (config, planned) = (shown(attribute, config), shown(attribute, planned));
        let mut what = format!("planned value {planned} does not match config value {config}");
        if !prior.is_null() {
            what += &format!(" nor prior value {}", shown(attribute, prior));
        }
        self.add(path, what);
    }

    fn nested(&mut self, object: &Object, views: Views<'_>, path: &Path) {
        if !self.both_exist(views, path) {
            return;
        }
        let Views {
            config, planned, ..
        } = views;
        if planned.is_unknown() {
            self.add(path, "planned unknown for configured value");
            return;
        }
        let inner = object.attributes.as_slice();
        match (Nesting::of_object(object), config, planned) {
            (Nesting::Single, Value::Map(_), Value::Map(_)) => self.attributes(inner, views, path),
            (Nesting::List, Value::List(configs), Value::List(plans)) => {
                if !self.same_count(Some(configs.len()), Some(plans.len()), path) {
                    return;
                }
                for index in 0..plans.len() {
                    self.element(inner, views.index(index), &path.clone().index(index));
                }
            }
            (Nesting::Map, Value::Map(configs), Value::Map(plans)) => {
                for key in configs.keys().filter(|key| !plans.contains_key(*key)) {
                    self.add(
                        path,
                        format!("map key {key:?} from config is missing from plan"),
                    );
                }
                for key in plans.keys() {
                    if configs.contains_key(key) {
                        self.element(inner, views.entry(key), &path.clone().key(key.as_str()));
                    } else {
                        let fault = format!("map key {key:?} from plan is not present in config");
                        self.add(path, fault);
                    }
                }
            }
            // The elements of a set cannot be told apart; only their number is compared.
            (Nesting::Set, Value::Set(configs), Value::Set(plans)) => {
                self.same_count(length(configs), length(plans), path);
            }
            _ => self.add(
                path,
                "planned a known value for a configured one that is unknown",
            ),
        }
    }

    fn element(&mut self, inner: &[Attribute], views: Views<'_>, path: &Path) {
        if same(views.config, views.planned) {
            return;
        }
        match (views.config, views.planned) {
            (Value::Map(_), Value::Map(_)) => self.attributes(inner, views, path),
            (config, planned) => {
                let (config, planned) = (in_words(config), in_words(planned));
                self.add(
                    path,
                    format!("planned value {planned} does not match config value {config}"),
                );
            }
        }
    }

    fn same_count(&mut self, config: Option<usize>, plan: Option<usize>, path: &Path) -> bool {
        if config == plan {
            return true;
        }
        let number = |count: Option<usize>| count.map_or("unknown".to_owned(), |n| n.to_string());
        let (config, plan) = (number(config), number(plan));
        self.add(
            path,
            format!("count in plan ({plan}) disagrees with count in config ({config})"),
        );
        false
    }
}

const UNKNOWN_BLOCK: &str = "attribute representing nested block must not be unknown itself; \
                             set nested attribute values to unknown instead";

/// How many elements there are; two that are not known yet may turn out as one.
fn length(set: &Set) -> Option<usize> {
    let is_certain = set.len() < 2 || set.iter().all(Value::is_wholly_known);
    is_certain.then_some(set.len())
}

fn shown(attribute: &Attribute, value: &Value) -> String {
    if attribute.sensitive {
        "(sensitive value)".to_owned()
    } else {
        in_words(value)
    }
}
