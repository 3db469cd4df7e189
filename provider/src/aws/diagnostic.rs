//! What an [`Error`] tells the person who runs Terraform: what happened, who caused it, what to
//! do next, and AWS's request id.

use tfplugin::{Diagnostic, Diagnostics, Path};

use super::call_failure::CallFailure;
use super::error::Error;
use super::identifiers::is_distribution_id;
use super::refusal::Reason;
use super::splice::Conflict;

impl Error {
    /// As an error. Conflicts are better placed with [`conflict_diagnostics`], at their attributes.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(self.summary()).detail(self.detail())
    }

    /// As a warning: for what failed after CloudFront had accepted an update, when an error would
    /// taint a live resource.
    pub(crate) fn warning(&self) -> Diagnostic {
        Diagnostic::warning(self.summary()).detail(self.detail())
    }

    fn summary(&self) -> &'static str {
        match self {
            Error::MissingCredentials { .. } => "No AWS credentials",
            Error::RejectedCredentials(_) => "AWS does not accept the credentials",
            Error::WrongAccount { .. } => "Wrong AWS account",
            Error::Setting { .. } => "Invalid provider setting",
            Error::Denied(failure) => {
                Reason::of(failure).map_or("Missing AWS permission", Reason::summary)
            }
            Error::Refused(failure) => {
                Reason::of(failure).map_or("AWS refused a request", Reason::summary)
            }
            Error::Throttled(_) => "AWS is throttling this account",
            Error::Unavailable(_) => "AWS did not answer",
            Error::Untrusted(_) => "The certificate of AWS is not trusted",
            Error::Answer { .. } => "Invalid answer from AWS",
            Error::Distribution { .. } => "The distribution's configuration is not understood",
            Error::FunctionExists { .. } => "The function name is taken",
            Error::FunctionGone { .. } => "Function not found",
            Error::DistributionGone { .. } => "Distribution not found",
            Error::Conflicts(_) => "A slot cannot be taken",
            Error::PlacedByAnother { .. } | Error::PlacedElsewhere { .. } => {
                "Another resource places the function"
            }
            Error::AnotherWriter { .. } => "Another writer is changing the distribution",
            Error::TooManyTags { .. } => "Too many tags",
            Error::Unclear { .. } => "The outcome of an update is unknown",
            Error::Overwritten { .. } => "Association overwritten",
            Error::FunctionFailed { .. } => "Lambda gave up on the function",
            Error::Package { .. } => "The deployed package cannot be used",
            Error::Timeout { .. } => "Time ran out",
            Error::Cancelled { .. } => "Stopped",
        }
    }

    fn detail(&self) -> String {
        let mut detail = sentence(&self.to_string());
        detail.push_str("\n\n");
        detail.push_str(&self.next_step());
        if let Some(request_id) = self
            .call()
            .and_then(|failure| failure.request_id.as_deref())
        {
            detail.push_str("\n\nAWS request id: ");
            detail.push_str(request_id);
        }
        detail
    }

    fn next_step(&self) -> String {
        match self {
            Error::MissingCredentials { .. } => {
                "In the environment, set `AWS_PROFILE`, or `AWS_ACCESS_KEY_ID` and \
                `AWS_SECRET_ACCESS_KEY`. Or set `profile`, `assume_role` or keys in the provider \
                \"netacea\" block."
                    .to_owned()
            }
            Error::RejectedCredentials(_) => {
                "Renew the session (`aws sso login`, or a new token), or correct the keys in the \
                provider \"netacea\" block or the environment."
                    .to_owned()
            }
            Error::WrongAccount { .. } => {
                "Nothing was written. Use credentials of the right account, or correct \
                `allowed_account_ids` or `forbidden_account_ids` in the provider \"netacea\" \
                block."
                    .to_owned()
            }
            Error::Setting { setting, .. } => format!(
                "Correct `{setting}` in the provider \"netacea\" block, or the environment variable that sets it."
            ),
            Error::Denied(failure) if Reason::of(failure).is_some() => refused(failure),
            Error::Denied(failure) => denied(failure),
            Error::Refused(failure) => refused(failure),
            Error::Throttled(_) => "Apply again later. If this happens often, use a smaller \
                `-parallelism` or a larger `max_retries`."
                .to_owned(),
            Error::Untrusted(_) => {
                "Nothing was sent. Install the system's certificate authorities (on Alpine and \
                Debian, the package ca-certificates). If another authority has signed the server's \
                certificate, name the file of that authority in `custom_ca_bundle` in the provider \
                block, or in the environment variable `AWS_CA_BUNDLE` or `SSL_CERT_FILE`."
                    .to_owned()
            }
            Error::Unavailable(_) | Error::Answer { .. } => {
                "Check the network, and the provider's settings for proxy and endpoints, then \
                apply again: the next apply continues from here."
                    .to_owned()
            }
            Error::Distribution { .. } => {
                "Apply again. If the error persists although the CloudFront console shows nothing \
                unusual, please report it to the provider's maintainers."
                    .to_owned()
            }
            Error::FunctionExists { name } => format!(
                "Choose another name, set `adopt_existing_function = true`, or import the function \
                into this state:\n\nimport {{\n  to = netacea_cloudfront_integration.EXAMPLE\n  id \
                = \"{name}\"\n}}"
            ),
            Error::FunctionGone { .. } => "Somebody deleted it outside Terraform. Plan again: the \
                plan shows what happens next."
                .to_owned(),
            Error::DistributionGone { .. } => {
                "Somebody deleted it, or the id belongs to another account. Correct the id in the \
                configuration, or remove what refers to it."
                    .to_owned()
            }
            Error::Conflicts(_) => "Nothing was written to the distribution.".to_owned(),
            Error::AnotherWriter { .. } => {
                "CloudFront accepted no part of this change. Find out who else updates the \
                distribution (CloudTrail: UpdateDistribution), then apply again."
                    .to_owned()
            }
            Error::TooManyTags { .. } => {
                "Nothing was written to the distribution. Remove tags (`tags`, `default_tags`), or \
                 protect some of the distributions with another function."
                    .to_owned()
            }
            Error::Unclear { .. } => {
                "Plan again once the network works: the plan shows which slots the function \
                holds, and an apply takes the missing ones."
                    .to_owned()
            }
            Error::PlacedByAnother { id, function } => format!(
                "Only one resource may place a function in a distribution. Name the behaviors in \
                the other resource instead. To merge the two resources into this one, remove the \
                other, and set `hand_over_from = [\"{id},{function}\"]` here for one apply. \
                Setting `hand_over_from` is also enough if the other resource was destroyed and \
                could not remove its tag `netacea:placed:{id}` from the function. If the other \
                resource is no longer in any state, but the function is still attached to that \
                resource's slots, import the function's place in this distribution as an \
                association, name all behaviors in that association, and remove this \
                resource:\n\nimport {{\n  to = netacea_cloudfront_association.NAME\n  id = \
                \"{id},{function}\"\n}}"
            ),
            Error::PlacedElsewhere { .. } => {
                "Nothing was changed, because only one resource may place a function in a \
                distribution. If another resource has these slots, merge the two: name all \
                behaviors and events here, and remove the other. Otherwise remove the function \
                from these slots, or name their behaviors here."
                    .to_owned()
            }
            Error::Overwritten { .. } => {
                "Somebody else wrote to the distribution at the same time (CloudTrail: \
                UpdateDistribution). Plan again to see what is missing. If another Terraform \
                configuration owns the distribution, add \
                `default_cache_behavior[0].lambda_function_association` (for other behaviors, \
                `ordered_cache_behavior[N].lambda_function_association`) to its `ignore_changes`."
                    .to_owned()
            }
            Error::FunctionFailed { .. } => {
                "Fix the problem that the reason describes (often with \
                the role or the runtime), then apply again."
                    .to_owned()
            }
            Error::Package { .. } => "Check what was deployed outside Terraform. If an import \
                fails because of this, remove the `import` block, and give the integration another \
                `name`."
                .to_owned(),
            Error::Timeout { .. } => {
                "Apply again to continue from here. To allow more time, set a \
                larger limit in the resource's `timeouts` block; for a destroy, apply that limit \
                first."
                    .to_owned()
            }
            Error::Cancelled { .. } => "Apply again to continue from here.".to_owned(),
        }
    }
}

