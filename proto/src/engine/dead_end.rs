//! Paths that lead to nothing.

use crate::path::{Path, Step};
use crate::schema::{Declaration, Kind, Nesting};
use crate::value::{Type, Value};

/// Why no object with these declarations can have a value at the path; `None` if one can.
pub(crate) fn dead_end(declarations: &[Declaration], path: &Path) -> Option<String> {
    let mut here = Here::Object(declarations);
    let mut gone = Path::default();
    for step in path.steps() {
        let Some(next) = here.after(step) else {
            let at = match gone.steps() {
                [] => "the resource".to_owned(),
                _ => format!("`{gone}`"),
            };
            return Some(format!("{at} {}", here.refusal(step)));
        };
        here = next;
        gone = gone.then(step.clone());
    }
    None
}

/// Whether there is something at the end of the path, be it null or not known yet.
pub(crate) fn leads_to_a_value(path: &Path, object: &Value) -> bool {
    let mut here = object;
    for step in path.steps() {
        while let Value::Dynamic(dynamic) = here {
            here = &dynamic.value;
        }
        let next = match (here, step) {
            // Anything may be inside.
            (Value::Unknown(_), _) => return true,
            (Value::Map(entries), Step::Attribute(name) | Step::Key(name)) => entries.get(name),
            (Value::List(elements), Step::Index(index)) => elements.get(*index),
            _ => None,
        };
        match next {
            Some(next) => here = next,
            None => return false,
        }
    }
    true
}

/// What a path has led to so far.
#[derive(Clone, Copy)]
enum Here<'a> {
    Object(&'a [Declaration]),
    Elements(Nesting, &'a [Declaration]),
    Value(&'a Type),
}

impl<'a> Here<'a> {
    fn at(declaration: &'a Declaration) -> Self {
        match &declaration.kind {
            Kind::Value(of) => Self::Value(of),
            Kind::Nested(Nesting::Single, inner) | Kind::Block(Nesting::Single, inner) => {
                Self::Object(inner)
            }
            Kind::Nested(nesting, inner) | Kind::Block(nesting, inner) => {
                Self::Elements(*nesting, inner)
            }
        }
    }

    fn after(self, step: &Step) -> Option<Self> {
        match (self, step) {
            (Self::Object(declarations), Step::Attribute(name)) => {
                let mut all = declarations.iter();
                all.find(|one| one.name == *name).map(Self::at)
            }
            (Self::Elements(Nesting::List, inner), Step::Index(_))
            | (Self::Elements(Nesting::Map, inner), Step::Key(_)) => Some(Self::Object(inner)),
            (Self::Value(Type::List(of)), Step::Index(_))
            | (Self::Value(Type::Map(of)), Step::Key(_)) => Some(Self::Value(of)),
            (Self::Value(Type::Tuple(of)), Step::Index(index)) => of.get(*index).map(Self::Value),
            (Self::Value(Type::Object(of)), Step::Attribute(name)) => of.get(name).map(Self::Value),
            (Self::Value(Type::Dynamic), _) => Some(self),
            _ => None,
        }
    }

    /// Why this step does not lead anywhere; follows the name of the place in the message.
    fn refusal(self, step: &Step) -> String {
        match (self, step) {
            (Self::Object(_) | Self::Value(Type::Object(_)), Step::Attribute(name)) => {
                format!("has no attribute `{name}`")
            }
            (Self::Value(Type::Tuple(of)), Step::Index(_)) => {
                format!("has no more than {} elements", of.len())
            }
            (Self::Object(_) | Self::Value(Type::Object(_)), _) => {
                "is an object, whose attributes have names".to_owned()
            }
            (Self::Elements(Nesting::Set, _) | Self::Value(Type::Set(_)), _) => {
                "is a set, and its elements have no address: name the set itself".to_owned()
            }
            (Self::Elements(Nesting::Map, _) | Self::Value(Type::Map(_)), _) => {
                "is a map, whose elements have keys".to_owned()
            }
            (Self::Elements(..) | Self::Value(Type::List(_) | Type::Tuple(_)), _) => {
                "is a list, whose elements have an index".to_owned()
            }
            (Self::Value(_), _) => "contains nothing".to_owned(),
        }
    }
}
