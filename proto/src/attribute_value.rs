//! [`AttributeValue`]: the Rust types that an attribute may have.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use crate::attr::Attr;
use crate::path::Step;
use crate::string_value::{MapKey, StringValue, map_from, map_into, parse};
use crate::value::{Number, Type, Value, ValueError};

/// A Rust type with a Terraform type.
///
/// | Rust | Terraform |
/// |---|---|
/// | `bool` | bool |
/// | `i64`, `f64`, [`Number`] | number |
/// | `String`, [`crate::GoDuration`], [`crate::Json`], your own [`crate::StringValue`] | string |
/// | `Vec<T>` | list |
/// | `BTreeSet<T>` | set |
/// | `BTreeMap<K, T>`; `K` is `String` or your own [`crate::StringValue`] | map |
/// | [`crate::Sensitive<T>`] | as `T`, and marked sensitive |
/// | [`crate::ObjectValue<M>`](crate::ObjectValue) | object with the attributes of the model `M` |
/// | [`crate::Dynamic`] | any type, but not inside a collection, whose elements have one type |
///
/// Terraform's numbers are decimal and have any number of digits. An `f64` is as close to one as a
/// float can be: `0.1` comes back as `0.1`, and two decimal numbers that are closest to the same
/// float have the same meaning. Use [`Number`] if every digit counts.
///
/// A collection of plain elements is unknown as a whole as soon as one element is. If each element
/// matters, use [`Attr`] elements: `Vec<Attr<String>>`, `BTreeMap<String, Attr<String>>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used in an attribute",
    label = "`{Self}` is not the type of an attribute",
    note = "for whole numbers such as `i32`, use `i64` and a `check`; for `f32`, use `f64`; if \
            every digit counts, use `tfplugin::Number`",
    note = "for maps, use `BTreeMap`; for sets, use `BTreeSet`; for values that may be null, \
            `tfplugin::Attr` as the field's type is enough, without `Option`",
    note = "if it is a `Model`, declare it with `nested`, `nested_list`, `nested_set` or \
            `nested_map`, or as a block with `block`, `block_list` or `block_set`",
    note = "if it is your own type that is a string in Terraform, write `impl \
            tfplugin::StringValue for` it"
)]
pub trait AttributeValue: Clone + PartialEq + Debug + Send + Sync + 'static {
    /// Whether Terraform must not show values of this type.
    const SENSITIVE: bool = false;

    /// Whether null and unknown are values of this type, as they are of [`Attr`].
    const TAKES_ANYTHING: bool = false;

    /// Whether different Terraform values never [mean the same](Self::means_same) in this type, so
    /// that none are compared.
    const ONE_NOTATION: bool = false;

    /// What a check sees of it: `str` of a `String`, `[T]` of a `Vec<T>`, else the type itself.
    type Borrowed: ?Sized;

    /// The value as a check sees it.
    fn borrowed(&self) -> &Self::Borrowed;

    /// The Terraform type.
    fn value_type() -> Type;

    /// Reads a value of that type.
    ///
    /// # Errors
    /// If the value does not fit this Rust type, although it has the Terraform type.
    fn decode(value: Value) -> Result<Attr<Self>, ValueError>;

    /// The value of that type.
    fn encode(self) -> Value;

    /// Whether two values mean the same, however they are written: see
    /// [`StringValue::means_same`].
    ///
    /// ```
    /// use tfplugin::{AttributeValue, GoDuration};
    ///
    /// let minute: Vec<GoDuration> = vec!["1m".parse()?];
    /// let seconds: Vec<GoDuration> = vec!["60s".parse()?];
    /// assert!(minute != seconds && minute.means_same(&seconds));
    /// # Ok::<(), tfplugin::GoDurationError>(())
    /// ```
    fn means_same(&self, other: &Self) -> bool {
        self == other
    }

    /// `new` in the notation of `old`, as far as both mean the same.
    #[doc(hidden)]
    fn keep_notation(old: &Value, new: Value) -> Value {
        if is_same::<Self>(old, &new) {
            old.clone()
        } else {
            new
        }
    }
}

/// Whether two known values mean the same as a whole.
pub(crate) fn is_same<T: AttributeValue>(one: &Value, other: &Value) -> bool {
    match (T::decode(one.clone()), T::decode(other.clone())) {
        (Ok(Attr::Known(one)), Ok(Attr::Known(other))) => other.means_same(&one),
        _ => false,
    }
}

impl AttributeValue for String {
    const ONE_NOTATION: bool = true;

    type Borrowed = str;

    fn borrowed(&self) -> &str {
        self
    }

    fn value_type() -> Type {
        Type::String
    }

    fn decode(value: Value) -> Result<Attr<Self>, ValueError> {
        match value {
            Value::String(text) => Ok(Attr::Known(text)),
            other => not_known(other, "text"),
        }
    }

