//! Terraform's values without Rust types: the tree that goes over the wire, its types and its two
//! codecs.
//!
//! Authors of providers meet [`crate::Model`]s instead; this is what lies below them.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

mod error;
pub mod json;
pub mod msgpack;
mod number;
mod refinement;
#[cfg(test)]
pub(crate) mod strategy;
mod types;

pub use error::ValueError;
pub use number::{Number, NumberError};
pub use refinement::{Bound, Refinement};
pub use types::{Type, TypeError};

pub(crate) use types::DEPTH_LIMIT;

/// A value of any type, null and unknown included. The kinds of values are Terraform's own, and so
/// a match of all of them stays one.
///
/// Equal values are equal here: text is in Unicode normal form C (as Terraform compares it),
/// numbers are without trailing zeros, sets are sorted and without duplicates. It may hold secrets;
/// do not print it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Not set.
    #[default]
    Null,
    /// Will be known after apply; `Some` if something is known about it already.
    Unknown(Option<Box<Refinement>>),
    /// A truth value.
    Bool(bool),
    /// A number of any size and precision.
    Number(Number),
    /// Text, in normal form C: see [`Value::text`].
    String(String),
    /// The elements of a list or tuple, in order.
    List(Vec<Value>),
    /// The elements of a set.
    Set(Set),
    /// The elements of a map by key, or the attributes of an object by name.
    Map(BTreeMap<String, Value>),
    /// A value that carries its own type.
    Dynamic(Box<Dynamic>),
}

/// What stands where the schema says `dynamic`: the value and the type it has this time.
///
/// For an attribute that takes whatever the user writes, such as the body of a document:
///
/// ```
/// use std::collections::BTreeMap;
///
/// use tfplugin::{Attr, Dynamic, Model, Object, Result};
///
/// #[derive(Clone, Debug, Default, PartialEq)]
/// struct Document {
///     body: Attr<Dynamic>,
/// }
///
/// impl Model for Document {
///     fn declare(object: &mut Object<Self>) {
///         object.attribute("body", |document| &mut document.body).required();
///     }
/// }
///
/// fn read(document: &Document) -> Result<BTreeMap<String, i64>> {
///     document.body.get()?.read()
/// }
///
/// let document = Document { body: Dynamic::of(&BTreeMap::from([("a", 1)]))?.into() };
/// assert_eq!(read(&document)?["a"], 1);
/// # Ok::<(), tfplugin::Diagnostics>(())
/// ```
///
/// Terraform takes `["a"]` and `tolist(["a"])` for different values. Here they mean the same, as
/// [strings](crate::StringValue#strings-that-mean-the-same) do that differ in notation: the one
/// that was there first stays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dynamic {
    /// The type of `value`.
    pub value_type: Type,
    /// The value, of exactly that type.
    pub value: Value,
}

/// The elements of a set: sorted and without duplicates, so that equal sets compare equal.
///
/// Elements that are unknown, wholly or in part, are all kept: two of them may turn out to differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Set(Vec<Value>);

/// What is not there.
static NOTHING: Value = Value::Null;

impl Value {
    /// Not known yet, and nothing known about it.
    pub const UNKNOWN: Self = Self::Unknown(None);

    /// Text, brought into normal form C.
    pub fn text(text: impl Into<String>) -> Self {
        Self::String(normal_form(text.into()))
    }

    /// A map or object. The entries are inserted one by one: `collect` sorts first, and the code of
    /// a sort would be in the binary once for each caller.
    pub(crate) fn map(entries: impl IntoIterator<Item = (String, Self)>) -> Self {
        let mut map = BTreeMap::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        Self::Map(map)
    }

    /// Whether nothing is set.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether the value itself is not known; elements do not count.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Whether neither the value nor anything inside it is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
            Self::List(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Set(set) => set.iter().all(Self::is_wholly_known),
            Self::Map(elements) => elements.values().all(Self::is_wholly_known),
            Self::Dynamic(dynamic) => dynamic.value.is_wholly_known(),
        }
    }

    /// The attributes of an object or elements of a map; `None` for anything else.
    pub(crate) fn entries(&self) -> Option<&BTreeMap<String, Self>> {
        match self {
            Self::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The attribute of that name; null if this is not an object or has none.
    pub(crate) fn entry(&self, name: &str) -> &Self {
        self.entries()
            .and_then(|entries| entries.get(name))
            .unwrap_or(&NOTHING)
    }

    /// The element at that index; null if this is not a list or has none.
    pub(crate) fn element(&self, index: usize) -> &Self {
        match self {
            Self::List(elements) => elements.get(index).unwrap_or(&NOTHING),
            _ => &NOTHING,
        }
    }
}

impl Set {
    /// One element after the other, in a fixed order.
    pub fn iter(&self) -> std::slice::Iter<'_, Value> {
        self.0.iter()
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same elements, each in the notation of one in `old`: `kept` tells how the second of two
    /// values looks in the notation of the first. None is taken twice.
    pub(crate) fn in_notation_of(self, old: &Self, kept: impl Fn(&Value, Value) -> Value) -> Self {
        let mut free: Vec<&Value> = old.iter().filter(|one| !self.has(one)).collect();
        let elements = self.0.into_iter().map(|new| {
            if old.has(&new) {
                return new;
            }
            let twin = |one: &&Value| kept(one, new.clone()) == **one;
            match free.iter().position(twin) {
                Some(index) => free.swap_remove(index).clone(),
                None => new,
            }
        });
        elements.collect()
    }

    fn has(&self, element: &Value) -> bool {
        self.0.binary_search(element).is_ok()
    }
}

impl FromIterator<Value> for Set {
    fn from_iter<I: IntoIterator<Item = Value>>(elements: I) -> Self {
        let mut elements: Vec<Value> = elements.into_iter().collect();
        elements.sort();
        elements.dedup_by(|one, other| one == other && one.is_wholly_known());
        Self(elements)
    }
}

impl IntoIterator for Set {
    type Item = Value;
    type IntoIter = std::vec::IntoIter<Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Terraform normalizes all text, so anything else would come back changed and look like drift.
pub(crate) fn normal_form(text: String) -> String {
    if unicode_normalization::is_nfc(&text) {
        text
    } else {
        text.nfc().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_duplicates_do_not_count() {
        let one: Set = ["b", "a", "b"].map(Value::text).into_iter().collect();
        let other: Set = ["a", "b"].map(Value::text).into_iter().collect();
        assert_eq!(one, other);
    }

    #[test]
    fn unknown_elements_are_all_kept() {
        let set: Set = [Value::UNKNOWN, Value::UNKNOWN].into_iter().collect();
        assert_eq!(set.len(), 2);
    }
}
