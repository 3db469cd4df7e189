//! [`StringValue`]: the author's own types in string attributes and map keys.
//!
//! A type that parses joins in with one line. The rest follows from there:
//! [`AttributeValue`](crate::AttributeValue) for its attributes, [`MapKey`] for its maps, and
//! errors at the place of the string.

use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::str::FromStr;

use crate::attr::Attr;
use crate::path::Step;
use crate::value::{Value, ValueError};

/// A type that Terraform sees as a string: an enum of choices, or a newtype that parses.
///
/// One line makes it fit for attributes, elements, arguments of functions, and keys of maps. For an
/// enum, [`choose`](crate::choose) writes the rest of [`FromStr`], so that each word stands in
/// [`Display`] only:
///
/// ```
/// use std::collections::BTreeMap;
/// use std::fmt;
/// use std::str::FromStr;
///
/// use tfplugin::{Attr, Model, NoChoice, Object, StringValue, choose};
///
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
/// enum Tier {
///     Hot,
///     Cold,
/// }
///
/// impl FromStr for Tier {
///     type Err = NoChoice;
///
///     fn from_str(string: &str) -> Result<Self, NoChoice> {
///         choose(string, &[Self::Hot, Self::Cold])
///     }
/// }
///
/// impl fmt::Display for Tier {
///     fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
///         out.write_str(match self {
///             Self::Hot => "hot",
///             Self::Cold => "cold",
///         })
///     }
/// }
///
/// impl StringValue for Tier {}
///
/// #[derive(Clone, Debug, Default, PartialEq)]
/// struct Bucket {
///     tier: Attr<Tier>,
///     days: Attr<BTreeMap<Tier, i64>>,
/// }
///
/// impl Model for Bucket {
///     fn declare(object: &mut Object<Self>) {
///         object.attribute("tier", |bucket| &mut bucket.tier).default(Tier::Hot);
///         object.attribute("days", |bucket| &mut bucket.days).optional();
///     }
/// }
///
/// let error = "warm".parse::<Tier>().expect_err("there is no such tier");
/// assert_eq!(error.to_string(), r#""warm" is not allowed. Use "hot" or "cold"."#);
/// ```
///
/// The error of [`FromStr`] is what the user reads, at the attribute or at the key. In a
/// configuration it is an error of `terraform validate`. State has another history (a later version
/// of the provider may have written it) and must not become impossible to destroy: there the
/// attribute reads as null, the entry of the key as absent, and the user gets a warning.
///
/// # Strings that mean the same
///
/// A value may be written in several ways: a name whose case does not count, a duration, a JSON
/// document. Where two strings [mean the same](Self::means_same), the one that was there first
/// stays:
///
/// * in a plan, the string of the state: another notation in the configuration is not a change;
/// * in what is read, the string of the state: the notation of the service is not drift;
/// * in what was created or updated, the string of the plan, and in a data source that of the
///   configuration.
///
/// That holds inside of nested objects and blocks as well, and for the elements of lists, sets and
/// maps in what is read, created or updated. Not so in a plan for what is configured in a list, set
/// or map of values, in a [nested set](crate::Object::nested_set) or in a
/// [set of blocks](crate::Object::block_set): there Terraform wants everything as it is configured
/// if an element is not known yet, or always. Another notation is an update then.
///
/// By default two values mean the same if they are equal in Rust. So a type that ignores case needs
/// no more than a `PartialEq` that does:
///
/// ```
/// use std::convert::Infallible;
/// use std::fmt;
/// use std::str::FromStr;
///
/// use tfplugin::StringValue;
///
/// /// A host name as somebody wrote it.
/// #[derive(Clone, Debug)]
/// struct Host(String);
///
/// impl PartialEq for Host {
///     fn eq(&self, other: &Self) -> bool {
///         self.0.eq_ignore_ascii_case(&other.0)
///     }
/// }
///
/// impl FromStr for Host {
///     type Err = Infallible;
///
///     fn from_str(string: &str) -> Result<Self, Infallible> {
///         Ok(Self(string.to_owned()))
///     }
/// }
///
/// impl fmt::Display for Host {
///     fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
///         out.write_str(&self.0)
///     }
/// }
///
/// impl StringValue for Host {}
/// ```
///
/// [`Display`] must write a string that [`FromStr`] reads as a value of the same meaning.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not represent a Terraform string",
    note = "if it is your own type, with `FromStr` and `Display`, write `impl \
            tfplugin::StringValue for {Self} {{}}`"
)]
pub trait StringValue:
    FromStr<Err: Display> + Display + Clone + PartialEq + Debug + Send + Sync + 'static
{
    /// Whether two values mean the same, so that the string of one can stand for the other's.
    fn means_same(&self, other: &Self) -> bool {
        self == other
    }
}

