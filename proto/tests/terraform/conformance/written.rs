//! Configurations in Terraform's JSON syntax.

use serde_json::{Map, Value as Json, json};
use tfplugin::value::{Set, Value};

use super::blueprint::{Blueprint, Kind, Mark, NAMES, Nesting, Part};
use super::case::Case;

/// A configuration that is known.
pub(crate) fn as_written(case: &Case, config: &Value) -> Json {
    let mut later = Later {
        source: String::new(),
        values: Vec::new(),
    };
    later.body(&case.blueprint, config, config, 0)
}

/// The configuration of the first plan, with references in the place of what is unknown; and what
/// these refer to, which is the input of the resource `source`.
pub(crate) fn as_known_later(case: &Case, source: &str) -> (Json, Json) {
    let mut later = Later {
        source: format!("jsondecode({source}.output)"),
        values: Vec::new(),
    };
    let body = later.body(&case.blueprint, &case.planned, &case.resolved, 0);
    (body, Json::Array(later.values))
}

struct Later {
    source: String,
    values: Vec<Json>,
}

impl Later {
    /// A reference to that value, which is going to be known.
    fn reference(&mut self, resolved: &Value) -> String {
        self.values.push(plain(resolved));
        format!("{}[{}]", self.source, self.values.len() - 1)
    }

    fn body(
        &mut self,
        blueprint: &Blueprint,
        planned: &Value,
        resolved: &Value,
        depth: usize,
    ) -> Json {
        let mut body = Map::new();
        for (name, part) in NAMES.iter().zip(&blueprint.parts) {
            let (planned, resolved) = (entry(planned, name), entry(resolved, name));
            match &part.kind {
                Kind::Block(nesting, inner) => {
                    self.blocks(name, *nesting, inner, planned, resolved, depth, &mut body);
                }
                // To leave it out is the same as null.
                _ if planned == &Value::Null => {}
                _ => drop(body.insert((*name).to_owned(), self.expression(planned, resolved))),
            }
        }
        Json::Object(body)
    }

    #[allow(clippy::too_many_arguments, reason = "what a body has, and where")]
    fn blocks(
        &mut self,
        name: &str,
        nesting: Nesting,
        inner: &Blueprint,
        planned: &Value,
        resolved: &Value,
        depth: usize,
        body: &mut Map<String, Json>,
    ) {
        let bodies: Vec<Json> = match (nesting, planned, resolved) {
            (_, Value::Unknown(_), _) => {
                let for_each = self.reference(resolved);
                dynamic(name, inner, &for_each, depth, body);
                return;
            }
            (_, Value::List(planned), Value::List(resolved)) => {
                let pairs = planned.iter().zip(resolved);
                pairs
                    .map(|(planned, resolved)| self.body(inner, planned, resolved, depth + 1))
                    .collect()
            }
            (_, Value::Set(planned), Value::Set(resolved)) => matched(planned, resolved)
                .into_iter()
                .map(|(planned, resolved)| self.body(inner, planned, resolved, depth + 1))
                .collect(),
            (_, Value::Map(_), _) => vec![self.body(inner, planned, resolved, depth + 1)],
            _ => return,
        };
        if !bodies.is_empty() {
            body.insert(name.to_owned(), Json::Array(bodies));
        }
    }

    fn expression(&mut self, planned: &Value, resolved: &Value) -> Json {
        match (planned, resolved) {
            (Value::Unknown(_), _) => format!("${{{}}}", self.reference(resolved)).into(),
            (Value::List(planned), Value::List(resolved)) => {
                let pairs = planned.iter().zip(resolved);
                pairs
                    .map(|(planned, resolved)| self.expression(planned, resolved))
                    .collect()
            }
            (Value::Set(planned), Value::Set(resolved)) => matched(planned, resolved)
                .into_iter()
                .map(|(planned, resolved)| self.expression(planned, resolved))
                .collect(),
            (Value::Map(planned), Value::Map(resolved)) => {
                let pairs = planned.iter().zip(resolved.values());
                let entries = pairs.map(|((name, planned), resolved)| {
                    (name.clone(), self.expression(planned, resolved))
                });
                Json::Object(entries.collect())
            }
            (known, _) => plain(known),
        }
    }
}

