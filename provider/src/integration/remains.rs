//! Says why a function is still there after a destroy. Calls nothing.
//!
//! Lambda refuses with the same message while a distribution uses a function and for hours after
//! the last one has left it. Only CloudFront knows which of the two it is, and only the second ends
//! by itself.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Diagnostic;

use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::slot::Slot;

/// The reason why a function cannot be deleted. `message` is Lambda's.
pub(super) enum Remains {
    /// Distributions use it: their ids and the slots.
    InUse {
        message: String,
        slots: BTreeMap<String, BTreeSet<Slot>>,
    },
    /// Another resource of this provider has placed it in these distributions.
    Placed { distribution_ids: Vec<String> },
    /// No distribution does, but CloudFront still has replicas.
    Replicated { message: String },
    /// CloudFront did not say which of the two it is.
    Unclear { message: String, error: Error },
    /// Time ran out before Lambda had answered.
    Unfinished(Error),
}

impl Remains {
    /// Why Lambda refuses with `message`, judged by the distributions that hold the function
    /// (`standing`).
    pub(super) fn of(
        message: String,
        standing: Result<BTreeMap<String, BTreeSet<Slot>>, Error>,
    ) -> Remains {
        match standing {
            Ok(slots) if slots.is_empty() => Remains::Replicated { message },
            Ok(slots) => Remains::InUse { message, slots },
            Err(error) => Remains::Unclear { message, error },
        }
    }

    /// The error of a destroy that has to delete the function.
    pub(super) fn error(&self, function: &FunctionArn) -> Diagnostic {
        let (summary, next) = match self {
            Remains::InUse { .. } => (
                "The function is still in use",
                "Remove the function from these slots first, then destroy again. If Terraform \
                 manages the distribution too and it refers to this resource, \
                 `create_before_destroy = true` in the `lifecycle` block of this resource makes \
                 Terraform update the distribution before it destroys the function. The destroy \
                 then waits until CloudFront has removed its replicas, which takes hours, so also \
                 apply a larger `timeouts.delete` first. To leave the function behind instead, \
                 apply `on_destroy = \"best_effort\"` or \"retain\" before the destroy.",
            ),
            Remains::Placed { .. } => (
                "The function is still in use",
                "Destroy that resource first. To leave the function behind instead, apply \
                 `on_destroy = \"retain\"` before the destroy.",
            ),
            Remains::Replicated { .. } => (
                "CloudFront still has replicas of the function",
                "Run the destroy again later. Or apply a larger `timeouts.delete`, or `on_destroy \
                 = \"best_effort\"` or \"retain\", before the destroy.",
            ),
            Remains::Unclear { .. } | Remains::Unfinished(_) => (
                "The function could not be deleted",
                "If a distribution still uses the function, remove the function from that \
                 distribution first. Otherwise run the destroy again later, or apply a larger \
                 `timeouts.delete`, or `on_destroy = \"best_effort\"` or \"retain\", before the \
                 destroy.",
            ),
        };
        Diagnostic::error(summary).detail(format!("{}\n\n{next}", self.reason(function)))
    }

    /// The warning of a destroy that leaves the function behind.
    pub(super) fn warning(&self, function: &FunctionArn) -> Diagnostic {
        let when = match self {
            Remains::InUse { .. } | Remains::Placed { .. } => {
                "It still runs there. Once no distribution uses it and CloudFront has removed its \
                 replicas, which takes hours, delete it"
            }
            Remains::Replicated { .. } => "It costs nothing. Delete it later",
            Remains::Unclear { .. } | Remains::Unfinished(_) => {
                "Once no distribution uses it and CloudFront has removed its replicas, which takes \
                 hours, delete it"
            }
        };
        Diagnostic::warning("The function is left behind").detail(format!(
            "{}\n\n{when} with `aws lambda delete-function --region us-east-1 --function-name {}`. \
             Until then, a new integration of the same name takes it over.",
            self.reason(function),
            function.name
        ))
    }

    fn reason(&self, function: &FunctionArn) -> String {
        match self {
            Remains::InUse { message, slots } => {
                let slots = slots.iter().flat_map(|(id, slots)| {
                    slots.iter().map(move |Slot { behavior, event }| {
                        format!("  - distribution {id}, behavior \"{behavior}\", {event}\n")
                    })
                });
                format!(
                    "Lambda refuses to delete {function}: {message}\n\nIt is still attached to \
                     these slots:\n{}",
                    slots.collect::<String>().trim_end()
                )
            }
            Remains::Placed { distribution_ids } => format!(
                "Another resource of this provider has placed {function} in: {}.",
                distribution_ids.join(", ")
            ),
            Remains::Replicated { message } => format!(
                "{function} is no longer attached to any slot, but Lambda refuses to delete it \
                 until CloudFront has removed its replicas, which takes hours: {message}"
            ),
            Remains::Unclear { message, error } => format!(
                "Lambda refuses to delete {function}: {message}\n\nThe provider could not find \
                 out whether a distribution still uses it: {error}."
            ),
            Remains::Unfinished(error) => {
                format!("As far as the provider knows, {function} was not deleted: {error}.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn said(remains: &Remains) -> [String; 2] {
        let function = FunctionArn::in_us_east_1("123456789012", "netacea-shop");
        let diagnostics = [remains.error(&function), remains.warning(&function)];
        diagnostics.map(|diagnostic| diagnostic.detail_text().to_owned())
    }

    #[test]
    fn time_that_ran_out_says_nothing_about_slots_or_replicas() {
        let late = Remains::Unfinished(Error::Timeout {
            doing: "deleting the function".to_owned(),
            limit: Duration::from_secs(9),
        });
        for text in said(&late) {
            assert!(text.contains("after 9 s"), "{text}");
            for untrue in [
                "no longer attached to any slot",
                "still has replicas",
                "refuses",
            ] {
                assert!(!text.contains(untrue), "{untrue}: {text}");
            }
        }
    }

    #[test]
    fn only_a_function_that_stands_nowhere_is_said_to() {
        let message = || "it is a replicated function".to_owned();
        let slot: Slot = "default viewer-request".parse().expect("a slot");
        let stands = Ok([("E1".to_owned(), [slot].into())].into());
        let failed = Err(Error::Cancelled {
            doing: "looking".to_owned(),
        });
        for (standing, expected) in [
            (Ok(BTreeMap::new()), true),
            (stands, false),
            (failed, false),
        ] {
            for text in said(&Remains::of(message(), standing)) {
                assert_eq!(
                    text.contains("no longer attached to any slot"),
                    expected,
                    "{text}"
                );
            }
        }
    }
}
