//! [`Expected`]: what the in-process client says of a case, in a form to compare with Terraform's.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use tfplugin::testing::{Action, Instance, Planned};
use tfplugin::value::{Type, Value, json as state_json};
use tfplugin::{Path, Step};

use super::blueprint::{Blueprint, Kind, Leaf, NAMES, Nesting};
use super::case::{Case, shown};

#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) verdict: Verdict,
    /// The object that was there before, if there was one.
    pub(crate) before: Option<Value>,
    planned: Option<Planned>,
    /// The object that is there in the end.
    pub(crate) after: Option<Value>,
    /// What is planned after that; `None` if the plan is refused.
    pub(crate) again: Option<Action>,
    of: Type,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The configuration is refused before there is a plan.
    Refused,
    /// It is planned, and refused when all of it is known.
    RefusedAtLast,
    /// The provider plans what it must not.
    PlanRefused,
    /// The provider plans or makes something else than it had planned.
    ApplyRefused,
    Done(Action),
}

impl Verdict {
    pub(crate) fn name(self) -> String {
        match self {
            Self::Done(action) => format!("{action:?}"),
            refused => format!("{refused:?}"),
        }
    }
}

/// Lets the client live through a case.
pub(crate) async fn expected(mut thing: Instance, case: &Case, meddles: bool) -> Expected {
    let of = object_type(&case.blueprint);
    let mut expected = Expected {
        verdict: Verdict::Refused,
        before: None,
        planned: None,
        after: None,
        again: None,
        of,
    };
    if let Some(before) = &case.before
        && thing.validate(before.clone()).await.is_ok()
    {
        let new = thing.clone();
        match thing.apply(before.clone()).await {
            Ok(made) => expected.before = Some(made.value().clone()),
            // As if it had never been tried.
            Err(_) if meddles => thing = new,
            Err(refusal) => panic!("{refusal}\n\n{case}"),
        }
    }
    if thing.validate(case.planned.clone()).await.is_err() {
        return expected;
    }
    let planned = match thing.plan(case.planned.clone()).await {
        Ok(planned) => planned,
        Err(_) if meddles => {
            expected.verdict = Verdict::PlanRefused;
            return expected;
        }
        Err(refusal) => panic!("{refusal}\n\n{case}"),
    };
    expected.verdict = Verdict::Done(planned.action());
    expected.planned = Some(planned.clone());
    if thing.validate(case.resolved.clone()).await.is_err() {
        expected.verdict = Verdict::RefusedAtLast;
        return expected;
    }
    match thing.apply_plan(planned, case.resolved.clone()).await {
        Ok(_) => {}
        Err(_) if meddles => expected.verdict = Verdict::ApplyRefused,
        Err(refusal) => panic!("{refusal}\n\n{case}"),
    }
    expected.after = Some(thing.state().value().clone()).filter(|value| *value != Value::Null);
    let again = thing.plan(case.resolved.clone()).await;
    expected.again = again.ok().map(|planned| planned.action());
    expected
}

impl Expected {
    /// Whether there is a plan for it.
    pub(crate) fn is_planned(&self) -> bool {
        self.planned.is_some()
    }

    /// Compares with what `terraform show -json` has of a planned change.
    pub(crate) fn is_planned_as(&self, change: &Json) -> Result<(), String> {
        let planned = self.planned.as_ref().ok_or("there is no plan")?;
        if change["actions"] != actions(planned.action()) {
            return Err(format!("{} is planned", change["actions"]));
        }
        let paths = change["replace_paths"].as_array().into_iter().flatten();
        let paths: BTreeSet<String> = paths.map(Json::to_string).collect();
        let wanted: BTreeSet<String> = planned.replace_paths().iter().map(json_path).collect();
        if paths != wanted {
            return Err(format!("it is replaced for {paths:?}"));
        }
        let after = planned.after().value();
        let mut unknown = BTreeSet::new();
        unknown_in_json(&change["after_unknown"], &self.of, "", &mut unknown);
        let mut wanted = BTreeSet::new();
        unknown_in_value(after, "", &mut wanted);
        if unknown != wanted {
            return Err(format!("unknown is {unknown:?}, not {wanted:?}"));
        }
        // Terraform shows no element of a set that is unknown.
        if wanted.iter().any(|path| path.ends_with("/set")) {
            return Ok(());
        }
        self.is_stored_as(&without_unknown(after, &self.of), &change["after"])
    }

    /// Compares with an object in JSON.
    pub(crate) fn is_stored_as(&self, wanted: &Value, found: &Json) -> Result<(), String> {
        let decoded = state_json::decode(found.to_string().as_bytes(), &self.of);
        let decoded = decoded.map_err(|error| format!("{error}: {found}"))?;
        if decoded == *wanted {
            return Ok(());
        }
        Err(format!("{} instead of {}", shown(&decoded), shown(wanted)))
    }
}

