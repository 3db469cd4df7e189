//! How many elements a collection or how many blocks of a kind there may be.

use std::collections::{BTreeMap, BTreeSet};

use super::declaration::Declaration;
use crate::value::Value;

/// A type whose elements can be counted. There is nothing to implement.
#[diagnostic::on_unimplemented(message = "`{Self}` has no elements to count")]
pub trait Collection {}

impl<T> Collection for Vec<T> {}
impl<T> Collection for BTreeSet<T> {}
impl<K, T> Collection for BTreeMap<K, T> {}

impl Declaration {
    pub(super) fn set_least(&mut self, least: u32) {
        self.limits.least = Some(least);
        let noun = self.noun();
        self.checks
            .push(Box::new(move |value| match Count::of(value) {
                Some(count) if count.most < u64::from(least) => Err(format!(
                    "There must be at least {}, but there {}. Add what is missing.",
                    noun.counted(u64::from(least)),
                    are(count.most)
                )),
                _ => Ok(()),
            }));
    }

    pub(super) fn set_most(&mut self, most: u32) {
        self.limits.most = Some(most);
        let noun = self.noun();
        self.checks
            .push(Box::new(move |value| match Count::of(value) {
                Some(count) if count.least > u64::from(most) => Err(format!(
                    "There must be at most {}, but there {}. Remove the rest.",
                    noun.counted(u64::from(most)),
                    are(count.least)
                )),
                _ => Ok(()),
            }));
    }

    fn noun(&self) -> Noun {
        match self.is_block() {
            true => Noun::Block(self.name.clone()),
            false => Noun::Element,
        }
    }
}

/// What is counted.
enum Noun {
    Block(String),
    Element,
}

impl Noun {
    fn counted(&self, number: u64) -> String {
        let plural = if number == 1 { "" } else { "s" };
        match self {
            Self::Block(name) => format!("{number} `{name}` block{plural}"),
            Self::Element => format!("{number} element{plural}"),
        }
    }
}

fn are(number: u64) -> String {
    match number {
        0 => "is none".to_owned(),
        1 => "is 1".to_owned(),
        more => format!("are {more}"),
    }
}

/// How many elements there are, as far as it is known.
struct Count {
    least: u64,
    most: u64,
}

impl Count {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::List(elements) => Some(Self::exactly(elements.len())),
            Value::Map(elements) => Some(Self::exactly(elements.len())),
            // What is not known yet may turn out equal to another element.
            Value::Set(elements) => {
                let known = elements.iter().filter(|one| one.is_wholly_known()).count();
                Some(Self {
                    least: (known as u64).max(u64::from(!elements.is_empty())),
                    most: elements.len() as u64,
                })
            }
            _ => None,
        }
    }

    fn exactly(number: usize) -> Self {
        Self {
            least: number as u64,
            most: number as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attr::Attr;
    use crate::engine::validate;
    use crate::path::Path;
    use crate::schema::{Model, Object, Schema};

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Desk {
        top: Attr<Part>,
        legs: Vec<Part>,
        lamps: Vec<Part>,
        drawers: Attr<Vec<Part>>,
        keys: Attr<BTreeMap<String, Part>>,
        colors: Attr<BTreeSet<String>>,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Part {
        name: Attr<String>,
    }

    impl Model for Part {
        fn declare(object: &mut Object<Self>) {
            object.attribute("name", |part| &mut part.name).required();
        }
    }

    impl Model for Desk {
        fn declare(object: &mut Object<Self>) {
            object.block("top", |desk| &mut desk.top).required();
            object
                .block_list("leg", |desk| &mut desk.legs)
                .min_items(1)
                .max_items(2);
            object
                .block_set("lamp", |desk| &mut desk.lamps)
                .max_items(1);
            object
                .nested_list("drawers", |desk| &mut desk.drawers)
                .optional()
                .min_items(2);
            object
                .nested_map("keys", |desk| &mut desk.keys)
                .optional()
                .max_items(1);
            object
                .attribute("colors", |desk| &mut desk.colors)
                .optional()
                .min_items(2)
                .max_items(2);
        }
    }

    fn parts(number: usize) -> Vec<Value> {
        let part = |index| [("name".to_owned(), Value::text(format!("part {index}")))];
        (0..number).map(|index| Value::map(part(index))).collect()
    }

    fn list(number: usize) -> Value {
        Value::List(parts(number))
    }

    fn set(elements: Vec<Value>) -> Value {
        Value::Set(elements.into_iter().collect())
    }

    /// The errors for a desk with one leg and this attribute.
    fn said(name: &str, value: Value) -> Vec<String> {
        let entries = [
            ("top", Value::UNKNOWN),
            ("leg", list(1)),
            ("lamp", set(Vec::new())),
            ("drawers", Value::Null),
            ("keys", Value::Null),
            ("colors", Value::Null),
        ];
        let entries = entries.map(|(other, value)| (other.to_owned(), value));
        let Value::Map(mut desk) = Value::map(entries) else {
            unreachable!("it is made as one");
        };
        desk.insert(name.to_owned(), value);
        let schema = Schema::of::<Desk>();
        let found = validate(schema.declarations(), &Value::Map(desk));
        let said = found.iter().map(|found| {
            let path = found.path().map(Path::to_string).unwrap_or_default();
            format!("{path}: {}", found.detail_text())
        });
        said.collect()
    }

    #[test]
    fn too_few_and_too_many_are_refused_at_their_place() {
        let map = |number| {
            let parts = parts(number).into_iter().enumerate();
            Value::map(parts.map(|(index, part)| (index.to_string(), part)))
        };
        for (name, value, message) in [
            ("top", Value::Null, "There must be a `top` block. Add one."),
            (
                "leg",
                list(0),
                "There must be at least 1 `leg` block, but there is none. Add what is missing.",
            ),
            (
                "leg",
                list(3),
                "There must be at most 2 `leg` blocks, but there are 3. Remove the rest.",
            ),
            (
                "lamp",
                set(parts(2)),
                "There must be at most 1 `lamp` block, but there are 2. Remove the rest.",
            ),
            (
                "drawers",
                list(1),
                "There must be at least 2 elements, but there is 1. Add what is missing.",
            ),
            (
                "keys",
                map(2),
                "There must be at most 1 element, but there are 2. Remove the rest.",
            ),
        ] {
            assert_eq!(said(name, value), [format!("{name}: {message}")]);
        }
    }

    #[test]
    fn what_may_still_be_within_the_limits_is_not_refused() {
        let colors = |elements: Vec<Value>| set(elements);
        let (red, blue) = (|| Value::text("red"), || Value::text("blue"));
        for (name, value) in [
            ("leg", Value::UNKNOWN),
            ("leg", Value::List(vec![Value::UNKNOWN, Value::UNKNOWN])),
            ("lamp", Value::UNKNOWN),
            ("drawers", Value::Null),
            ("colors", colors(vec![red(), Value::UNKNOWN])),
            ("colors", colors(vec![red(), blue(), Value::UNKNOWN])),
        ] {
            let found = said(name, value.clone());
            assert!(found.is_empty(), "{name} = {value:?}: {found:?}");
        }
        let three = colors(vec![red(), blue(), Value::text("green"), Value::UNKNOWN]);
        let found = said("colors", three);
        assert_eq!(
            found.len(),
            1,
            "too many, whatever the last one is: {found:?}"
        );
    }
}
