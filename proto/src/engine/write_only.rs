//! Write-only values, which exist in the configuration only.

use crate::path::{Path, Step};
use crate::schema::{Declaration, Nesting};
use crate::value::Value;

/// The outermost write-only attributes that the configuration sets.
pub(crate) fn set_write_only(declarations: &[Declaration], config: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    find(declarations, config, &Path::default(), &mut found);
    found
}

fn find(declarations: &[Declaration], config: &Value, path: &Path, found: &mut Vec<Path>) {
    for declaration in declarations {
        let value = config.entry(&declaration.name);
        let path = path.clone().attribute(declaration.name.as_str());
        match (declaration.inner(), value) {
            (_, Value::Null) => {}
            _ if declaration.write_only => found.push(path),
            (Some((Nesting::List, inner)), Value::List(elements)) => {
                for (index, element) in elements.iter().enumerate() {
                    find(
                        inner,
                        element,
                        &path.clone().then(Step::Index(index)),
                        found,
                    );
                }
            }
            (Some((Nesting::Map, inner)), Value::Map(elements)) => {
                for (key, element) in elements {
                    find(inner, element, &path.clone().key(key.as_str()), found);
                }
            }
            (Some((_, inner)), value) => find(inner, value, &path, found),
            (None, _) => {}
        }
    }
}
