//! [`Difference`]: describes two values at one place that had to agree.

use super::shown::{HIDDEN, cut, shown, shown_object};
use crate::path::{Path, Step};
use crate::schema::Declaration;
use crate::value::Value;

/// A value that differs from the expected one, described in a sentence.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) path: Path,
    /// A sentence that names the place and both values, which Terraform does not do: at an
    /// attribute that is computed it shows the block and no path.
    pub(crate) text: String,
}

/// Describes the values of both objects at each path. Each side comes with the words that say which
/// one it is, such as `"in the plan"`.
pub(crate) fn differences(
    declarations: &[Declaration],
    paths: Vec<Path>,
    sides: [(&str, &Value); 2],
) -> Vec<Difference> {
    let paths = paths.into_iter();
    paths
        .map(|path| {
            let values = sides.map(|(_, object)| shown_at(declarations, &path, object));
            let [one, other] = cut(values);
            let [first, second] = sides.map(|(place, _)| place);
            let text = format!("`{path}` is {one} {first} and {other} {second}.");
            Difference { path, text }
        })
        .collect()
}

/// The value at the end of the path, which has to consist of declared attributes and blocks only.
fn shown_at(declarations: &[Declaration], path: &Path, object: &Value) -> String {
    static NULL: Value = Value::Null;
    let (mut inside, mut at, mut hidden) = (declarations, None, false);
    let mut value = object;
    for step in path.steps() {
        match step {
            Step::Attribute(name) => {
                hidden |= at.is_some_and(is_hidden);
                at = inside.iter().find(|declaration| declaration.name == *name);
                inside = at
                    .and_then(Declaration::inner)
                    .map_or(&[], |(_, inner)| inner);
                value = value.entry(name);
            }
            Step::Key(key) => value = value.entry(key),
            Step::Index(index) => {
                value = match value {
                    Value::List(elements) => elements.get(*index).unwrap_or(&NULL),
                    _ => &NULL,
                };
            }
        }
    }
    let Some(declaration) = at else {
        return shown_object(declarations, value);
    };
    match path.steps().last() {
        Some(Step::Attribute(_)) => shown(declaration, hidden, value),
        // An element, and not the collection that is declared.
        _ if value.is_null() => "missing".to_owned(),
        _ if hidden || is_hidden(declaration) => HIDDEN.to_owned(),
        _ => shown_object(inside, value),
    }
}

fn is_hidden(declaration: &Declaration) -> bool {
    declaration.sensitive || declaration.write_only
}
