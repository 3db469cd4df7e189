//! Write-only values, which no plan and no state may have.

use super::fault::Fault;
use crate::path::Path;
use crate::testing::schema::{Nesting, content};
use crate::value::Value;
use crate::wire::schema::{Attribute, Block};

/// The places where `object`, a plan or a state, has a write-only value.
pub(in crate::testing) fn write_only_faults(block: &Block, object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    in_block(block, object, &Path::default(), &mut faults);
    faults
}

fn in_block(block: &Block, object: &Value, path: &Path, faults: &mut Vec<Fault>) {
    in_attributes(&block.attributes, object, path, faults);
    for nested in &block.block_types {
        let path = path.clone().attribute(nested.type_name.as_str());
        let value = object.entry(&nested.type_name);
        each(Nesting::of_block(nested), value, &path, |object, path| {
            in_block(content(nested), object, path, faults);
        });
    }
}

fn in_attributes(attributes: &[Attribute], object: &Value, path: &Path, faults: &mut Vec<Fault>) {
    for attribute in attributes {
        let path = path.clone().attribute(attribute.name.as_str());
        let value = object.entry(&attribute.name);
        if attribute.write_only && !value.is_null() {
            faults.push(Fault {
                path,
                what: "a write-only attribute has a value".to_owned(),
            });
        } else if let Some(nested) = &attribute.nested_type {
            each(Nesting::of_object(nested), value, &path, |object, path| {
                in_attributes(&nested.attributes, object, path, faults);
            });
        }
    }
}

fn each(nesting: Nesting, value: &Value, path: &Path, mut visit: impl FnMut(&Value, &Path)) {
    match (nesting, value) {
        (Nesting::List, Value::List(elements)) => {
            for (index, element) in elements.iter().enumerate() {
                visit(element, &path.clone().index(index));
            }
        }
        (Nesting::Set, Value::Set(elements)) => {
            elements.iter().for_each(|element| visit(element, path));
        }
        (Nesting::Map, Value::Map(entries)) => {
            for (key, element) in entries {
                visit(element, &path.clone().key(key.as_str()));
            }
        }
        (Nesting::Single, value) => visit(value, path),
        _ => {}
    }
}
