//! Which element of the state an element of the configuration is compared with, as the page about
//! plans says.

use super::*;

#[derive(Clone, Debug, Default, PartialEq)]
struct Street {
    list: Attr<Vec<House>>,
    map: Attr<std::collections::BTreeMap<String, House>>,
    single: Attr<House>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct House {
    name: Attr<String>,
    id: Attr<String>,
    built: Attr<String>,
}

impl Model for Street {
    fn declare(object: &mut Object<Self>) {
        object
            .nested_list("list", |street| &mut street.list)
            .optional();
        object
            .nested_map("map", |street| &mut street.map)
            .optional();
        object
            .nested("single", |street| &mut street.single)
            .optional();
    }
}

impl Model for House {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("name", |house| &mut house.name)
            .required()
            .replace();
        object
            .attribute("id", |house| &mut house.id)
            .computed()
            .keep();
        object
            .attribute("built", |house| &mut house.built)
            .computed();
    }
}

fn configured(name: &str) -> Value {
    house(name, Value::Null, Value::Null)
}

fn house(name: &str, id: Value, built: Value) -> Value {
    object(&[("name", text(name)), ("id", id), ("built", built)])
}

fn standing(name: &str, id: &str) -> Value {
    house(name, text(id), text("then"))
}

fn street(name: &str, value: Value) -> Value {
    let mut street = object(&[
        ("list", Value::Null),
        ("map", Value::Null),
        ("single", Value::Null),
    ]);
    if let Value::Map(entries) = &mut street {
        entries.insert(name.to_owned(), value);
    }
    street
}

/// What is planned at that attribute, and which paths need a new resource.
fn planned(name: &str, prior: Value, config: Value) -> (Value, Vec<String>) {
    let schema = Schema::of::<Street>();
    let declarations = schema.declarations();
    let (prior, config) = (street(name, prior), street(name, config));
    let plan = propose(declarations, &config, &prior);
    let paths = replaced(declarations, &config, &prior, &plan);
    let paths = paths.iter().map(Path::to_string).collect();
    (plan.entry(name).clone(), paths)
}

#[test]
fn elements_of_a_list_are_what_is_at_their_index() {
    let prior = Value::List(vec![standing("a", "1"), standing("b", "2")]);
    let config = ["new", "a", "b"].map(configured);
    let (plan, replace) = planned("list", prior.clone(), Value::List(config.to_vec()));
    assert_eq!(
        plan,
        Value::List(vec![
            house("new", text("1"), Value::UNKNOWN),
            house("a", text("2"), Value::UNKNOWN),
            house("b", Value::UNKNOWN, Value::UNKNOWN),
        ]),
        "the ids stay where they are, and the last index is new"
    );
    assert_eq!(replace, ["list[0].name", "list[1].name"]);

    for config in [&["a"][..], &["a", "b", "c"]] {
        let config = config.iter().map(|name| configured(name)).collect();
        let (_, replace) = planned("list", prior.clone(), Value::List(config));
        assert_eq!(replace, [""; 0], "the end of the list");
    }
}

#[test]
fn elements_of_a_map_are_what_has_their_key() {
    let entry = |key: &str, house: Value| (key.to_owned(), house);
    let prior = Value::map([entry("x", standing("a", "1"))]);
    let config = Value::map([entry("w", configured("new")), entry("x", configured("a"))]);
    let (plan, replace) = planned("map", prior, config);
    assert_eq!(
        plan,
        Value::map([
            entry("w", house("new", Value::UNKNOWN, Value::UNKNOWN)),
            entry("x", house("a", text("1"), Value::UNKNOWN)),
        ])
    );
    assert_eq!(replace, [""; 0]);
}

#[test]
fn a_single_object_that_comes_or_goes_changes_all_its_values() {
    let (plan, replace) = planned("single", Value::Null, configured("a"));
    assert_eq!(plan, house("a", Value::UNKNOWN, Value::UNKNOWN));
    assert_eq!(replace, ["single.name"]);
    let (plan, replace) = planned("single", standing("a", "1"), Value::Null);
    assert_eq!(
        (plan, &replace[..]),
        (Value::Null, &["single.name".to_owned()][..])
    );
}
