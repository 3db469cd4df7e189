//! [`Schema::read_json`]: a configuration that did not come from Terraform.

use serde_json::Value as Tree;

use crate::decoding::{decoded, unreadable, validated};
use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};
use crate::path::Path;
use crate::schema::{Model, Schema, block_type};
use crate::value::{Type, json};

impl<M: Model> Schema<M> {
    /// Reads a configuration from JSON and holds it against the rules that hold for one from
    /// Terraform: types, required attributes, the checks of the schema, then `check`. For a program
    /// that does the provider's work without Terraform.
    ///
    /// The warnings come with the model.
    ///
    /// # Errors
    /// Everything that is wrong with it, each at its attribute.
    pub fn read_json(
        &self,
        json: &[u8],
        check: impl FnOnce(&M, &mut Diagnostics),
    ) -> Result<(M, Diagnostics)> {
        let of = block_type(self.declarations());
        let value =
            json::decode(json, &of).map_err(|error| unreadable("Invalid configuration", &error))?;
        let tree = serde_json::from_slice(json).unwrap_or_default();
        let mut diagnostics = Diagnostics::new();
        unsupported(&tree, &of, None, &mut diagnostics);
        diagnostics.extend(validated(self, &value, "validate a configuration", check));
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        Ok((decoded(self, value)?, diagnostics))
    }
}

/// Attributes that no one declared.
fn unsupported(tree: &Tree, of: &Type, at: Option<&Path>, diagnostics: &mut Diagnostics) {
    let beneath = |name: &str| match at {
        Some(path) => path.clone().attribute(name),
        None => Path::root(name),
    };
    match (tree, of) {
        (Tree::Object(entries), Type::Object(attributes)) => {
            for (name, entry) in entries {
                let path = beneath(name);
                match attributes.get(name) {
                    Some(of) => unsupported(entry, of, Some(&path), diagnostics),
                    None => diagnostics.push(
                        Diagnostic::error("Unsupported argument")
                            .detail(format!("An argument named {name:?} is not expected here."))
                            .at(path),
                    ),
                }
            }
        }
        (Tree::Object(entries), Type::Map(of)) => {
            for (key, entry) in entries {
                let path = at.map(|path| path.clone().key(key));
                unsupported(entry, of, path.as_ref(), diagnostics);
            }
        }
        (Tree::Array(elements), Type::List(of) | Type::Set(of)) => {
            for (index, element) in elements.iter().enumerate() {
                let path = at.map(|path| path.clone().index(index));
                unsupported(element, of, path.as_ref(), diagnostics);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attr::Attr;
    use crate::schema::Object;

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Shelf {
        name: Attr<String>,
        board: Attr<Board>,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Board {
        width: Attr<i64>,
    }

    impl Model for Shelf {
        fn declare(object: &mut Object<Self>) {
            object.attribute("name", |shelf| &mut shelf.name).required();
            object.nested("board", |shelf| &mut shelf.board).optional();
        }
    }

    impl Model for Board {
        fn declare(object: &mut Object<Self>) {
            object
                .attribute("width", |board| &mut board.width)
                .optional()
                .check(|width| match width {
                    1.. => Ok(()),
                    _ => Err("must be at least 1".to_owned()),
                });
        }
    }

    fn read(json: &str) -> std::result::Result<Shelf, Vec<String>> {
        let told = |diagnostics: Diagnostics| {
            let told = diagnostics.iter().map(|one| {
                let path = one.path().map(Path::to_string).unwrap_or_default();
                format!("{path}: {}", one.detail_text())
            });
            told.collect()
        };
        let check = |shelf: &Shelf, diagnostics: &mut Diagnostics| {
            if shelf.name == Attr::Known("none".to_owned()) {
                let error = Diagnostic::error("No name").detail("Choose another.");
                diagnostics.push(error.at(Path::root("name")));
            }
        };
        let outcome = Schema::of::<Shelf>().read_json(json.as_bytes(), check);
        outcome.map(|(shelf, _)| shelf).map_err(told)
    }

    #[test]
    fn what_is_right_becomes_the_model() {
        let shelf = read(r#"{"name":"a","board":{"width":3}}"#).expect("a shelf");
        assert_eq!(shelf.name, Attr::Known("a".to_owned()));
        let width = shelf.board.known().expect("a board").width;
        assert_eq!(width, Attr::Known(3));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_its_attribute() {
        let faults = read(r#"{"board":{"width":0,"depth":1},"legs":4}"#).expect_err("faults");
        let starts = |start: &str| faults.iter().any(|fault| fault.starts_with(start));
        for start in ["board.depth: ", "legs: ", "board.width: ", "name: "] {
            assert!(starts(start), "{start} of {faults:?}");
        }
        let faults = read(r#"{"name":"none"}"#).expect_err("a fault");
        assert_eq!(faults, ["name: Choose another."]);
        let faults = read(r#"{"name":["a"]}"#).expect_err("a fault");
        assert!(faults[0].starts_with("name: "), "{faults:?}");
    }
}