/// What `terraform show -json` calls it.
pub(crate) fn actions(action: Action) -> Json {
    match action {
        Action::NoOp => json!(["no-op"]),
        Action::Create => json!(["create"]),
        Action::Update => json!(["update"]),
        Action::Replace => json!(["delete", "create"]),
        Action::Delete => json!(["delete"]),
    }
}

fn json_path(path: &Path) -> String {
    let steps = path.steps().iter().map(|step| match step {
        Step::Attribute(name) | Step::Key(name) => json!(name),
        Step::Index(index) => json!(index),
        other => panic!("there is no such step in a schema: {other:?}"),
    });
    Json::Array(steps.collect()).to_string()
}

/// The places of what is unknown. The elements of a set have none, so the set stands for them.
fn unknown_in_value(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Unknown(_) => drop(found.insert(path.to_owned())),
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                unknown_in_value(element, &format!("{path}/{index}"), found);
            }
        }
        Value::Set(elements) if !elements.iter().all(Value::is_wholly_known) => {
            found.insert(format!("{path}/set"));
        }
        Value::Map(entries) => {
            for (name, element) in entries {
                unknown_in_value(element, &format!("{path}/{name}"), found);
            }
        }
        _ => {}
    }
}

fn unknown_in_json(json: &Json, of: &Type, path: &str, found: &mut BTreeSet<String>) {
    match (json, of) {
        (Json::Bool(true), _) => drop(found.insert(path.to_owned())),
        (Json::Array(elements), Type::Set(of)) => {
            let mut inside = BTreeSet::new();
            let elements = elements.iter();
            elements.for_each(|element| unknown_in_json(element, of, path, &mut inside));
            if !inside.is_empty() {
                found.insert(format!("{path}/set"));
            }
        }
        (Json::Array(elements), Type::List(of)) => {
            for (index, element) in elements.iter().enumerate() {
                unknown_in_json(element, of, &format!("{path}/{index}"), found);
            }
        }
        (Json::Object(entries), Type::Map(of)) => {
            for (name, element) in entries {
                unknown_in_json(element, of, &format!("{path}/{name}"), found);
            }
        }
        (Json::Object(entries), Type::Object(types)) => {
            for (name, element) in entries {
                unknown_in_json(element, &types[name], &format!("{path}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// What Terraform shows of it: nothing in the place of an entry that is unknown, else null.
fn without_unknown(value: &Value, of: &Type) -> Value {
    match (value, of) {
        (Value::Unknown(_), _) => Value::Null,
        (Value::List(elements), Type::List(of)) => {
            let elements = elements.iter();
            Value::List(elements.map(|value| without_unknown(value, of)).collect())
        }
        (Value::Map(entries), Type::Map(of)) => {
            let known = entries.iter().filter(|(_, value)| !value.is_unknown());
            let entries = known.map(|(key, value)| (key.clone(), without_unknown(value, of)));
            Value::Map(entries.collect())
        }
        (Value::Map(entries), Type::Object(types)) => {
            let entries = entries.iter().map(|(name, value)| {
                let value = without_unknown(value, &types[name]);
                (name.clone(), value)
            });
            Value::Map(entries.collect())
        }
        (known, _) => known.clone(),
    }
}

fn object_type(blueprint: &Blueprint) -> Type {
    let parts = NAMES.iter().zip(&blueprint.parts);
    let parts = parts.map(|(name, part)| {
        let of = match &part.kind {
            Kind::Leaf(leaf) => leaf_type(*leaf),
            Kind::Nested(nesting, inner) | Kind::Block(nesting, inner) => {
                let object = object_type(inner);
                match nesting {
                    Nesting::Single => object,
                    Nesting::List => Type::List(Box::new(object)),
                    Nesting::Set => Type::Set(Box::new(object)),
                    Nesting::Map => Type::Map(Box::new(object)),
                }
            }
        };
        ((*name).to_owned(), of)
    });
    Type::Object(parts.collect())
}

fn leaf_type(leaf: Leaf) -> Type {
    match leaf {
        Leaf::Text | Leaf::Document => Type::String,
        Leaf::Whole | Leaf::Decimal | Leaf::Float => Type::Number,
        Leaf::Truth => Type::Bool,
        Leaf::Texts | Leaf::OpenTexts => Type::List(Box::new(Type::String)),
        Leaf::TextSet => Type::Set(Box::new(Type::String)),
        Leaf::Wholes | Leaf::OpenWholes => Type::Map(Box::new(Type::Number)),
        Leaf::Pair => Type::Object(
            [("left", Type::String), ("right", Type::Number)]
                .map(|(name, of)| (name.to_owned(), of))
                .into(),
        ),
    }
}
