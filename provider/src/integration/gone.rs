//! Reads an integration whose function was deleted outside Terraform.
//!
//! If no slot refers to it, the resource is gone, and the next apply creates it. But as long as a
//! distribution refers to it, visitors get errors, and only a resource that stays in the state can
//! fix that: an apply creates the function again, and a destroy empties the slots.

use tfplugin::{Attr, Call, Diagnostic, Path};

use super::model::IntegrationModel;
use crate::aws::document::Document;
use crate::client::Client;
use crate::placement::{Form, Placement};

/// The state when the function is gone; `None` if no slot refers to it.
pub(super) fn without_function(
    call: &mut Call<Client>,
    name: &str,
    mut state: IntegrationModel,
    mut placement: Placement,
    document: Option<&Document>,
) -> Option<IntegrationModel> {
    let dangling: Vec<String> = match (document, &placement.function) {
        (Some(document), Some(function)) => document
            .slots_of(function)
            .keys()
            .map(ToString::to_string)
            .collect(),
        _ => Vec::new(),
    };
    let gone = Diagnostic::warning(format!("Function {name} no longer exists"));
    if dangling.is_empty() {
        let detail = "It was deleted outside Terraform. The next apply creates it again.";
        call.diagnostics
            .push(gone.detail(detail).at(Path::root("name")));
        return None;
    }
    call.diagnostics.push(
        gone.detail(format!(
            "It was deleted outside Terraform, but the distribution still refers to it in these \
             slots:\n  - {}\n\nVisitors get errors there. The next apply creates the function \
             again and takes these slots again; a destroy empties them.",
            dangling.join("\n  - ")
        ))
        .at(Path::root("name")),
    );
    state.version = Attr::Null;
    state.qualified_arn = Attr::Null;
    state.code_sha256 = Attr::Null;
    let drift = placement.observe(&mut call.private, document, Form::Nested);
    call.diagnostics.extend(drift);
    state.place(placement);
    Some(state)
}
