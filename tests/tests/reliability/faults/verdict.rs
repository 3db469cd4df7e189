//! The allowed results of a run with faults: it succeeds, or one error names cause and next step.

use acceptance::terraform::{Diagnostic, Outcome, Summary};
use anyhow::{Result, bail, ensure};

use super::case::Case;

/// What a run under faults came to, if it is one of the two that are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Succeeded,
    Refused,
}

/// What terraform says when a provider does not behave.
const MISBEHAVIOR: [&str; 6] = [
    "panic",
    "Plugin did not respond",
    "Plugin error",
    "Provider produced",
    "bug in the provider",
    "Failed to execute",
];

/// Causes that are not one call's.
const CAUSES: [Summary; 5] = [
    Summary::AnotherWriter,
    // Where the network is gone, every later call fails too.
    Summary::AwsDidNotAnswer,
    Summary::DistributionNotUnderstood,
    Summary::OutcomeNotKnown,
    Summary::TimeRanOut,
];

/// How a next step begins.
const NEXT_STEPS: [&str; 9] = [
    "apply again",
    "Apply again",
    "Allow ",
    "Check ",
    "Correct ",
    "Find out",
    "The role's trust policy",
    "Run the destroy again",
    "Plan again",
];

impl Verdict {
    /// An error says what is not allowed about it.
    pub(super) fn on(outcome: &Outcome, case: &Case) -> Result<Self> {
        for words in MISBEHAVIOR {
            ensure!(!outcome.text.contains(words), "terraform says {words:?}");
        }
        let diagnostics = outcome.diagnostics();
        let errors: Vec<&Diagnostic> = diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.is_error())
            .collect();
        for warning in diagnostics
            .iter()
            .filter(|diagnostic| !diagnostic.is_error())
        {
            ensure!(
                !warning.detail.is_empty(),
                "a warning without detail: {warning:?}"
            );
        }
        match (outcome.code, errors.as_slice()) {
            (0, []) => Ok(Self::Succeeded),
            (1, [error]) => {
                explains(error, case)?;
                Ok(Self::Refused)
            }
            (code, errors) => bail!("it ended with {code} and {} errors", errors.len()),
        }
    }
}

/// Whether an error names cause and next step.
fn explains(error: &Diagnostic, case: &Case) -> Result<()> {
    let names_call = case
        .operations()
        .any(|operation| error.names(&called(operation)));
    let repeats_aws = case.refusals().any(|refusal| error.names(&refusal.message));
    let is_cause = error.code().is_some_and(|code| CAUSES.contains(&code));
    ensure!(
        names_call || repeats_aws || is_cause,
        "no cause in: {error:?}"
    );
    ensure!(
        NEXT_STEPS.iter().any(|step| error.detail.contains(step)),
        "no next step in: {error:?}"
    );
    Ok(())
}

/// The operation as IAM writes it, without the service.
fn called(operation: acceptance::aws::Operation) -> String {
    use acceptance::aws::Operation;
    match operation {
        Operation::Query => ":GetCallerIdentity".to_owned(),
        operation => format!(":{operation:?}"),
    }
}
