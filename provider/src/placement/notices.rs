//! The warnings of a plan about what an apply will do, if the distribution stays as it is now.

use std::collections::BTreeMap;

use tfplugin::Diagnostic;

use super::changes::LONGEST_WAIT;
use super::site::Form;
use crate::aws::slot::{Association, Slot};

/// The attribute `displaced` is known only after the apply; this tells a reviewer before it.
pub(super) fn will_displace(
    form: Form,
    id: &str,
    displaced: &BTreeMap<Slot, Association>,
) -> Diagnostic {
    let lines: Vec<String> = displaced
        .iter()
        .map(|(slot, association)| format!("  - {slot}: {}", association.lambda_arn))
        .collect();
    Diagnostic::warning(format!("An apply displaces functions in distribution {id}"))
        .detail(format!(
            "They hold slots that this resource wants, and `adopt_existing` lets it take \
             them:\n{}\n\nThe apply records in `displaced` what it finds there.",
            lines.join("\n")
        ))
        .at(form.part("adopt_existing"))
}

/// Conflicts that came up after the last apply.
pub(super) fn came_up(error: Diagnostic) -> Diagnostic {
    let note = "Nothing will be written to the distribution until this is resolved. `terraform \
                destroy` still works.";
    warning("An apply will stop", &error, note)
}

/// Conflicts that the distribution's own change may end.
pub(super) fn will_wait(error: Diagnostic) -> Diagnostic {
    let note = format!(
        "`depends_on_distribution_changes` is set: an apply waits up to {} seconds for the \
         distribution to change. If it does not change, the apply stops before it writes.",
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
