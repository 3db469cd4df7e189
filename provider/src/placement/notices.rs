//! What a plan says in warnings about a distribution: what is legal but less than one would expect,
//! and what an apply will do about what stands there now.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Diagnostic;

use super::changes::LONGEST_WAIT;
use super::site::Form;
use crate::aws::document::Document;
use crate::aws::slot::{Association, Slot};

/// Legal, but less than what one would expect.
pub(super) fn of_document(
    form: Form,
    id: &str,
    document: &Document,
    wanted: &BTreeSet<Slot>,
) -> Vec<Diagnostic> {
    let mut notices = Vec::new();
    if !document.enabled() {
        notices.push(
            Diagnostic::warning(format!("Distribution {id} is disabled"))
                .detail("It answers no visitor. The protection takes effect once it is enabled.")
                .at(form.id()),
        );
    }
    let grpc: Vec<&str> = document
        .behaviors()
        .iter()
        .filter(|behavior| {
            behavior.grpc && wanted.iter().any(|slot| slot.behavior == behavior.name)
        })
        .map(|behavior| behavior.name.as_str())
        .collect();
    if !grpc.is_empty() {
        notices.push(
            Diagnostic::warning("gRPC requests are not protected")
                .detail(format!(
                    "CloudFront calls no edge function for gRPC requests, which these behaviors \
                     allow: {}.",
                    grpc.join(", ")
                ))
                .at(form.id()),
        );
    }
    notices
}

/// The attribute `displaced` is known only after the apply, and a reviewer asks before it.
pub(super) fn will_displace(
    form: Form,
    id: &str,
    displaced: &BTreeMap<Slot, Association>,
) -> Diagnostic {
    let lines: Vec<String> = displaced
        .iter()
        .map(|(slot, association)| format!("  - {slot}: {}", association.lambda_arn))
        .collect();
    Diagnostic::warning(format!("An apply displaces functions of distribution {id}"))
        .detail(format!(
            "They stand in slots that are wanted, and `adopt_existing` allows to take \
             them:\n{}\n\nThe apply records in `displaced` whom it finds there.",
            lines.join("\n")
        ))
        .at(form.part("adopt_existing"))
}

/// Conflicts that came up after the last apply.
pub(super) fn came_up(error: Diagnostic) -> Diagnostic {
    let note = "Nothing will be written to the distribution until it is resolved. `terraform \
                destroy` still works.";
    warning("An apply will stop", &error, note)
}

/// Conflicts that the distribution's own change may end.
pub(super) fn will_wait(error: Diagnostic) -> Diagnostic {
    let note = format!(
        "`depends_on_distribution_changes` is set: an apply waits up to {} seconds for the \
         distribution to change, and stops before it writes if this is still so.",
        LONGEST_WAIT.as_secs()
    );
    warning("An apply will wait", &error, &note)
}

fn warning(what: &str, error: &Diagnostic, note: &str) -> Diagnostic {
    let warning = Diagnostic::warning(format!("{what}: {}", error.summary()))
        .detail(format!("{}\n\n{note}", error.detail_text()));
    match error.path() {
        Some(path) => warning.at(path.clone()),
        None => warning,
    }
}
