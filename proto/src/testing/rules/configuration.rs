//! What Terraform refuses in a configuration before the provider sees it.

use super::fault::Fault;
use crate::path::Path;
use crate::testing::schema::{Nesting, content};
use crate::value::Value;
use crate::wire::schema::{Attribute, Block, NestedBlock};

/// Arguments that are missing, and too few or too many blocks.
pub(in crate::testing) fn configuration_faults(block: &Block, config: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    in_block(block, config, &Path::default(), &mut faults);
    faults
}

fn in_block(block: &Block, config: &Value, path: &Path, faults: &mut Vec<Fault>) {
    if config.entries().is_none() {
        return;
    }
    in_attributes(&block.attributes, config, path, faults);
    for nested in &block.block_types {
        let value = config.entry(&nested.type_name);
        let path = path.clone().attribute(nested.type_name.as_str());
        count(nested, value, &path, faults);
        match (Nesting::of_block(nested), value) {
            (Nesting::List, Value::List(elements)) => {
                for (index, element) in elements.iter().enumerate() {
                    in_block(content(nested), element, &path.clone().index(index), faults);
                }
            }
            (Nesting::Set, Value::Set(elements)) => {
                for element in elements.iter() {
                    in_block(content(nested), element, &path, faults);
                }
            }
            (Nesting::Map, Value::Map(entries)) => {
                for (key, element) in entries {
                    in_block(
                        content(nested),
                        element,
                        &path.clone().key(key.as_str()),
                        faults,
                    );
                }
            }
            (_, value) => in_block(content(nested), value, &path, faults),
        }
    }
}

fn in_attributes(attributes: &[Attribute], config: &Value, path: &Path, faults: &mut Vec<Fault>) {
    for attribute in attributes {
        let path = path.clone().attribute(attribute.name.as_str());
        if attribute.required && config.entry(&attribute.name).is_null() {
            faults.push(Fault {
                path,
                what: format!(
                    "the argument {:?} is required, but no definition was found",
                    attribute.name
                ),
            });
        }
    }
}

fn count(nested: &NestedBlock, value: &Value, path: &Path, faults: &mut Vec<Fault>) {
    let count = match value {
        Value::List(elements) => elements.len(),
        Value::Set(elements) => elements.len(),
        Value::Null => 0,
        // One block, blocks by label, or an unknown number of them.
        _ => return,
    };
    // More blocks than that do not fit into memory.
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let name = &nested.type_name;
    let what = if count < nested.min_items {
        let least = nested.min_items;
        format!("at least {least} {name:?} blocks are required")
    } else if nested.max_items > 0 && count > nested.max_items {
        let most = nested.max_items;
        format!("no more than {most} {name:?} blocks are allowed")
    } else {
        return;
    };
    faults.push(Fault {
        path: path.clone(),
        what,
    });
}
