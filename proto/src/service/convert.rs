//! Between the protocol's messages and this crate's types.

use crate::decoding::unreadable;
use crate::diagnostic::{Diagnostic, Severity};
use crate::diagnostics::{Diagnostics, Result};
use crate::path::{Path, Step};
use crate::value::{Type, Value, json, msgpack};
use crate::wire;

/// MessagePack if there is any, else JSON; no value at all is null.
pub(super) fn value_from_wire(value: Option<wire::DynamicValue>, of: &Type) -> Result<Value> {
    let Some(value) = value else {
        return Ok(Value::Null);
    };
    let decoded = if !value.msgpack.is_empty() {
        msgpack::decode(&value.msgpack, of)
    } else if !value.json.is_empty() {
        json::decode(&value.json, of)
    } else {
        Ok(Value::Null)
    };
    decoded.map_err(|error| {
        unreadable(
            "Terraform sent a value that the provider cannot read",
            &error,
        )
    })
}

/// Always MessagePack: how well Terraform takes JSON here depends on the call.
pub(super) fn value_to_wire(value: &Value, of: &Type) -> Result<wire::DynamicValue> {
    match msgpack::encode(value, of) {
        Ok(msgpack) => Ok(wire::DynamicValue {
            msgpack,
            json: Vec::new(),
        }),
        Err(error) => Err(unreadable(
            "The provider returned a value that does not fit its schema",
            &error,
        )),
    }
}

/// Every diagnostic that is sent passes through here, so this is where it is logged.
pub(super) fn diagnostics_to_wire(diagnostics: Diagnostics) -> Vec<wire::Diagnostic> {
    diagnostics
        .into_iter()
        .map(|diagnostic| {
            log(&diagnostic);
            diagnostic_to_wire(&diagnostic)
        })
        .collect()
}

pub(super) fn path_to_wire(path: &Path) -> wire::AttributePath {
    use wire::attribute_path::step::Selector;
    let steps = path.steps().iter().map(|step| {
        let selector = match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
            // A list with more elements than that does not fit into memory.
            Step::Index(index) => {
                Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX))
            }
        };
        wire::attribute_path::Step {
            selector: Some(selector),
        }
    });
    wire::AttributePath {
        steps: steps.collect(),
    }
}

fn diagnostic_to_wire(diagnostic: &Diagnostic) -> wire::Diagnostic {
    let severity = match diagnostic.severity() {
        Severity::Error => wire::diagnostic::Severity::Error,
        Severity::Warning => wire::diagnostic::Severity::Warning,
    };
    wire::Diagnostic {
        severity: severity.into(),
        summary: diagnostic.summary().to_owned(),
        detail: detail(diagnostic),
        attribute: diagnostic
            .path()
            .filter(|path| !path.steps().is_empty())
            .map(path_to_wire),
    }
}

fn log(diagnostic: &Diagnostic) {
    macro_rules! event {
        ($level:ident, $severity:literal) => {
            tracing::$level!(
                diagnostic_severity = $severity,
                diagnostic_summary = diagnostic.summary(),
                diagnostic_detail = diagnostic.detail_text(),
                diagnostic_attribute = %diagnostic.path().cloned().unwrap_or_default(),
                "answer contains a diagnostic"
            )
        };
    }
    match diagnostic.severity() {
        Severity::Error => event!(error, "ERROR"),
        Severity::Warning => event!(warn, "WARNING"),
    }
}

/// Terraform points at blocks and their attributes, but not into `name = { ... }`: there it shows
/// the whole block, and the text has to say which attribute is meant.
fn detail(diagnostic: &Diagnostic) -> String {
    match diagnostic.path() {
        Some(path) if path.steps().len() > 1 && !names(diagnostic.detail_text(), path) => {
            let text = diagnostic.detail_text();
            let gap = if text.is_empty() { "" } else { "\n\n" };
            format!("{text}{gap}Attribute: {path}")
        }
        _ => diagnostic.detail_text().to_owned(),
    }
}

fn names(text: &str, path: &Path) -> bool {
    text.contains(&format!("`{path}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_inside_another_is_named_in_the_text() {
        let path = Path::root("distribution").attribute("behaviors");
        let nested =
            diagnostic_to_wire(&Diagnostic::error("Unknown").detail("Correct it.").at(path));
        assert_eq!(
            nested.detail,
            "Correct it.\n\nAttribute: distribution.behaviors"
        );
        let named = Diagnostic::error("Unknown").detail("Correct `a.b`.");
        let named = diagnostic_to_wire(&named.at(Path::root("a").attribute("b")));
        assert_eq!(named.detail, "Correct `a.b`.", "not twice");
        let top = diagnostic_to_wire(
            &Diagnostic::error("Bad")
                .detail("Correct it.")
                .at(Path::root("name")),
        );
        assert_eq!(top.detail, "Correct it.");
    }
}