    fn encode(self) -> Value {
        Value::text(self)
    }
}

// Else the compiler would advise this trait for every type, also for those of other crates.
#[diagnostic::do_not_recommend]
impl<T: StringValue> AttributeValue for T {
    type Borrowed = Self;

    fn borrowed(&self) -> &Self {
        self
    }

    fn value_type() -> Type {
        Type::String
    }

    fn decode(value: Value) -> Result<Attr<Self>, ValueError> {
        match value {
            Value::String(string) => parse(&string).map(Attr::Known),
            other => not_known(other, "text"),
        }
    }

    fn encode(self) -> Value {
        Value::text(self.to_string())
    }

    fn means_same(&self, other: &Self) -> bool {
        StringValue::means_same(self, other)
    }
}

impl AttributeValue for bool {
    const ONE_NOTATION: bool = true;

    type Borrowed = Self;

    fn borrowed(&self) -> &Self {
        self
    }

    fn value_type() -> Type {
        Type::Bool
    }

    fn decode(value: Value) -> Result<Attr<Self>, ValueError> {
        match value {
            Value::Bool(truth) => Ok(Attr::Known(truth)),
            other => not_known(other, "true or false"),
        }
    }

    fn encode(self) -> Value {
        Value::Bool(self)
    }
}

impl AttributeValue for Number {
    const ONE_NOTATION: bool = true;

    type Borrowed = Self;

    fn borrowed(&self) -> &Self {
        self
    }

    fn value_type() -> Type {
        Type::Number
    }

    fn decode(value: Value) -> Result<Attr<Self>, ValueError> {
        match value {
            Value::Number(number) => Ok(Attr::Known(number)),
            other => not_known(other, "a number"),
        }
    }

    fn encode(self) -> Value {
        Value::Number(self)
    }
}

impl AttributeValue for i64 {
    const ONE_NOTATION: bool = true;

    type Borrowed = Self;

    fn borrowed(&self) -> &Self {
        self
    }

    fn value_type() -> Type {
        Type::Number
    }

    fn decode(value: Value) -> Result<Attr<Self>, ValueError> {
        match Number::decode(value)? {
            Attr::Null => Ok(Attr::Null),
            Attr::Unknown => Ok(Attr::Unknown),
            Attr::Known(number) => number.to_i64().map(Attr::Known).ok_or_else(|| {
                ValueError::new(format!(
                    "{number} is not a whole number between {} and {}",
                    i64::MIN,
                    i64::MAX
                ))
            }),
        }
    }

    fn encode(self) -> Value {
        Value::Number(self.into())
    }
}

/// Only useful as an element or as a function's argument: it keeps null and unknown apart.
impl<T: AttributeValue> AttributeValue for Attr<T> {
    const SENSITIVE: bool = T::SENSITIVE;
    const TAKES_ANYTHING: bool = true;
    const ONE_NOTATION: bool = T::ONE_NOTATION;

    type Borrowed = Self;

    fn borrowed(&self) -> &Self {
        self
    }

    fn value_type() -> Type {
        T::value_type()
    }

    fn decode(value: Value) -> Result<Attr<Self>, ValueError> {
        T::decode(value).map(Attr::Known)
    }

    fn encode(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Unknown => Value::UNKNOWN,
            Self::Known(value) => value.encode(),
        }
    }

    fn means_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known(one), Self::Known(other)) => one.means_same(other),
            _ => self == other,
        }
    }

    fn keep_notation(old: &Value, new: Value) -> Value {
        T::keep_notation(old, new)
    }
}

impl<T: AttributeValue> AttributeValue for Vec<T> {
    const SENSITIVE: bool = T::SENSITIVE;
    const ONE_NOTATION: bool = T::ONE_NOTATION;

    type Borrowed = [T];

    fn borrowed(&self) -> &[T] {
        self
    }

    fn value_type() -> Type {
        Type::List(Box::new(T::value_type()))
    }

    fn decode(value: Value) -> Result<Attr<Self>, ValueError> {
        match value {
            Value::List(elements) => {
                collected(elements.into_iter().enumerate().map(|(index, element)| {
                    present(T::decode(element)).map_err(|error| error.inside(Step::Index(index)))
                }))
            }
            other => not_known(other, "a list"),
        }
    }

    fn encode(self) -> Value {
        Value::List(self.into_iter().map(T::encode).collect())
    }

    fn means_same(&self, other: &Self) -> bool {
        let mut pairs = self.iter().zip(other);
        self.len() == other.len() && pairs.all(|(one, other)| one.means_same(other))
    }

