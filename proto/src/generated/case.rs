//! [`Case`]: a resource, what it was, and what it shall be.

use std::fmt;
use std::sync::Arc;

use tfplugin::value::Value;

use super::blueprint::{Blueprint, Kind, NAMES};
use super::choices::Choices;
use super::configuration::{configuration, masked};

/// What a case is made of: the schema, the configuration before, the one after, and what of it is
/// unknown at first.
pub(crate) type Entropy = [Vec<u8>; 4];

pub(crate) struct Case {
    pub(crate) blueprint: Arc<Blueprint>,
    pub(crate) predicts: bool,
    /// The configuration that is applied first of all, if there is one.
    pub(crate) before: Option<Value>,
    /// The configuration of the first plan.
    pub(crate) planned: Value,
    /// The same with what was unknown.
    pub(crate) resolved: Value,
}

impl Case {
    pub(crate) fn new(entropy: &Entropy) -> Self {
        let [schema, ..] = entropy;
        let mut choices = Choices::new(schema);
        let predicts = choices.once_in(3);
        let blueprint = Arc::new(Blueprint::of_resource(&mut choices));
        Self::of(&blueprint, predicts, entropy)
    }

    /// A further case of the same schema.
    pub(crate) fn of(blueprint: &Arc<Blueprint>, predicts: bool, entropy: &Entropy) -> Self {
        let [_, before, after, mask] = entropy;
        let mut choices = Choices::new(before);
        let is_new = choices.below(4) == 0;
        let before = (!is_new).then(|| configuration(blueprint, &mut choices, None));
        let resolved = configuration(blueprint, &mut Choices::new(after), before.as_ref());
        Self {
            planned: masked(blueprint, &mut Choices::new(mask), &resolved),
            blueprint: Arc::clone(blueprint),
            predicts,
            before,
            resolved,
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "schema{}:",
            if self.predicts { ", predicting" } else { "" }
        )?;
        show_parts(&self.blueprint, 1, out)?;
        if let Some(before) = &self.before {
            writeln!(out, "before:   {}", shown(before))?;
        }
        writeln!(out, "planned:  {}", shown(&self.planned))?;
        write!(out, "resolved: {}", shown(&self.resolved))
    }
}

fn show_parts(blueprint: &Blueprint, level: usize, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (name, part) in NAMES.iter().zip(&blueprint.parts) {
        let (kind, inner) = match &part.kind {
            Kind::Leaf(leaf) => (format!("{leaf:?}"), None),
            Kind::Nested(nesting, inner) => (format!("{nesting:?} of"), Some(inner)),
            Kind::Block(nesting, inner) => (format!("blocks, {nesting:?} of"), Some(inner)),
        };
        let marks = [
            (part.keep, "keep"),
            (part.plans, "plans"),
            (part.limited, "one at most"),
            (part.sensitive, "sensitive"),
            (part.write_only, "write-only"),
        ];
        let marks = marks.iter().filter(|(is_set, _)| *is_set);
        let marks: String = marks.map(|(_, mark)| format!(", {mark}")).collect();
        let indent = "  ".repeat(level);
        let (mark, replace) = (part.mark, part.replace);
        writeln!(
            out,
            "{indent}{name}: {mark:?}, replaces {replace:?}{marks}, {kind}"
        )?;
        if let Some(inner) = inner {
            show_parts(inner, level + 1, out)?;
        }
    }
    Ok(())
}

/// A value on one line.
pub(crate) fn shown(value: &Value) -> String {
    let list = |elements: &mut dyn Iterator<Item = &Value>| {
        elements.map(shown).collect::<Vec<_>>().join(", ")
    };
    match value {
        Value::Null => "null".to_owned(),
        Value::Unknown(_) => "?".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::List(elements) => format!("[{}]", list(&mut elements.iter())),
        Value::Set(elements) => format!("set[{}]", list(&mut elements.iter())),
        Value::Map(entries) => {
            let entries = entries.iter();
            let entries = entries.map(|(name, value)| format!("{name} = {}", shown(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Dynamic(dynamic) => shown(&dynamic.value),
    }
}