impl From<Error> for Diagnostics {
    /// Conflicts become one diagnostic for each kind.
    fn from(error: Error) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        match error {
            Error::Conflicts(conflicts) => {
                diagnostics.extend(conflict_diagnostics(&conflicts, |_| None));
            }
            other => diagnostics.push(other.diagnostic()),
        }
        diagnostics
    }
}

/// The conflicts as errors: one for each kind, advice and place in the configuration, with a list
/// of its slots or behaviors. A stranger may hold hundreds of slots.
pub(crate) fn conflict_diagnostics(
    conflicts: &[Conflict],
    path: impl Fn(&Conflict) -> Option<Path>,
) -> Vec<Diagnostic> {
    let mut kinds: Vec<(_, Vec<&Conflict>)> = Vec::new();
    for conflict in conflicts {
        let kind = (summary(conflict), conflict.advice(), path(conflict));
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, alike)) => alike.push(conflict),
            None => kinds.push((kind, vec![conflict])),
        }
    }
    let diagnostics = kinds.into_iter().map(|((summary, advice, path), alike)| {
        let detail = match alike.as_slice() {
            [one] => sentence(&one.to_string()),
            many => {
                let facts = many
                    .iter()
                    .map(|conflict| format!("  - {}\n", conflict.fact()));
                let facts: String = facts.collect();
                if advice.is_empty() {
                    facts
                } else {
                    format!("{facts}\n{}", sentence(&advice))
                }
            }
        };
        let diagnostic = Diagnostic::error(summary).detail(detail);
        match path {
            Some(path) => diagnostic.at(path),
            None => diagnostic,
        }
    });
    diagnostics.collect()
}

