//! Which updates are replacements.

use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};
use crate::engine::{dead_end, leads_to_a_value, replaced};
use crate::fault::explained;
use crate::path::Path;
use crate::schema::Declaration;
use crate::value::Value;

/// The paths whose change needs a new resource: those that are declared so, and those that the
/// author names, which have to lead to a value.
pub(super) fn replacement(
    declarations: &[Declaration],
    named: Vec<Path>,
    config: &Value,
    prior: &Value,
    planned: &Value,
) -> Result<Vec<Path>> {
    let lost: Diagnostics = named
        .iter()
        .filter_map(|path| lost(declarations, path, prior, planned))
        .collect();
    if !lost.is_empty() {
        return Err(lost);
    }
    if prior.is_null() {
        return Ok(Vec::new());
    }
    let mut replace = replaced(declarations, config, prior, planned);
    for path in named {
        if !replace.contains(&path) {
            replace.push(path);
        }
    }
    Ok(replace)
}

/// Terraform refuses a path that leads to nothing both before and after, without saying why or
/// naming the path in a readable way.
fn lost(
    declarations: &[Declaration],
    path: &Path,
    prior: &Value,
    planned: &Value,
) -> Option<Diagnostic> {
    let why = match dead_end(declarations, path) {
        Some(why) => why,
        // What is to be created replaces nothing.
        None if prior.is_null() => return None,
        None if [prior, planned]
            .iter()
            .any(|object| leads_to_a_value(path, object)) =>
        {
            return None;
        }
        None => "neither the state nor the plan has a value there".to_owned(),
    };
    let what = format!("`Plan::replace` names `{path}`, but {why}.");
    Some(explained(
        "The provider asks for a replacement without a reason",
        &what,
    ))
}
