//! A Terraform state, and what of it the judge has to know.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::testing::Kept;
use tfplugin::value::Value;

use super::estate::{Address, Kind, function_of};
use super::judge::Holding;

/// By address.
pub(super) type State = BTreeMap<Address, Instance>;

#[derive(Clone, Debug, Default)]
pub(super) struct Instance {
    pub(super) current: Option<Object>,
    /// Replaced and still to be destroyed.
    pub(super) deposed: Vec<Object>,
}

#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) kept: Kept,
    pub(super) tainted: bool,
    /// Its create or its destroy failed: whoever comes next may continue what that has begun, or
    /// take what it has left.
    pub(super) failed: bool,
    /// What it referred to when it was applied last.
    pub(super) dependencies: BTreeSet<Address>,
    /// The provider block that applied it last.
    pub(super) alias: usize,
    pub(super) create_before_destroy: bool,
}

pub(super) fn attribute<'a>(value: &'a Value, name: &str) -> &'a Value {
    static NULL: Value = Value::Null;
    match value {
        Value::Map(entries) => entries.get(name).unwrap_or(&NULL),
        _ => &NULL,
    }
}

pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// What a state or a plan says that an object has.
pub(super) fn holding(value: &Value, kind: Kind, is_deposed: bool) -> Holding {
    let of = |name: &str| text(attribute(value, name));
    let number = |value: &Value| match value {
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    };
    let mut holding = Holding {
        is_deposed,
        ..Holding::default()
    };
    match kind {
        Kind::Integration => {
            holding.function = of("function_arn")
                .as_deref()
                .and_then(function_of)
                .map(str::to_owned);
            holding.memory_size = number(attribute(value, "memory_size"));
            holding.qualified_arn = of("qualified_arn");
            holding.places.clone_from(&holding.function);
            holding.distribution = text(attribute(attribute(value, "distribution"), "id"));
        }
        Kind::Association => {
            holding.distribution = of("distribution_id");
            let arn = of("lambda_arn");
            holding.places = arn.as_deref().and_then(function_of).map(str::to_owned);
        }
    }
    if let Value::Map(slots) = attribute(value, "slots") {
        for (slot, association) in slots {
            let (behavior, event) = slot.rsplit_once(' ').expect("behavior and event");
            let place = (behavior.to_owned(), event.to_owned());
            let arn = text(attribute(association, "lambda_arn")).unwrap_or_default();
            let body = attribute(association, "include_body") == &Value::Bool(true);
            holding.slots.insert(place, (arn, body));
        }
    }
    holding
}