fn summary(conflict: &Conflict) -> &'static str {
    match conflict {
        Conflict::UnknownBehavior { .. } => "Unknown cache behavior",
        Conflict::AmbiguousBehavior { .. } => "Ambiguous cache behavior",
        Conflict::Held { .. } => "Slot held by another function",
        Conflict::Unplanned { .. } | Conflict::BehaviorGone { .. } => {
            "Distribution changed since it was read"
        }
        Conflict::Managed { .. } => "Slot held by another integration",
        Conflict::Companion { .. } => "Functions that work together would be separated",
        Conflict::CloudFrontFunction { .. } => "A CloudFront Function is in the way",
        Conflict::SmoothStreaming { .. } => "Smooth Streaming excludes edge functions",
        Conflict::Staging => "Staging distribution",
        Conflict::NotStaging { .. } => "Not a staging distribution",
        Conflict::IncludeBody { .. } => "`include_body` on a response event",
        Conflict::WantedTwice { .. } => "Two resources want the slot",
        Conflict::Malformed(_) => "The distribution's configuration is not understood",
    }
}

/// The error if a distribution does not exist; `advice` is what the user may do.
pub(crate) fn no_such_distribution(id: &str, advice: &str) -> Diagnostic {
    Diagnostic::error(format!("Distribution {id} does not exist")).detail(format!(
        "The account of these credentials has no distribution with this id. {advice}"
    ))
}

/// The error if the function that `function_name` names does not exist.
pub(crate) fn no_such_function(name: &str) -> Diagnostic {
    Diagnostic::error(format!("There is no function {name}"))
        .detail(
            "The account of these credentials has no Lambda function of this name in us-east-1. \
             Use the `name` of the integration, and check the account.",
        )
        .at(Path::root("function_name"))
}

fn denied(failure: &CallFailure) -> String {
    let mut step = format!(
        "Allow {} on {} for these credentials, or use other credentials.",
        failure.action,
        arn(failure)
    );
    if failure.action == "cloudfront:UpdateDistribution" {
        step.push_str(
            " Associating a function also needs lambda:GetFunction, lambda:EnableReplication* and \
             lambda:DisableReplication* (the asterisks are part of the names) on its versions, \
             and iam:CreateServiceLinkedRole the first time in an account.",
        );
    }
    if matches!(
        failure.action,
        "lambda:CreateFunction" | "lambda:UpdateFunctionConfiguration"
    ) {
        step.push_str(" Assigning the role to the function also needs iam:PassRole on that role.");
    }
    step
}

