//! What a detach says while it works.

use std::time::Duration;

use crate::aws::distribution::SetAside;

/// What somebody has to know who has just switched the protection off.
pub(super) const WHAT_FOLLOWS: &str = "The state is not touched: the next plan shows these slots \
     as changed outside Terraform, and the next apply takes them again. To leave them as they are \
     now, remove their behaviors from `behaviors` before the next apply. For all behaviors, remove \
     `distribution` from the integration, or remove the association.";

/// Said before the wait.
pub(super) const WAITING: &str = "Waiting until no edge location runs the function any more.";

/// What CloudFront has accepted, and after how long.
pub(super) fn accepted(name: &str, id: &str, detached: &SetAside, took: Duration) -> String {
    let slots = detached.left.keys().map(|slot| {
        let next = match detached.restored.get(slot) {
            Some(lambda_arn) => format!("{lambda_arn} is restored"),
            None => "empty".to_owned(),
        };
        format!("\n  - {slot}: {next}")
    });
    format!(
        "CloudFront accepted the update of {id} after {:.1} s. {name} was removed from:{}",
        took.as_secs_f64(),
        slots.collect::<String>()
    )
}

pub(super) fn nothing_to_do(name: &str, id: &str, names_behaviors: bool) -> String {
    let place = if names_behaviors {
        "any of these behaviors"
    } else {
        "any slot"
    };
    format!("{name} is not attached to {place} of {id}: nothing was changed.")
}

pub(super) fn deployed(id: &str, took: Duration) -> String {
    format!(
        "{id} is deployed: no edge location runs the function there any more, {:.0} s after the \
        start.",
        took.as_secs_f64()
    )
}
