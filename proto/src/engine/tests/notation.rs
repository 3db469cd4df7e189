//! What means the same stays as it was written.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use super::*;
use crate::object_value::ObjectValue;
use crate::sensitive::Sensitive;
use crate::string_value::StringValue;

/// Case does not count.
#[derive(Clone, Debug)]
pub(super) struct Name(String);

impl Name {
    fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.folded() == other.folded()
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.folded().cmp(&other.folded())
    }
}

impl FromStr for Name {
    type Err = Infallible;

    fn from_str(string: &str) -> Result<Self, Infallible> {
        Ok(Self(string.to_owned()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl StringValue for Name {}

/// A name in every place where one may stand.
#[derive(Clone, Debug, Default, PartialEq)]
struct Names {
    one: Attr<Name>,
    plain: Attr<String>,
    made: Attr<Name>,
    secret: Attr<Sensitive<String>>,
    list: Attr<Vec<Name>>,
    open: Attr<Vec<Attr<Name>>>,
    set: Attr<BTreeSet<Name>>,
    map: Attr<BTreeMap<String, Name>>,
    object: Attr<ObjectValue<Inner>>,
    nested: Attr<Inner>,
    nested_list: Attr<Vec<Inner>>,
    nested_set: Attr<Vec<Inner>>,
    nested_map: Attr<BTreeMap<String, Inner>>,
    block: Vec<Inner>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Inner {
    name: Attr<Name>,
}

impl Model for Inner {
    fn declare(object: &mut Object<Self>) {
        object.attribute("name", |inner| &mut inner.name).optional();
    }
}

impl Model for Names {
    fn declare(object: &mut Object<Self>) {
        object.attribute("one", |names| &mut names.one).optional();
        object
            .attribute("plain", |names| &mut names.plain)
            .optional();
        object.attribute("made", |names| &mut names.made).computed();
        object
            .attribute("secret", |names| &mut names.secret)
            .optional();
        object.attribute("list", |names| &mut names.list).optional();
        object.attribute("open", |names| &mut names.open).optional();
        object.attribute("set", |names| &mut names.set).optional();
        object.attribute("map", |names| &mut names.map).optional();
        object
            .attribute("object", |names| &mut names.object)
            .optional();
        object
            .nested("nested", |names| &mut names.nested)
            .optional();
        object
            .nested_list("nested_list", |names| &mut names.nested_list)
            .optional();
        object
            .nested_set("nested_set", |names| &mut names.nested_set)
            .optional();
        object
            .nested_map("nested_map", |names| &mut names.nested_map)
            .optional();
        object.block_set("block", |names| &mut names.block);
    }
}

fn inner(name: &str) -> Value {
    object(&[("name", text(name))])
}

fn set(elements: &[Value]) -> Value {
    Value::Set(elements.iter().cloned().collect())
}

/// Every attribute but the block, holding "one" and "two" as they are written here.
fn written(one: &str, two: &str) -> Vec<(&'static str, Value)> {
    let (a, b) = (|| text(one), || text(two));
    let map = |one: Value, two: Value| object(&[("k", one), ("l", two)]);
    vec![
        ("one", a()),
        ("list", Value::List(vec![a(), b()])),
        ("open", Value::List(vec![a(), b()])),
        ("set", set(&[a(), b()])),
        ("map", map(a(), b())),
        ("object", inner(one)),
        ("nested", inner(one)),
        ("nested_list", Value::List(vec![inner(one), inner(two)])),
        ("nested_set", set(&[inner(one), inner(two)])),
        ("nested_map", map(inner(one), inner(two))),
        ("block", set(&[inner(one), inner(two)])),
    ]
}

/// All names with that one attribute.
fn with(name: &str, value: Value) -> Value {
    let schema = Schema::of::<Names>();
    let declarations = schema.declarations().iter();
    let nothing = declarations.map(|declaration| (declaration.name.clone(), Value::Null));
    changed(Value::map(nothing), name, value)
}

fn kept(old: &Value, new: Value) -> Value {
    keep_notation(Schema::of::<Names>().declarations(), old, new)
}

#[test]
fn what_a_service_returns_is_kept_as_it_was_written() {
    let returned = written("ann", "bob").into_iter();
    for ((name, old), (_, new)) in written("Ann", "BOB").into_iter().zip(returned) {
        assert_eq!(
            kept(&with(name, old.clone()), with(name, new)),
            with(name, old),
            "{name}"
        );
    }
}

#[test]
fn what_really_differs_is_as_the_service_returns_it() {
    let returned = written("eve", "bob").into_iter();
    for ((name, old), (_, new)) in written("Ann", "BOB").into_iter().zip(returned) {
        let (_, mixed) = written("eve", "BOB")
            .into_iter()
            .find(|(other, _)| *other == name)
            .expect("every attribute is there");
        assert_eq!(
            kept(&with(name, old), with(name, new)),
            with(name, mixed),
            "{name}: each element for itself"
        );
    }
    let plain = |plain: &str| with("plain", text(plain));
    assert_eq!(kept(&plain("Ann"), plain("ann")), plain("ann"));
    let secret = |secret: &str| with("secret", text(secret));
    assert_eq!(kept(&secret("Ann"), secret("ann")), secret("ann"));
}

#[test]
fn elements_of_a_set_are_not_merged() {
    let three = [text("a"), text("b"), text("c")];
    let with = |elements: &[Value]| with("set", set(elements));
    let old = [text("A"), text("X")];
    let expected = with(&[text("A"), text("b"), text("c")]);
    assert_eq!(kept(&with(&old), with(&three)), expected);
}

/// Terraform takes a configured value as it is, or one attribute as it was.
#[test]
fn another_notation_is_no_change_where_terraform_takes_it() {
    let schema = Schema::of::<Names>();
    let configs = written("ann", "bob").into_iter();
    for ((name, prior), (_, config)) in written("Ann", "BOB").into_iter().zip(configs) {
        let (prior, config) = (with(name, prior), with(name, config));
        let planned = propose(schema.declarations(), &config, &prior);
        let stays = ["one", "nested", "nested_list", "nested_map"].contains(&name);
        let expected = if stays { &prior } else { &config };
        assert_eq!(planned.entry(name), expected.entry(name), "{name}");
        let faults = verify_plan(schema.declarations(), &config, &prior, &planned);
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
}

#[test]
fn what_the_provider_plans_in_another_notation_is_no_change() {
    let schema = Schema::of::<Names>();
    let prior = with("made", text("Ann"));
    let config = with("made", Value::Null);
    for (planned, expected) in [("ann", "Ann"), ("eve", "eve")] {
        let planned = with("made", text(planned));
        assert_eq!(
            keep_planned_notation(schema.declarations(), &config, &prior, planned),
            with("made", text(expected))
        );
    }
}

#[test]
fn elements_of_a_set_that_mean_the_same_are_refused() {
    let schema = Schema::of::<Names>();
    let refused = schema.decode(with("set", set(&[text("a"), text("A"), text("b")])));
    let error = refused.expect_err("the first two mean the same");
    assert_eq!(
        error.to_string(),
        "set: two elements of this set have the same meaning"
    );
    let open = set(&[text("a"), text("b"), Value::UNKNOWN]);
    assert!(schema.decode(with("set", open)).is_ok());
}
