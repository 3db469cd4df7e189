//! The rules of plan and apply, on one schema that has everything.

mod configuration;
mod dead_ends;
mod differences;
mod elements;
mod notation;
mod planner;
mod replacement;

use super::{
    configurable, configured_only, keep_notation, keep_planned_notation, propose, replaced,
    set_write_only, validate, verify_apply, verify_plan, without_write_only,
};
use crate::attr::Attr;
use crate::path::Path;
use crate::schema::{Declaration, Model, Object, Schema};
use crate::value::Value;

#[derive(Clone, Debug, Default, PartialEq)]
struct Shop {
    id: Attr<String>,
    name: Attr<String>,
    size: Attr<i64>,
    etag: Attr<String>,
    note: Attr<String>,
    key_wo: Attr<String>,
    door: Attr<Door>,
    shelves: Attr<Vec<Shelf>>,
    hours: Attr<Vec<Hours>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Hours {
    day: Attr<String>,
    open: Attr<bool>,
}

impl Model for Hours {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("day", |hours| &mut hours.day)
            .required()
            .check(|day| {
                if day.ends_with("day") {
                    Ok(())
                } else {
                    Err("That is not a day.".to_owned())
                }
            });
        object
            .attribute("open", |hours| &mut hours.open)
            .default(true);
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Door {
    color: Attr<String>,
    lock: Attr<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Shelf {
    label: Attr<String>,
    position: Attr<i64>,
}

impl Model for Shop {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("id", |shop| &mut shop.id)
            .computed()
            .keep();
        object
            .attribute("name", |shop| &mut shop.name)
            .required()
            .replace()
            .check(|name| {
                if name.is_empty() {
                    Err("Give it a name.".to_owned())
                } else {
                    Ok(())
                }
            });
        object.attribute("size", |shop| &mut shop.size).default(10);
        object.attribute("etag", |shop| &mut shop.etag).computed();
        object.attribute("note", |shop| &mut shop.note).optional();
        object
            .attribute("key_wo", |shop| &mut shop.key_wo)
            .optional()
            .write_only();
        object
            .nested("door", |shop| &mut shop.door)
            .default_object();
        object
            .nested_list("shelves", |shop| &mut shop.shelves)
            .optional();
        object
            .nested_set("hours", |shop| &mut shop.hours)
            .optional();
    }
}

impl Model for Door {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("color", |door| &mut door.color)
            .default("red")
            .replace();
        object
            .attribute("lock", |door| &mut door.lock)
            .computed()
            .keep();
    }
}

impl Model for Shelf {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("label", |shelf| &mut shelf.label)
            .required();
        object
            .attribute("position", |shelf| &mut shelf.position)
            .computed();
    }
}

fn with_shop<T>(test: impl FnOnce(&[Declaration]) -> T) -> T {
    let schema = Schema::of::<Shop>();
    test(schema.declarations())
}

/// An object; attributes that are not named are null.
fn shop(entries: &[(&str, Value)]) -> Value {
    const NAMES: [&str; 9] = [
        "id", "name", "size", "etag", "note", "key_wo", "door", "shelves", "hours",
    ];
    let mut object = object(&NAMES.map(|name| (name, Value::Null)));
    if let Value::Map(object) = &mut object {
        for (name, value) in entries {
            object.insert((*name).to_owned(), value.clone());
        }
    }
    object
}

fn object(entries: &[(&str, Value)]) -> Value {
    Value::Map(
        entries
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    )
}

fn text(text: &str) -> Value {
    Value::text(text)
}

fn number(number: i64) -> Value {
    Value::Number(number.into())
}

/// A state as a successful apply leaves it.
fn applied() -> Value {
    shop(&[
        ("id", text("s-1")),
        ("name", text("corner")),
        ("size", number(10)),
        ("etag", text("E1")),
        (
            "door",
            object(&[("color", text("red")), ("lock", text("L1"))]),
        ),
        (
            "shelves",
            Value::List(vec![object(&[
                ("label", text("top")),
                ("position", number(1)),
            ])]),
        ),
    ])
}

/// The configuration that led to it.
fn configured() -> Value {
    let shelf = object(&[("label", text("top")), ("position", Value::Null)]);
    shop(&[
        ("name", text("corner")),
        ("key_wo", text("hunter2")),
        ("shelves", Value::List(vec![shelf])),
    ])
}

fn changed(value: Value, name: &str, to: Value) -> Value {
    match value {
        Value::Map(mut entries) => {
            entries.insert(name.to_owned(), to);
            Value::Map(entries)
        }
        other => other,
    }
}

