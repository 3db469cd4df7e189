//! Which changes need a new resource, also where they are not known yet.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::notation::Name;
use super::*;
use crate::schema::Nesting;
use crate::value::Type;
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
    set: Vec<Plain>,
    plain: Attr<Vec<Plain>>,
    area: Attr<i64>,
    lamps: Attr<Vec<String>>,
    owner: Attr<Name>,
    guests: Attr<Vec<Attr<Name>>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Room {
    key: Attr<String>,
    note: Attr<String>,
    floor: Attr<String>,
    color: Attr<String>,
    owner: Attr<Name>,
    visits: Attr<String>,
    lock: Attr<String>,
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
        object.block_set("set", |house| &mut house.set).replace();
        object
            .nested_list("plain", |house| &mut house.plain)
            .optional();
        object
            .attribute("area", |house| &mut house.area)
            .optional()
            .replace_if(|prior, planned| planned < prior);
        object
            .attribute("lamps", |house| &mut house.lamps)
            .optional()
            .replace_if(|prior, planned| planned.map(<[String]>::len) < prior.map(<[String]>::len));
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
            .attribute("floor", |room| &mut room.floor)
            .optional()
            .replace_if(|prior, planned| planned < prior);
        object
            .attribute("color", |room| &mut room.color)
            .optional_computed()
            .replace_if_configured();
        object
            .attribute("owner", |room| &mut room.owner)
            .optional()
            .replace();
        // Its plans depend on whether something else changes.
        object
            .attribute("visits", |room| &mut room.visits)
            .computed()
            .plan(|change| match change.planned {
                Attr::Unknown => "b".into(),
                planned => planned,
            })
            .replace_if(|prior, planned| planned > prior);
        object
            .attribute("lock", |room| &mut room.lock)
            .optional_computed()
            .keep()
            .plan(|change| match (change.prior, change.planned) {
                (Some(prior), _) if change.config.is_null() => prior,
                (_, planned) => planned,
            })
            .replace();
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
    // What is planned here is what is configured.
    let paths = replaced(schema.declarations(), &planned, &prior, &planned);
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

#[test]
fn the_author_decides_which_change_needs_a_new_resource() {
    for (prior, planned, replaces) in [
        (number(20), number(10), true),
        (number(10), number(20), false),
        (number(10), Value::Null, true),
        (Value::Null, number(10), false),
        (number(10), Value::UNKNOWN, true),
    ] {
        let expected = replaces.then_some("area").into_iter().collect::<Vec<_>>();
        assert_eq!(
            replaced_in("area", prior.clone(), planned.clone()),
            expected,
            "{prior:?} -> {planned:?}"
        );
    }
    let lamps = |lamps: &[Value]| Value::List(lamps.to_vec());
    let two = || lamps(&[text("a"), text("b")]);
    assert_eq!(replaced_in("lamps", two(), lamps(&[text("c")])), ["lamps"]);
    assert!(replaced_in("lamps", two(), lamps(&[text("c"), text("d")])).is_empty());
    let open = lamps(&[text("c"), Value::UNKNOWN]);
    assert_eq!(
        replaced_in("lamps", two(), open),
        ["lamps"],
        "not wholly known"
    );
}

#[test]
fn only_what_is_configured_needs_a_new_resource_where_that_counts() {
    let colored = |color: Value| object(&[("key", text("a")), ("color", color)]);
    let schema = Schema::of::<House>();
    for (config, planned, replaces) in [
        (text("red"), text("red"), true),
        (text("green"), text("green"), false),
        (Value::UNKNOWN, Value::UNKNOWN, true),
        (Value::Null, Value::UNKNOWN, false),
        (Value::Null, text("blue"), false),
    ] {
        let house = |room: Value| object(&[("one", room)]);
        let [config, planned] = [config, planned].map(|color| house(colored(color)));
        let prior = house(colored(text("green")));
        let paths = replaced(schema.declarations(), &config, &prior, &planned);
        assert_eq!(!paths.is_empty(), replaces, "{config:?}: {planned:?}");
    }
    let prior = object(&[("one", colored(text("green")))]);
    let unknown = object(&[("one", Value::UNKNOWN)]);
    let unset = object(&[("one", Value::Null)]);
    let paths = |config: &Value| {
        let paths = replaced(schema.declarations(), config, &prior, &unknown);
        paths.len()
    };
    assert_eq!(paths(&unknown), 1, "it may turn out to be configured");
    assert_eq!(paths(&unset), 1, "for the sake of the key");
}

/// A configuration when all of it is known, and when some of it is not known yet.
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
    // Nobody configures what only the provider sets.
    if declaration.is_computed_only() {
        return Just((Value::Null, Value::Null)).boxed();
    }
    let known = match declaration.inner() {
        None => match declaration.value_type() {
            Type::Number => (1..4_i64)
                .prop_map(|area| (number(area), number(area)))
                .boxed(),
            Type::List(_) => vec(("[abA]", any::<bool>()), 0..3)
                .prop_map(|elements| {
                    let known = elements.iter().map(|(text, _)| Value::text(text.as_str()));
                    let now = elements.iter().map(|(text, is_known)| match is_known {
                        true => Value::text(text.as_str()),
                        false => Value::UNKNOWN,
                    });
                    (Value::List(known.collect()), Value::List(now.collect()))
                })
                .boxed(),
            _ => "[abA]"
                .prop_map(|key| (Value::text(&*key), Value::text(&*key)))
                .boxed(),
        },
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
        Some((Nesting::Set, inner)) => vec(configurations(inner), 0..3)
            .prop_map(|elements| {
                let (known, now): (Vec<_>, Vec<_>) = elements.into_iter().unzip();
                (
                    Value::Set(known.into_iter().collect()),
                    Value::Set(now.into_iter().collect()),
                )
            })
            .boxed(),
        Some((Nesting::Single, inner)) => configurations(inner),
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

/// What a service turns a plan into: the same string for everything that is unknown.
fn without_unknown(value: &Value) -> Value {
    match value {
        Value::Unknown(_) => text("a"),
        Value::Map(entries) => {
            let entries = entries.iter();
            Value::map(entries.map(|(name, value)| (name.clone(), without_unknown(value))))
        }
        Value::List(elements) => Value::List(elements.iter().map(without_unknown).collect()),
        Value::Set(elements) => Value::Set(elements.iter().map(without_unknown).collect()),
        known => known.clone(),
    }
}

proptest! {
    // Configurations are large: one case for ten of smaller values.
    #![proptest_config(ProptestConfig { cases: cases().cases / 10, ..cases() })]

    /// Terraform refuses a second plan that replaces what the first one wanted to update.
    #[test]
    fn a_plan_that_knows_more_never_replaces_what_was_to_be_updated(
        before in configurations(Schema::of::<House>().declarations()),
        after in configurations(Schema::of::<House>().declarations()),
        nothing_changes in any::<bool>(),
    ) {
        let schema = Schema::of::<House>();
        let (later, now) = if nothing_changes { before.clone() } else { after };
        let (prior, _) = before;
        let prior = without_unknown(&propose(schema.declarations(), &prior, &Value::Null));
        let replaced = |config: &Value| {
            let planned = propose(schema.declarations(), config, &prior);
            replaced(schema.declarations(), config, &prior, &planned)
        };
        let (first, second) = (replaced(&now), replaced(&later));
        prop_assert!(second.is_empty() || !first.is_empty(), "{second:?}");
        // What replaces an object is planned as a new one.
        let prior = if first.is_empty() { prior } else { Value::Null };
        let [first, second] = [now, later]
            .map(|config| propose(schema.declarations(), &config, &prior));
        let contradictions = verify_apply(schema.declarations(), &first, &second);
        prop_assert!(contradictions.is_empty(), "{contradictions:?}");
    }
}
