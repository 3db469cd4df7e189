//! Which changes need a new resource, also where they are not known yet.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::*;
use crate::schema::Nesting;
use crate::value::strategy::cases;

/// One of every kind that may hold something that needs a new resource.
#[derive(Clone, Debug, Default, PartialEq)]
struct House {
    one: Attr<Room>,
    list: Attr<Vec<Room>>,
    map: Attr<std::collections::BTreeMap<String, Room>>,
    block: Attr<Room>,
    blocks: Vec<Room>,
    whole: Vec<Plain>,
    plain: Attr<Vec<Plain>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Room {
    key: Attr<String>,
    note: Attr<String>,
    inner: Attr<Vec<Inner>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Inner {
    key: Attr<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Plain {
    note: Attr<String>,
}

impl Model for House {
    fn declare(object: &mut Object<Self>) {
        object.nested("one", |house| &mut house.one).optional();
        object
            .nested_list("list", |house| &mut house.list)
            .optional();
        object.nested_map("map", |house| &mut house.map).optional();
        object.block("block", |house| &mut house.block);
        object.block_list("blocks", |house| &mut house.blocks);
        object
            .block_list("whole", |house| &mut house.whole)
            .replace();
        object
            .nested_list("plain", |house| &mut house.plain)
            .optional();
    }
}

impl Model for Room {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("key", |room| &mut room.key)
            .optional()
            .replace();
        object.attribute("note", |room| &mut room.note).optional();
        object
            .nested_list("inner", |room| &mut room.inner)
            .optional();
    }
}

impl Model for Inner {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("key", |inner| &mut inner.key)
            .optional()
            .replace();
    }
}

impl Model for Plain {
    fn declare(object: &mut Object<Self>) {
        object.attribute("note", |plain| &mut plain.note).optional();
    }
}

fn room(key: &str) -> Value {
    object(&[("key", text(key))])
}

/// The places where the change from one value of the attribute to another needs a new resource.
fn replaced_in(attribute: &str, prior: Value, planned: Value) -> Vec<String> {
    let schema = Schema::of::<House>();
    let (prior, planned) = (
        object(&[(attribute, prior)]),
        object(&[(attribute, planned)]),
    );
    let paths = replaced(schema.declarations(), &prior, &planned);
    paths.iter().map(Path::to_string).collect()
}

#[test]
fn what_is_unknown_as_a_whole_stands_for_what_may_change_inside() {
    let list = || Value::List(vec![room("a")]);
    let map = || Value::map([("k".to_owned(), room("a"))]);
    for (attribute, prior) in [
        ("one", room("a")),
        ("one", Value::Null),
        ("list", list()),
        ("map", map()),
        ("block", room("a")),
        ("blocks", list()),
        ("whole", Value::List(Vec::new())),
    ] {
        assert_eq!(
            replaced_in(attribute, prior, Value::UNKNOWN),
            [attribute],
            "{attribute}"
        );
    }
    let unknown_room = Value::List(vec![Value::UNKNOWN]);
    assert_eq!(replaced_in("list", list(), unknown_room), ["list[0]"]);
    let unknown_room = Value::map([("k".to_owned(), Value::UNKNOWN)]);
    assert_eq!(replaced_in("map", map(), unknown_room), [r#"map["k"]"#]);
}

#[test]
fn what_cannot_change_inside_does_not_need_a_new_resource() {
    for (attribute, prior) in [
        ("list", Value::Null),
        ("list", Value::List(Vec::new())),
        ("map", Value::map([])),
        ("blocks", Value::List(Vec::new())),
        ("plain", Value::List(vec![object(&[("note", text("a"))])])),
    ] {
        let paths = replaced_in(attribute, prior, Value::UNKNOWN);
        assert!(paths.is_empty(), "{attribute}: {paths:?}");
    }
}

#[test]
fn another_number_of_blocks_needs_a_new_resource_where_the_blocks_do() {
    let plain = || object(&[("note", text("a"))]);
    let (one, two) = (vec![plain()], vec![plain(), plain()]);
    assert_eq!(
        replaced_in("whole", Value::List(one), Value::List(two)),
        ["whole"]
    );
}

/// A configuration as it will be, and as it is when some of it is not known yet.
type Configured = (Value, Value);

fn configurations(declarations: &[Declaration]) -> BoxedStrategy<Configured> {
    let entries: Vec<_> = declarations
        .iter()
        .map(|declaration| {
            (
                Just(declaration.name.clone()),
                configured_value(declaration),
            )
        })
        .collect();
    entries
        .prop_map(|entries| {
            let known = entries.iter().map(|(name, (known, _))| (name, known));
            let now = entries.iter().map(|(name, (_, now))| (name, now));
            let object = |entries: &mut dyn Iterator<Item = (&String, &Value)>| {
                Value::map(entries.map(|(name, value)| (name.clone(), value.clone())))
            };
            (object(&mut known.into_iter()), object(&mut now.into_iter()))
        })
        .boxed()
}

fn configured_value(declaration: &Declaration) -> BoxedStrategy<Configured> {
    let known = match declaration.inner() {
        None => "[ab]"
            .prop_map(|key| (Value::text(&*key), Value::text(&*key)))
            .boxed(),
        Some((Nesting::Map, inner)) => btree_map("[kl]", configurations(inner), 0..3)
            .prop_map(|elements| {
                let (known, now): (Vec<_>, Vec<_>) = elements
                    .into_iter()
                    .map(|(key, (known, now))| ((key.clone(), known), (key, now)))
                    .unzip();
                (Value::map(known), Value::map(now))
            })
            .boxed(),
        Some((Nesting::List, inner)) => vec(configurations(inner), 0..3)
            .prop_map(|elements| {
                let (known, now) = elements.into_iter().unzip();
                (Value::List(known), Value::List(now))
            })
            .boxed(),
        Some((_, inner)) => configurations(inner),
    };
    let partly = known.prop_flat_map(|(known, now)| {
        let all = (known.clone(), now);
        prop_oneof![4 => Just(all), 1 => Just((known, Value::UNKNOWN))]
    });
    prop_oneof![
        1 => Just((Value::Null, Value::Null)),
        1 => Just((Value::Null, Value::UNKNOWN)),
        6 => partly,
    ]
    .boxed()
}

proptest! {
    // Configurations are large: one case for ten of smaller values.
    #![proptest_config(ProptestConfig { cases: cases().cases / 10, ..cases() })]

    /// Terraform refuses a second plan that replaces what the first one wanted to update.
    #[test]
    fn a_plan_that_knows_more_never_replaces_what_was_to_be_updated(
        (prior, _) in configurations(Schema::of::<House>().declarations()),
        (later, now) in configurations(Schema::of::<House>().declarations()),
    ) {
        let schema = Schema::of::<House>();
        let replaced = |config: &Value| {
            let planned = propose(schema.declarations(), config, &prior);
            replaced(schema.declarations(), &prior, &planned)
        };
        let (first, second) = (replaced(&now), replaced(&later));
        prop_assert!(second.is_empty() || !first.is_empty(), "{second:?}");
    }
}