#[test]
fn a_new_resource_has_defaults_and_unknowns_where_they_are_declared() {
    let proposed = with_shop(|declared| propose(declared, &configured(), &Value::Null));
    let shelf = object(&[("label", text("top")), ("position", Value::UNKNOWN)]);
    let expected = shop(&[
        ("id", Value::UNKNOWN),
        ("name", text("corner")),
        ("size", number(10)),
        ("etag", Value::UNKNOWN),
        (
            "door",
            object(&[("color", text("red")), ("lock", Value::UNKNOWN)]),
        ),
        ("shelves", Value::List(vec![shelf])),
    ]);
    assert_eq!(proposed, expected, "and nothing write-only");
}

#[test]
fn nothing_changed_means_the_plan_is_the_state() {
    let proposed = with_shop(|declared| propose(declared, &configured(), &applied()));
    assert_eq!(proposed, applied());
}

#[test]
fn a_change_makes_computed_values_unknown_unless_they_are_kept() {
    let config = changed(configured(), "note", text("new"));
    let proposed = with_shop(|declared| propose(declared, &config, &applied()));
    assert_eq!(proposed.entry("id"), &text("s-1"), "kept");
    assert_eq!(proposed.entry("etag"), &Value::UNKNOWN, "not kept");
    assert_eq!(
        proposed.entry("door"),
        applied().entry("door"),
        "kept inside an object"
    );
}

#[test]
fn a_default_comes_back_when_its_setting_goes() {
    let prior = changed(applied(), "size", number(99));
    let proposed = with_shop(|declared| propose(declared, &configured(), &prior));
    assert_eq!(proposed.entry("size"), &number(10));
}

#[test]
fn elements_of_a_list_keep_their_computed_values_by_index() {
    let shelf = |label| object(&[("label", text(label)), ("position", Value::Null)]);
    let config = changed(
        configured(),
        "shelves",
        Value::List(vec![shelf("top"), shelf("bottom")]),
    );
    let proposed = with_shop(|declared| propose(declared, &config, &applied()));
    let Value::List(shelves) = proposed.entry("shelves") else {
        panic!("a list stays one");
    };
    assert_eq!(
        shelves[1].entry("position"),
        &Value::UNKNOWN,
        "a new element has no prior value"
    );
}

#[test]
fn a_plan_may_fill_in_what_is_computed() {
    let planned = changed(applied(), "etag", text("E2"));
    assert!(
        with_shop(|declared| verify_plan(declared, &configured(), &applied(), &planned)).is_empty()
    );
}

#[test]
fn a_plan_may_not_touch_what_is_configured() {
    for (name, value) in [
        ("name", text("other")),
        ("note", text("uninvited")),
        ("shelves", Value::List(Vec::new())),
    ] {
        let planned = changed(applied(), name, value);
        let faults =
            with_shop(|declared| verify_plan(declared, &configured(), &Value::Null, &planned));
        assert_eq!(faults, [Path::root(name)]);
    }
    let door = object(&[("color", text("green")), ("lock", Value::Null)]);
    let config = changed(configured(), "door", door);
    let faults = with_shop(|declared| verify_plan(declared, &config, &Value::Null, &applied()));
    assert_eq!(faults, [Path::root("door").attribute("color")]);
}

#[test]
fn a_plan_may_keep_the_notation_that_is_in_the_state() {
    let config = changed(configured(), "name", text("CORNER"));
    assert!(
        with_shop(|declared| verify_plan(declared, &config, &applied(), &applied())).is_empty()
    );
}

#[test]
fn a_plan_may_not_lose_what_is_configured_for_the_first_time() {
    let planned = changed(applied(), "name", Value::Null);
    let nameless = changed(applied(), "name", Value::Null);
    for prior in [Value::Null, nameless] {
        let faults = with_shop(|declared| verify_plan(declared, &configured(), &prior, &planned));
        assert_eq!(faults, [Path::root("name")]);
    }
}

#[test]
fn a_plan_may_not_know_what_the_configuration_does_not() {
    let config = changed(configured(), "name", Value::UNKNOWN);
    let faults = with_shop(|declared| verify_plan(declared, &config, &applied(), &applied()));
    assert_eq!(faults, [Path::root("name")]);
}

#[test]
fn an_apply_may_not_contradict_its_plan() {
    let planned = with_shop(|declared| propose(declared, &configured(), &Value::Null));
    assert!(with_shop(|declared| verify_apply(declared, &planned, &applied())).is_empty());
    let shelf = object(&[("label", text("floor")), ("position", number(1))]);
    let broken = changed(applied(), "shelves", Value::List(vec![shelf]));
    let faults = with_shop(|declared| verify_apply(declared, &planned, &broken));
    assert_eq!(faults, [Path::root("shelves").index(0).attribute("label")]);
    let broken = changed(applied(), "note", text("uninvited"));
    assert_eq!(
        with_shop(|declared| verify_apply(declared, &planned, &broken)),
        [Path::root("note")]
    );
}

