//! Paths that lead to nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::ObjectValue;
use crate::engine::{dead_end, leads_to_a_value};

#[derive(Clone, Debug, Default, PartialEq)]
struct Map {
    name: Attr<String>,
    tags: Attr<BTreeMap<String, String>>,
    colors: Attr<BTreeSet<String>>,
    place: Attr<ObjectValue<Spot>>,
    spots: Attr<Vec<Spot>>,
    spots_by_name: Attr<BTreeMap<String, Spot>>,
    blocks: Vec<Spot>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Spot {
    x: Attr<i64>,
}

impl Model for Spot {
    fn declare(object: &mut Object<Self>) {
        object.attribute("x", |spot| &mut spot.x).optional();
    }
}

impl Model for Map {
    fn declare(object: &mut Object<Self>) {
        object.attribute("name", |map| &mut map.name).optional();
        object.attribute("tags", |map| &mut map.tags).optional();
        object.attribute("colors", |map| &mut map.colors).optional();
        object.attribute("place", |map| &mut map.place).optional();
        object.nested_list("spots", |map| &mut map.spots).optional();
        object
            .nested_map("spots_by_name", |map| &mut map.spots_by_name)
            .optional();
        object.block_list("blocks", |map| &mut map.blocks);
    }
}

#[test]
fn a_path_leads_somewhere_or_it_is_said_why_not() {
    let schema = Schema::of::<Map>();
    let root = Path::root;
    for (path, why) in [
        (root("name"), None),
        (root("tags").key("a"), None),
        (root("place").attribute("x"), None),
        (root("spots").index(7).attribute("x"), None),
        (root("spots_by_name").key("a").attribute("x"), None),
        (root("blocks").index(0).attribute("x"), None),
        (root("nmae"), Some("the resource has no attribute `nmae`")),
        (root("name").attribute("x"), Some("`name` contains nothing")),
        (
            root("tags").index(0),
            Some("`tags` is a map, whose elements have keys"),
        ),
        (
            root("colors").index(0),
            Some("`colors` is a set, and its elements have no address: name the set itself"),
        ),
        (
            root("place").attribute("y"),
            Some("`place` has no attribute `y`"),
        ),
        (
            root("spots").attribute("x"),
            Some("`spots` is a list, whose elements have an index"),
        ),
        (
            root("spots").index(1).key("x"),
            Some("`spots[1]` is an object, whose attributes have names"),
        ),
        (
            root("spots_by_name").index(1),
            Some("`spots_by_name` is a map, whose elements have keys"),
        ),
    ] {
        assert_eq!(dead_end(schema.declarations(), &path).as_deref(), why);
    }
}

#[test]
fn an_element_that_is_not_there_is_nothing() {
    let spot = object(&[("x", Value::Null)]);
    let map = object(&[
        ("name", Value::Null),
        ("tags", Value::UNKNOWN),
        ("spots", Value::List(vec![spot])),
        ("spots_by_name", Value::Null),
    ]);
    for (path, is_there) in [
        (Path::root("name"), true),
        (Path::root("tags").key("any"), true),
        (Path::root("spots").index(0).attribute("x"), true),
        (Path::root("spots").index(1).attribute("x"), false),
        (Path::root("spots_by_name").key("a"), false),
    ] {
        assert_eq!(leads_to_a_value(&path, &map), is_there, "{path}");
    }
}