/// A `dynamic` block over that expression, which has values of all parts.
fn dynamic(
    name: &str,
    inner: &Blueprint,
    for_each: &str,
    depth: usize,
    body: &mut Map<String, Json>,
) {
    let iterator = format!("i{depth}");
    let mut content = Map::new();
    for (name, part) in NAMES.iter().zip(&inner.parts) {
        let value = format!("{iterator}.value.{name}");
        match part {
            Part {
                kind: Kind::Block(Nesting::Single, inner),
                ..
            } => {
                let one_or_none = format!("[for one in [{value}] : one if one != null]");
                dynamic(name, inner, &one_or_none, depth + 1, &mut content);
            }
            Part {
                kind: Kind::Block(_, inner),
                ..
            } => dynamic(name, inner, &value, depth + 1, &mut content),
            Part {
                mark: Mark::Computed,
                ..
            } => {}
            _ => drop(content.insert((*name).to_owned(), format!("${{{value}}}").into())),
        }
    }
    let blocks = body.entry("dynamic").or_insert_with(|| json!({}));
    blocks[name] = json!({
        "for_each": format!("${{{for_each}}}"),
        "iterator": iterator,
        "content": content,
    });
}

/// The elements of two sets that belong together: there are two at most.
fn matched<'v>(planned: &'v Set, resolved: &'v Set) -> Vec<(&'v Value, &'v Value)> {
    let straight: Vec<_> = planned.iter().zip(resolved.iter()).collect();
    if straight
        .iter()
        .all(|(planned, resolved)| fits(planned, resolved))
    {
        return straight;
    }
    planned.iter().rev().zip(resolved.iter()).collect()
}

/// Whether one may be the other once it is known.
fn fits(planned: &Value, resolved: &Value) -> bool {
    match (planned, resolved) {
        (Value::Unknown(_), _) => true,
        (Value::List(planned), Value::List(resolved)) => {
            planned.len() == resolved.len()
                && planned
                    .iter()
                    .zip(resolved)
                    .all(|(one, other)| fits(one, other))
        }
        (Value::Map(planned), Value::Map(resolved)) => {
            let mut values = planned.values().zip(resolved.values());
            planned.keys().eq(resolved.keys()) && values.all(|(one, other)| fits(one, other))
        }
        (Value::Set(planned), Value::Set(resolved)) => {
            let mut pairs = matched(planned, resolved).into_iter();
            planned.len() == resolved.len() && pairs.all(|(one, other)| fits(one, other))
        }
        _ => planned == resolved,
    }
}

fn entry<'v>(value: &'v Value, name: &str) -> &'v Value {
    static NULL: Value = Value::Null;
    match value {
        Value::Map(entries) => entries.get(name).unwrap_or(&NULL),
        _ => &NULL,
    }
}

/// A known value. Terraform reads a number from a string, where a float would lose digits.
fn plain(value: &Value) -> Json {
    match value {
        Value::Null | Value::Unknown(_) => Json::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => match number.to_i64() {
            Some(whole) => whole.into(),
            None => number.to_string().into(),
        },
        Value::String(text) => text.as_str().into(),
        Value::List(elements) => elements.iter().map(plain).collect(),
        Value::Set(elements) => elements.iter().map(plain).collect(),
        Value::Map(entries) => {
            let entries = entries.iter();
            Json::Object(
                entries
                    .map(|(name, value)| (name.clone(), plain(value)))
                    .collect(),
            )
        }
        Value::Dynamic(dynamic) => plain(&dynamic.value),
    }
}