/// The key of a map: `String`, or any [`StringValue`] that is ordered. There is nothing to
/// implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a map",
    note = "use `String`, or your own type with `tfplugin::StringValue` and `Ord`"
)]
pub trait MapKey: Clone + Debug + Ord + Send + Sync + 'static {
    /// Reads a key.
    ///
    /// # Errors
    /// If the string is not one; the error is shown at the key.
    fn from_key(key: String) -> Result<Self, ValueError>;

    /// The key as Terraform has it.
    fn into_key(self) -> String;
}

impl MapKey for String {
    fn from_key(key: String) -> Result<Self, ValueError> {
        Ok(key)
    }

    fn into_key(self) -> String {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: StringValue + Ord> MapKey for T {
    fn from_key(key: String) -> Result<Self, ValueError> {
        parse(&key)
    }

    fn into_key(self) -> String {
        self.to_string()
    }
}

/// A map from its entries. It is unknown as a whole if one of its elements is.
pub(crate) fn map_from<K: MapKey, T>(
    entries: BTreeMap<String, Value>,
    decode: impl Fn(Value) -> Result<Option<T>, ValueError>,
) -> Result<Attr<BTreeMap<K, T>>, ValueError> {
    let mut map = BTreeMap::new();
    let mut is_known = true;
    for (key, element) in entries {
        let entry = K::from_key(key.clone()).and_then(|key| Ok((key, decode(element)?)));
        let is_new = match entry {
            Ok((key, Some(element))) => map.insert(key, element).is_none(),
            // An unknown element hides none that does not fit.
            Ok((_, None)) => {
                is_known = false;
                continue;
            }
            Err(error) => return Err(error.inside(Step::Key(key))),
        };
        if !is_new {
            let twice = ValueError::new("another key of this map has the same meaning");
            return Err(twice.inside(Step::Key(key)));
        }
    }
    Ok(if is_known {
        Attr::Known(map)
    } else {
        Attr::Unknown
    })
}

/// The entries of a map.
pub(crate) fn map_into<K: MapKey, T>(map: BTreeMap<K, T>, encode: impl Fn(T) -> Value) -> Value {
    let entries = map
        .into_iter()
        .map(|(key, element)| (crate::value::normal_form(key.into_key()), encode(element)));
    Value::map(entries)
}

/// Reads a string; the error is the author's.
pub(crate) fn parse<T: StringValue>(string: &str) -> Result<T, ValueError> {
    string
        .parse()
        .map_err(|error: T::Err| ValueError::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoding::validated;
    use crate::diagnostic::Diagnostic;
    use crate::path::Path;
    use crate::schema::{Model, Object, Schema};

    /// A whole number from 1 to 9, as a string.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct Grade(u8);

    impl FromStr for Grade {
        type Err = String;

        fn from_str(string: &str) -> Result<Self, String> {
            match string.trim_start_matches('0').parse() {
                Ok(grade @ 1..=9) => Ok(Self(grade)),
                _ => Err(format!("{string:?} is not a grade")),
            }
        }
    }

    impl std::fmt::Display for Grade {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(out, "{}", self.0)
        }
    }

    impl StringValue for Grade {}

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Graded {
        grade: Attr<Grade>,
        grades: Attr<Vec<Grade>>,
        counts: Attr<BTreeMap<Grade, i64>>,
        inner: Attr<BTreeMap<Grade, Inner>>,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Inner {
        grade: Attr<Grade>,
    }

    impl Model for Graded {
        fn declare(object: &mut Object<Self>) {
            object
                .attribute("grade", |graded| &mut graded.grade)
                .default(Grade(1));
            object
                .attribute("grades", |graded| &mut graded.grades)
                .optional();
            object
                .attribute("counts", |graded| &mut graded.counts)
                .optional();
            object
                .nested_map("inner", |graded| &mut graded.inner)
                .optional();
        }
    }

    impl Model for Inner {
        fn declare(object: &mut Object<Self>) {
            object
                .attribute("grade", |inner| &mut inner.grade)
                .required();
        }
    }

    fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
        Value::map(entries.map(|(key, value)| (key.to_owned(), value)))
    }

    fn error_in(graded: Value) -> (String, String) {
        let error = Schema::of::<Graded>()
            .decode(graded)
            .expect_err("something is not a grade");
        (error.path().to_string(), error.message().to_owned())
    }

    #[test]
    fn strings_and_keys_become_the_authors_types_and_strings_again() {
        let schema = Schema::of::<Graded>();
        let value = map([
            ("grade", Value::text("3")),
            ("grades", Value::List(vec![Value::text("1")])),
            ("counts", map([("2", Value::Number(7.into()))])),
            ("inner", map([("4", map([("grade", Value::UNKNOWN)]))])),
        ]);
        let graded = schema.decode(value.clone()).expect("all are grades");
        assert_eq!(graded.grade, Attr::Known(Grade(3)));
        assert_eq!(graded.counts, Attr::Known([(Grade(2), 7)].into()));
        assert_eq!(schema.encode(graded), value);
    }

    #[test]
    fn errors_stand_at_the_attribute_and_at_the_key() {
        let ten = || Value::text("10");
        let message = || r#""10" is not a grade"#.to_owned();
        assert_eq!(
            error_in(map([("grade", ten())])),
            ("grade".to_owned(), message())
        );
        assert_eq!(
            error_in(map([("grades", Value::List(vec![ten()]))])),
            ("grades[0]".to_owned(), message())
        );
        assert_eq!(
            error_in(map([("counts", map([("10", Value::UNKNOWN)]))])),
            (r#"counts["10"]"#.to_owned(), message())
        );
        assert_eq!(
            error_in(map([("inner", map([("5", map([("grade", ten())]))]))])),
            (r#"inner["5"].grade"#.to_owned(), message())
        );
    }

    /// All that a user reads about a configuration, and the model that the author's checks see.
    #[test]
    fn everything_that_does_not_fit_a_configuration_is_told_at_once() {
        let ten = || Value::text("10");
        let config = map([
            ("grade", ten()),
            ("grades", Value::List(vec![ten(), Value::UNKNOWN, ten()])),
            (
                "counts",
                map([("10", Value::UNKNOWN), ("2", Value::Number(2.into()))]),
            ),
            (
                "inner",
                map([("4", Value::UNKNOWN), ("5", map([("grade", ten())]))]),
            ),
        ]);
        let mut seen = Graded::default();
        let schema = Schema::of::<Graded>();
        let found = validated(&schema, &config, "validation", |model, diagnostics| {
            seen = model.clone();
            diagnostics.push(Diagnostic::error("The author looked").at(Path::root("grade")));
        });
        let places: Vec<String> = found
            .iter()
            .filter_map(|found| found.path().map(Path::to_string))
            .collect();
        assert_eq!(
            places,
            [
                "grade",
                "grades[0]",
                "grades[2]",
                r#"counts["10"]"#,
                r#"inner["5"].grade"#,
                "grade"
            ]
        );
        let expected = Graded {
            grade: Attr::Unknown,
            grades: Attr::Unknown,
            counts: Attr::Known([(Grade(2), 2)].into()),
            inner: Attr::Unknown,
        };
        assert_eq!(seen, expected, "nothing is taken for missing");
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Secretive {
        grade: Attr<Grade>,
        list: Attr<Vec<Secret>>,
        set: Attr<Vec<Secret>>,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Secret {
        grade: Attr<Grade>,
    }

    impl Model for Secretive {
        fn declare(object: &mut Object<Self>) {
            object
                .attribute("grade", |secretive| &mut secretive.grade)
                .optional()
                .sensitive();
            object
                .nested_list("list", |secretive| &mut secretive.list)
                .optional();
            object
                .nested_set("set", |secretive| &mut secretive.set)
                .optional();
        }
    }

    impl Model for Secret {
        fn declare(object: &mut Object<Self>) {
            object
                .attribute("grade", |secret| &mut secret.grade)
                .required()
                .sensitive();
        }
    }

    #[test]
    fn an_error_does_not_repeat_what_is_sensitive() {
        let ten = || map([("grade", Value::text("10"))]);
        for (secretive, place) in [
            (ten(), "grade"),
            (map([("list", Value::List(vec![ten()]))]), "list[0].grade"),
            (
                map([("set", Value::Set([ten()].into_iter().collect()))]),
                "set",
            ),
        ] {
            let error = Schema::of::<Secretive>()
                .decode(secretive)
                .expect_err("10 is not a grade");
            assert_eq!(error.path().to_string(), place);
            assert_eq!(error.message(), "the sensitive value has the wrong form");
        }
    }

    #[test]
    fn two_keys_that_mean_the_same_are_refused() {
        let one = || Value::Number(1.into());
        let (path, message) = error_in(map([("counts", map([("07", one()), ("7", one())]))]));
        assert_eq!(path, r#"counts["7"]"#);
        assert_eq!(message, "another key of this map has the same meaning");
    }

    #[test]
    fn a_state_is_read_without_what_is_not_of_the_type() {
        let ten = || Value::text("10");
        let state = map([
            ("grade", ten()),
            ("grades", Value::List(vec![Value::text("1"), ten()])),
            (
                "counts",
                map([
                    ("10", Value::Number(1.into())),
                    ("2", Value::Number(2.into())),
                ]),
            ),
            ("inner", map([("5", map([("grade", ten())]))])),
        ]);
        let readable = Schema::of::<Graded>()
            .decode_state(&state)
            .expect("the rest can be read");
        let expected = Graded {
            grade: Attr::Null,
            grades: Attr::Null,
            counts: Attr::Known([(Grade(2), 2)].into()),
            inner: Attr::Known([(Grade(5), Inner::default())].into()),
        };
        assert_eq!(readable.model, expected);
        let left_out: Vec<Path> = readable
            .left_out
            .iter()
            .map(|error| error.path().clone())
            .collect();
        assert_eq!(
            left_out,
            [
                Path::root("grade"),
                Path::root("grades").index(1),
                Path::root("counts").key("10"),
                Path::root("inner").key("5").attribute("grade"),
            ]
        );
    }
}