/// The resource as a policy names it, in any account: if AWS denies the call that tells the
/// account, only AWS knows it.
fn arn(failure: &CallFailure) -> String {
    let resource = &failure.resource;
    match failure.action.split_once(':') {
        _ if resource.starts_with("arn:") => resource.clone(),
        Some(("lambda", _)) => format!("arn:aws:lambda:us-east-1:*:function:{resource}"),
        Some(("cloudfront", _)) if is_distribution_id(resource) => {
            format!("arn:aws:cloudfront::*:distribution/{resource}")
        }
        Some(("cloudfront", "GetContinuousDeploymentPolicy")) => {
            format!("arn:aws:cloudfront::*:continuous-deployment-policy/{resource}")
        }
        _ => "*".to_owned(),
    }
}

/// Says that a refused update changed nothing: the distribution is as it was, and the records of
/// the update are withdrawn.
fn refused(failure: &CallFailure) -> String {
    let step = Reason::of(failure).map_or(
        "Fix the problem that the message from AWS describes, then apply again.",
        Reason::next_step,
    );
    if failure.action == "cloudfront:UpdateDistribution" {
        format!("Nothing was written to the distribution. {step}")
    } else {
        step.to_owned()
    }
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let mut sentence: String = characters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    sentence.push_str(characters.as_str());
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;
    use crate::aws::slot::Slot;

    fn failure(action: &'static str, code: &str, message: &str) -> Box<CallFailure> {
        Box::new(CallFailure {
            action,
            resource: "E2QWRUHAPOMQZL".to_owned(),
            code: Some(code.to_owned()),
            message: message.to_owned(),
            request_id: Some("req-1".to_owned()),
        })
    }

    #[test]
    fn a_missing_permission_names_action_resource_and_request() {
        let diagnostic = Error::Denied(failure(
            "cloudfront:UpdateDistribution",
            "AccessDenied",
            "not authorized",
        ))
        .diagnostic();
        assert!(diagnostic.is_error());
        let text = diagnostic.detail_text();
        for part in [
            "cloudfront:UpdateDistribution",
            "arn:aws:cloudfront::*:distribution/E2QWRUHAPOMQZL",
            "lambda:EnableReplication*",
            "req-1",
        ] {
            assert!(text.contains(part), "{part} is missing in: {text}");
        }
    }

    #[test]
    fn a_taken_name_comes_with_the_import_block() {
        let text = Error::FunctionExists {
            name: "netacea-shop".to_owned(),
        }
        .diagnostic()
        .detail_text()
        .to_owned();
        assert!(
            text.contains("id = \"netacea-shop\"") && text.contains("adopt_existing_function"),
            "{text}"
        );
    }

    #[test]
    fn conflicts_of_a_kind_are_one_diagnostic_with_a_list() {
        let held = |behavior: &str| Conflict::Held {
            slot: Slot::new(behavior, EventType::ViewerRequest),
            holder: "arn:stranger:1".to_owned(),
        };
        let conflicts = [
            held("/a"),
            Conflict::SmoothStreaming {
                behavior: "/video".to_owned(),
            },
            held("/b"),
        ];
        let diagnostics = conflict_diagnostics(&conflicts, |_| None);
        let texts: Vec<&str> = diagnostics.iter().map(Diagnostic::detail_text).collect();
        assert_eq!(texts.len(), 2, "{texts:?}");
        for part in [
            "\"/a viewer-request\"",
            "\"/b viewer-request\"",
            "arn:stranger:1",
        ] {
            assert!(
                texts[0].contains(part),
                "{part} is missing in: {}",
                texts[0]
            );
        }
        assert_eq!(texts[0].matches("adopt_existing").count(), 1);
        assert!(texts[1].contains("/video"));
        let single = conflict_diagnostics(&conflicts[..1], |_| None);
        assert!(!single[0].detail_text().contains("  - "));
    }

    #[test]
    fn a_warning_is_no_error() {
        assert!(
            !Error::Cancelled {
                doing: "waiting".to_owned()
            }
            .warning()
            .is_error()
        );
    }
}