    fn keep_notation(old: &Value, new: Value) -> Value {
        match (old, new) {
            (Value::List(old), Value::List(mut new)) => {
                for (old, new) in old.iter().zip(&mut new) {
                    *new = T::keep_notation(old, std::mem::take(new));
                }
                Value::List(new)
            }
            (_, new) => new,
        }
    }
}

impl<T: AttributeValue + Ord> AttributeValue for BTreeSet<T> {
    const SENSITIVE: bool = T::SENSITIVE;
    const ONE_NOTATION: bool = T::ONE_NOTATION;

    type Borrowed = Self;

    fn borrowed(&self) -> &Self {
        self
    }

    fn value_type() -> Type {
        Type::Set(Box::new(T::value_type()))
    }

    fn decode(value: Value) -> Result<Attr<Self>, ValueError> {
        match value {
            // The elements of a set have no address, so an error is the set's.
            Value::Set(elements) => {
                let known = elements.iter().filter(|one| one.is_wholly_known()).count();
                let set: Attr<Self> = collected(
                    elements
                        .into_iter()
                        .map(|element| present(T::decode(element))),
                )?;
                match &set {
                    Attr::Known(one_of_each) if one_of_each.len() < known => Err(ValueError::new(
                        "two elements of this set have the same meaning",
                    )),
                    _ => Ok(set),
                }
            }
            other => not_known(other, "a set"),
        }
    }

    fn encode(self) -> Value {
        Value::Set(self.into_iter().map(T::encode).collect())
    }

    fn means_same(&self, other: &Self) -> bool {
        fn has_all<T: AttributeValue + Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> bool {
            let mut elements = other.iter();
            elements.all(|element| {
                one.contains(element) || one.iter().any(|another| another.means_same(element))
            })
        }
        has_all(self, other) && has_all(other, self)
    }

    fn keep_notation(old: &Value, new: Value) -> Value {
        match (old, new) {
            (Value::Set(old), Value::Set(new)) => {
                Value::Set(new.in_notation_of(old, |old, new| T::keep_notation(old, new)))
            }
            (_, new) => new,
        }
    }
}

impl<K: MapKey, T: AttributeValue> AttributeValue for BTreeMap<K, T> {
    const SENSITIVE: bool = T::SENSITIVE;
    const ONE_NOTATION: bool = T::ONE_NOTATION;

    type Borrowed = Self;

    fn borrowed(&self) -> &Self {
        self
    }

    fn value_type() -> Type {
        Type::Map(Box::new(T::value_type()))
    }

    fn decode(value: Value) -> Result<Attr<Self>, ValueError> {
        match value {
            Value::Map(entries) => map_from(entries, |element| present(T::decode(element))),
            other => not_known(other, "a map"),
        }
    }

    fn encode(self) -> Value {
        map_into(self, T::encode)
    }

    fn means_same(&self, other: &Self) -> bool {
        let mut pairs = self.values().zip(other.values());
        self.keys().eq(other.keys()) && pairs.all(|(one, other)| one.means_same(other))
    }

    fn keep_notation(old: &Value, new: Value) -> Value {
        match (old, new) {
            (Value::Map(old), Value::Map(mut new)) => {
                for (key, new) in &mut new {
                    if let Some(old) = old.get(key) {
                        *new = T::keep_notation(old, std::mem::take(new));
                    }
                }
                Value::Map(new)
            }
            (_, new) => new,
        }
    }
}

/// An element: `None` if it is not known, so that the collection is not either.
pub(crate) fn present<T>(element: Result<Attr<T>, ValueError>) -> Result<Option<T>, ValueError> {
    match element? {
        Attr::Known(element) => Ok(Some(element)),
        Attr::Unknown => Ok(None),
        Attr::Null => Err(ValueError::new("an element must not be null")),
    }
}

/// A collection of elements; unknown as soon as one is. It looks at all of them, so that an
/// unknown element hides none that does not fit.
pub(crate) fn collected<T, C: FromIterator<T>>(
    elements: impl Iterator<Item = Result<Option<T>, ValueError>>,
) -> Result<Attr<C>, ValueError> {
    let mut is_known = true;
    let known = elements.filter_map(|element| {
        is_known &= !matches!(element, Ok(None));
        element.transpose()
    });
    let collection = known.collect::<Result<C, _>>()?;
    Ok(if is_known {
        Attr::Known(collection)
    } else {
        Attr::Unknown
    })
}

/// What every type has in common: null and unknown. Anything else is the wrong kind of value,
/// which Terraform never sends because it has the schema.
pub(crate) fn not_known<T>(value: Value, wanted: &str) -> Result<Attr<T>, ValueError> {
    match value {
        Value::Null => Ok(Attr::Null),
        Value::Unknown(_) => Ok(Attr::Unknown),
        _ => Err(ValueError::new(format!("expected {wanted}"))),
    }
}
