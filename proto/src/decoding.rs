//! Between untyped values and models: strict with what a user writes, lenient with what a state
//! remembers.

use std::borrow::Cow;

use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};
use crate::engine::{oversized, validate};
use crate::log;
use crate::panic_guard::guarded_sync;
use crate::schema::{Model, Schema};
use crate::value::{Value, ValueError};

/// The model, or an error at the attribute that does not fit it.
pub(crate) fn decoded<M: Model>(schema: &Schema<M>, value: Value) -> Result<M> {
    log::conceal(schema.declarations(), &value);
    schema.decode(value).map_err(|error| invalid(&error).into())
}

fn invalid(error: &ValueError) -> Diagnostic {
    Diagnostic::error("Invalid value")
        .detail(sentence(error.message()))
        .at(error.path().clone())
}

/// The model of a state, and the state as the model has it. What does not fit is left out with a
/// warning.
pub(crate) fn decoded_state<'a, M: Model>(
    schema: &Schema<M>,
    state: &'a Value,
    diagnostics: &mut Diagnostics,
) -> Result<(M, Cow<'a, Value>)> {
    log::conceal(schema.declarations(), state);
    let readable = schema
        .decode_state(state)
        .map_err(|error| unreadable("The state does not fit the provider's schema", &error))?;
    diagnostics.extend(readable.left_out.iter().map(left_out));
    Ok((readable.model, readable.value))
}

/// A warning about a value of a state that is left out. It names the attribute in words and has
/// no path: Terraform shows none for a read or a destroy, and for a plan it would point at the
/// configuration, which is in order.
pub(crate) fn left_out(error: &ValueError) -> Diagnostic {
    // In the summary, since Terraform shows one of all warnings with the same.
    let summary = format!("The value of {} in the state cannot be read", error.path());
    Diagnostic::warning(summary).detail(format!(
        "The state, not the configuration, contains a value that does not fit this version of the \
         provider: {} The provider continues without the value, and the next apply replaces it. \
         If you need the value, use the version of the provider that wrote it, or ask the \
         provider's authors for a state migration.",
        sentence(error.message())
    ))
}

/// An error at a value that could not be decoded at all.
pub(crate) fn unreadable(summary: &str, error: &ValueError) -> Diagnostics {
    Diagnostic::error(summary)
        .detail(sentence(error.message()))
        .at(error.path().clone())
        .into()
}

/// All that is wrong with a configuration: the declared checks, what does not fit the model, and
/// the author's own checks of what does.
pub(crate) fn validated<M: Model>(
    schema: &Schema<M>,
    config: &Value,
    doing: &str,
    author: impl FnOnce(&M, &mut Diagnostics),
) -> Diagnostics {
    log::conceal(schema.declarations(), config);
    let validation = guarded_sync(doing, || {
        let mut diagnostics = validate(schema.declarations(), config);
        // Code that looks at such a string might repeat it.
        if oversized(config).is_some() {
            return diagnostics;
        }
        match schema.decode_config(config) {
            Ok(readable) => {
                diagnostics.extend(readable.left_out.iter().map(invalid));
                author(&readable.model, &mut diagnostics);
            }
            Err(error) => diagnostics.push(invalid(&error)),
        }
        diagnostics
    });
    validation.unwrap_or_else(|panic| panic)
}

pub(crate) fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    let first = characters
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    let rest = characters.as_str();
    let stop = if rest.ends_with('.') { "" } else { "." };
    format!("{first}{rest}{stop}")
}
