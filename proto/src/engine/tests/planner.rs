//! What an author plans for one attribute.

use super::*;
use crate::change::AttributePlan;

/// A pool of machines. The service gives at least ten, and never takes one away.
#[derive(Clone, Debug, Default, PartialEq)]
struct Pool {
    name: Attr<String>,
    size: Attr<i64>,
    turn: Attr<i64>,
    etag: Attr<String>,
    zones: Attr<Vec<Zone>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Zone {
    name: Attr<String>,
    size: Attr<i64>,
}

impl Model for Pool {
    fn declare(object: &mut Object<Self>) {
        object.attribute("name", |pool| &mut pool.name).required();
        object
            .attribute("size", |pool| &mut pool.size)
            .optional_computed()
            .plan(at_least_ten);
        // It rises with every change.
        object
            .attribute("turn", |pool| &mut pool.turn)
            .computed()
            .plan(|change| match (change.planned, change.prior) {
                (Attr::Unknown, Some(Attr::Known(turn))) => (turn + 1).into(),
                (planned, _) => planned,
            });
        object.attribute("etag", |pool| &mut pool.etag).computed();
        object
            .nested_list("zones", |pool| &mut pool.zones)
            .optional();
    }
}

impl Model for Zone {
    fn declare(object: &mut Object<Self>) {
        object.attribute("name", |zone| &mut zone.name).optional();
        object
            .attribute("size", |zone| &mut zone.size)
            .optional_computed()
            .plan(at_least_ten);
    }
}

fn at_least_ten(change: AttributePlan<i64>) -> Attr<i64> {
    match change.prior {
        Some(Attr::Known(prior)) if change.config.is_null() => prior.max(10).into(),
        _ => change.planned,
    }
}

fn pool(name: Value, size: Value, turn: Value, etag: Value) -> Value {
    object(&[
        ("name", name),
        ("size", size),
        ("turn", turn),
        ("etag", etag),
        ("zones", Value::Null),
    ])
}

fn named(name: Value) -> Value {
    pool(name, Value::Null, Value::Null, Value::Null)
}

fn made(size: i64) -> Value {
    pool(text("a"), number(size), number(1), text("E1"))
}

fn planned(config: &Value, prior: &Value) -> Value {
    let schema = Schema::of::<Pool>();
    let planned = propose(schema.declarations(), config, prior);
    let faults = verify_plan(schema.declarations(), config, prior, &planned);
    assert!(faults.is_empty(), "{faults:?}");
    planned
}

#[test]
fn a_computed_value_is_planned_as_its_author_says() {
    assert_eq!(planned(&named(text("a")), &made(12)), made(12));
    assert_eq!(
        planned(&named(text("b")), &made(12)),
        pool(text("b"), number(12), number(2), Value::UNKNOWN)
    );
    let new = planned(&named(text("a")), &Value::Null);
    assert_eq!(
        new,
        pool(text("a"), Value::UNKNOWN, Value::UNKNOWN, Value::UNKNOWN)
    );
}

#[test]
fn what_its_author_changes_counts_as_a_change() {
    assert_eq!(
        planned(&named(text("a")), &made(3)),
        pool(text("a"), number(10), number(2), Value::UNKNOWN)
    );
}

#[test]
fn a_configured_value_is_not_planned_as_something_else() {
    let config = pool(text("a"), number(5), Value::Null, Value::Null);
    assert_eq!(planned(&config, &made(12)).entry("size"), &number(5));
    let config = pool(text("a"), Value::UNKNOWN, Value::Null, Value::Null);
    assert_eq!(planned(&config, &made(12)).entry("size"), &Value::UNKNOWN);
}

/// The name may turn out to be what it was, and then nothing changes.
#[test]
fn what_depends_on_whether_anything_changes_is_not_known_before_that_is() {
    let first = planned(&named(Value::UNKNOWN), &made(12));
    assert_eq!(first.entry("size"), &number(12), "the same in both cases");
    assert_eq!(first.entry("turn"), &Value::UNKNOWN, "1 or 2");
    let schema = Schema::of::<Pool>();
    for name in ["a", "b"] {
        let second = planned(&named(text(name)), &made(12));
        let contradictions = verify_apply(schema.declarations(), &first, &second);
        assert!(contradictions.is_empty(), "{name}: {contradictions:?}");
    }
    // The size is a change by itself.
    let first = planned(&named(Value::UNKNOWN), &made(3));
    assert_eq!(first.entry("size"), &number(10));
}

#[test]
fn inside_of_elements_the_prior_value_is_that_of_the_same_element() {
    let zone = |size: Value| object(&[("name", Value::Null), ("size", size)]);
    let zones = |zones: &[Value]| Value::List(zones.to_vec());
    let prior = changed(made(12), "zones", zones(&[zone(number(20))]));
    let two = zones(&[zone(Value::Null), zone(Value::Null)]);
    let config = changed(named(text("a")), "zones", two);
    assert_eq!(
        planned(&config, &prior).entry("zones"),
        &zones(&[zone(number(20)), zone(Value::UNKNOWN)]),
        "the second one is new"
    );
}