#[test]
fn only_changed_values_require_replacement() {
    assert!(
        with_shop(|declared| replaced(declared, &configured(), &applied(), &applied())).is_empty()
    );
    let door = object(&[("color", text("green")), ("lock", text("L1"))]);
    let planned = changed(changed(applied(), "name", Value::UNKNOWN), "door", door);
    let paths = with_shop(|declared| replaced(declared, &configured(), &applied(), &planned));
    assert_eq!(
        paths,
        [Path::root("name"), Path::root("door").attribute("color")]
    );
}

#[test]
fn write_only_values_are_found_and_removed() {
    assert_eq!(
        with_shop(|declared| set_write_only(declared, &configured())),
        [Path::root("key_wo")]
    );
    let stripped = with_shop(|declared| without_write_only(declared, configured()));
    assert_eq!(stripped, changed(configured(), "key_wo", Value::Null));
}

#[test]
fn checks_see_known_values_alone() {
    let config = changed(configured(), "name", text(""));
    let diagnostics = with_shop(|declared| validate(declared, &config));
    let paths: Vec<_> = diagnostics
        .iter()
        .filter_map(|diagnostic| diagnostic.path().cloned())
        .collect();
    assert_eq!(paths, [Path::root("name")]);
    let config = changed(configured(), "name", Value::UNKNOWN);
    assert!(with_shop(|declared| validate(declared, &config)).is_empty());
}

#[test]
fn a_text_that_nobody_means_is_refused_at_its_attribute_and_not_repeated() {
    let long = text(&"x".repeat((16 << 20) + 1));
    let door = object(&[("color", long), ("lock", Value::Null)]);
    let config = changed(configured(), "door", door);
    let diagnostics = with_shop(|declared| validate(declared, &config));
    let [diagnostic] = diagnostics.iter().collect::<Vec<_>>()[..] else {
        panic!("{} complaints", diagnostics.len())
    };
    assert_eq!(
        diagnostic.path(),
        Some(&Path::root("door").attribute("color"))
    );
    assert!(diagnostic.detail_text().len() < 200, "the text is repeated");
}

#[test]
fn a_written_configuration_has_no_defaults_and_nothing_computed() {
    let door =
        |entries: &[(&str, Value)]| shop(&[("name", text("corner")), ("door", object(entries))]);
    with_shop(|declarations| {
        assert_eq!(
            configurable(declarations, &applied()),
            shop(&[
                ("name", text("corner")),
                (
                    "shelves",
                    Value::List(vec![object(&[
                        ("label", text("top")),
                        ("position", Value::Null)
                    ])])
                ),
            ])
        );
        assert_eq!(
            configurable(
                declarations,
                &door(&[("color", text("blue")), ("lock", text("L1"))])
            ),
            door(&[("color", text("blue")), ("lock", Value::Null)]),
            "what is not the default is written, and it alone"
        );
    });
}

#[test]
fn a_written_configuration_leads_back_to_its_state() {
    with_shop(|declarations| {
        let config = configurable(declarations, &applied());
        assert_eq!(propose(declarations, &config, &applied()), applied());
        let open = |monday: Value| {
            let days = [("sunday", Value::Bool(false)), ("monday", monday)];
            changed(applied(), "hours", hours(&days).entry("hours").clone())
        };
        let state = open(Value::Bool(true));
        let config = configurable(declarations, &state);
        assert_eq!(
            config.entry("hours"),
            open(Value::Null).entry("hours"),
            "in a set, too"
        );
        assert_eq!(propose(declarations, &config, &state), state);
    });
}

fn hours(days: &[(&str, Value)]) -> Value {
    let days = days
        .iter()
        .map(|(day, open)| object(&[("day", text(day)), ("open", open.clone())]));
    shop(&[
        ("name", text("corner")),
        ("hours", Value::Set(days.collect())),
    ])
}

#[test]
fn elements_of_a_set_have_their_defaults_and_no_order() {
    let config = hours(&[("sunday", Value::Bool(false)), ("monday", Value::Null)]);
    let planned = hours(&[
        ("monday", Value::Bool(true)),
        ("sunday", Value::Bool(false)),
    ]);
    with_shop(|declarations| {
        let proposed = propose(declarations, &config, &Value::Null);
        assert_eq!(proposed.entry("hours"), planned.entry("hours"));
        let meddled = hours(&[
            ("monday", Value::Bool(false)),
            ("sunday", Value::Bool(false)),
        ]);
        for (planned, faults) in [(planned, vec![]), (meddled, vec![Path::root("hours")])] {
            let plan = changed(proposed.clone(), "hours", planned.entry("hours").clone());
            assert_eq!(
                verify_plan(declarations, &config, &Value::Null, &plan),
                faults
            );
        }
    });
}

#[test]
fn an_error_inside_a_set_is_shown_at_the_set() {
    with_shop(|declarations| {
        let diagnostics = validate(declarations, &hours(&[("christmas", Value::Null)]));
        let paths: Vec<_> = diagnostics
            .iter()
            .map(|found| found.path().cloned())
            .collect();
        assert_eq!(paths, [Some(Path::root("hours"))]);
    });
}
