//! Everything that can go wrong between this provider and AWS, sorted by who can do something about
//! it. The messages for users are in [`super::diagnostic`].

use std::error::Error as StdError;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;

use super::call_failure::CallFailure;
use super::document::Malformed;
use super::refusal::Reason;
use super::slot::Slot;
use super::splice::Conflict;

/// What can go wrong between us and AWS; the variant says who can do something about it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The user's: neither the provider block nor the environment has credentials.
    #[error("no AWS credentials: {reason}")]
    MissingCredentials { reason: String },
    /// The user's: AWS does not accept the credentials.
    #[error("AWS does not accept the credentials: {0}")]
    RejectedCredentials(Box<CallFailure>),
    /// The user's: the credentials belong to another account.
    #[error("the AWS credentials belong to account {actual}, {expected}")]
    WrongAccount { actual: String, expected: String },
    /// The user's: a setting of the provider block cannot be used.
    #[error("`{setting}`: {reason}")]
    Setting {
        setting: &'static str,
        reason: String,
    },
    /// The account owner's: a permission is missing.
    #[error("AWS denied {0}")]
    Denied(Box<CallFailure>),
    /// The configuration's, or a rule of AWS: the request itself is wrong.
    #[error("AWS refused {0}")]
    Refused(Box<CallFailure>),
    /// Too many requests of this account, still so after all repetitions.
    #[error("AWS throttled {0}")]
    Throttled(Box<CallFailure>),
    /// AWS's or the network's.
    #[error("AWS did not answer {0}")]
    Unavailable(Box<CallFailure>),
    /// The machine's: it does not trust the certificate of the server that answers.
    #[error("the certificate of the server that answers for AWS is not trusted: {0}")]
    Untrusted(Box<CallFailure>),
    /// AWS's, or a proxy's: an answer that makes no sense.
    #[error("the answer to {action} on {resource} cannot be used: {reason}")]
    Answer {
        action: &'static str,
        resource: String,
        reason: String,
    },
    /// AWS's, or a proxy's: a distribution's configuration that was not understood.
    #[error("the configuration of distribution {id} cannot be read safely: {source}")]
    Distribution { id: String, source: Malformed },
    /// Somebody's: the function name is taken.
    #[error(
        "the Lambda function \"{name}\" already exists and does not come from an unfinished \
        create of this provider"
    )]
    FunctionExists { name: String },
    /// Somebody deleted the function.
    #[error("the Lambda function \"{name}\" does not exist")]
    FunctionGone { name: String },
    /// Somebody deleted the distribution.
    #[error("the CloudFront distribution \"{id}\" does not exist")]
    DistributionGone { id: String },
    /// The configuration's or a slot holder's; at least one.
    #[error("{}", conflicts(.0))]
    Conflicts(Vec<Conflict>),
    /// Another resource's: it places this function in the distribution.
    #[error("another resource places function {function} in distribution \"{id}\"")]
    PlacedByAnother { id: String, function: String },
    /// Somebody's: the function is in more slots than this resource knows.
    #[error(
        "the function {function} is also attached to slots of distribution \"{id}\" that this \
        resource neither holds nor wants: {}",
        listed(slots)
    )]
    PlacedElsewhere {
        id: String,
        function: String,
        slots: Vec<Slot>,
    },
    /// Another writer of the distribution.
    #[error(
        "another writer keeps changing distribution \"{id}\": each of {rounds} attempts found a \
        newer version"
    )]
    AnotherWriter { id: String, rounds: u32 },
    /// The configuration's: the function needs more tags than Lambda allows.
    #[error(
        "the function {function} would need {count} tags, including those that record what it \
        displaces in distribution \"{id}\"; Lambda allows 50"
    )]
    TooManyTags {
        id: String,
        function: String,
        count: usize,
    },
    /// The network's: neither the update nor the read after it was answered.
    #[error(
        "it is not known whether CloudFront accepted the update of distribution \"{id}\": {cause}"
    )]
    Unclear { id: String, cause: Box<Error> },
    /// Another writer of the distribution, after our update was accepted.
    #[error(
        "CloudFront accepted the update of distribution \"{id}\", but these slots no longer hold what the update wrote: {}",
        listed(slots)
    )]
    Overwritten { id: String, slots: Vec<Slot> },
    /// Lambda's: it gave up on the function.
    #[error("Lambda reports {state} for {function}: {reason}")]
    FunctionFailed {
        function: String,
        state: String,
        reason: String,
    },
    /// The deployed package is not what it should be.
    #[error("the package of {function} cannot be used: {reason}")]
    Package { function: String, reason: String },
    /// Time ran out.
    #[error("time ran out after {} s while {doing}", limit.as_secs())]
    Timeout { doing: String, limit: Duration },
    /// Terraform was stopped.
    #[error("stopped while {doing}")]
    Cancelled { doing: String },
}

/// The beginning of every error of rustls about a certificate.
const UNTRUSTED: &str = "invalid peer certificate";

impl Error {
    /// The answer of an SDK call; `None`: what it is about does not exist.
    pub(super) fn unless_absent<T, E>(
        answer: Result<T, SdkError<E, HttpResponse>>,
        is_absent: impl Fn(&E) -> bool,
        action: &'static str,
        resource: &str,
    ) -> Result<Option<T>, Error>
    where
        E: StdError + ProvideErrorMetadata + 'static,
        SdkError<E, HttpResponse>: RequestId + StdError,
    {
        match answer {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.as_service_error().is_some_and(&is_absent) => Ok(None),
            Err(error) => Err(Error::of_call(action, resource, &error)),
        }
    }

    /// What a failed SDK call means.
    pub(super) fn of_call<E>(
        action: &'static str,
        resource: &str,
        error: &SdkError<E, HttpResponse>,
    ) -> Error
    where
        E: StdError + ProvideErrorMetadata + 'static,
        SdkError<E, HttpResponse>: RequestId + StdError,
    {
        if let Some(reason) = credentials_error(error) {
            return Error::MissingCredentials { reason };
        }
        let service = error.as_service_error();
        let failure = Box::new(CallFailure {
            action,
            resource: resource.to_owned(),
            code: service.and_then(|error| error.code()).map(str::to_owned),
            message: service
                .and_then(|error| error.message())
                .map_or_else(|| causes(error), str::to_owned),
            request_id: error.request_id().map(str::to_owned),
        });
        let status = error
            .raw_response()
            .map_or(0, |response| response.status().as_u16());
        match failure.code.as_deref() {
            Some("AccessDenied" | "AccessDeniedException") => Error::Denied(failure),
            Some(
                "ExpiredToken"
                | "ExpiredTokenException"
                | "InvalidClientTokenId"
                | "InvalidSignatureException"
                | "SignatureDoesNotMatch"
                | "UnrecognizedClientException"
                | "InvalidAccessKeyId"
                | "InvalidToken",
            ) => Error::RejectedCredentials(failure),
            Some(
                "Throttling"
                | "ThrottlingException"
                | "TooManyRequestsException"
                | "RequestLimitExceeded",
            ) => Error::Throttled(failure),
            Some(_) if (400..500).contains(&status) => Error::Refused(failure),
            None if matches!(error, SdkError::ResponseError(_)) && (200..500).contains(&status) => {
                Error::Answer {
                    action,
                    resource: failure.resource,
                    reason: failure.message,
                }
            }
            None if failure.message.contains(UNTRUSTED) => Error::Untrusted(failure),
            _ => Error::Unavailable(failure),
        }
    }

    /// The error code of a refused call.
    pub(super) fn code(&self) -> Option<&str> {
        self.call().and_then(|failure| failure.code.as_deref())
    }

    /// Whether a refused call's code is `code` and its message holds `part`.
    pub(super) fn says(&self, code: &str, part: &str) -> bool {
        self.call().is_some_and(|failure| {
            failure.code.as_deref() == Some(code) && failure.message.contains(part)
        })
    }

    /// Whether a refused call's message names this ARN, and not only a longer one.
    pub(super) fn names(&self, arn: &str) -> bool {
        let goes_on = |rest: &str| rest.starts_with(|next: char| next.is_ascii_alphanumeric());
        self.call().is_some_and(|failure| {
            let found = failure.message.match_indices(arn);
            found
                .into_iter()
                .any(|(at, _)| !goes_on(&failure.message[at + arn.len()..]))
        })
    }

    /// Whether AWS refused a call because the credentials may not use a function.
    pub(super) fn is_missing_permission(&self) -> bool {
        let reason = self.call().and_then(Reason::of);
        reason.is_some_and(Reason::is_missing_permission)
    }

    /// Whether AWS may have carried the call out although it failed for us.
    pub(super) fn outcome_is_unknown(&self) -> bool {
        matches!(
            self,
            Error::Unavailable(_) | Error::Answer { .. } | Error::Timeout { .. }
        )
    }

    /// The failed call, if it is about one.
    pub(super) fn call(&self) -> Option<&CallFailure> {
        match self {
            Error::RejectedCredentials(failure)
            | Error::Denied(failure)
            | Error::Refused(failure)
            | Error::Throttled(failure)
            | Error::Unavailable(failure)
            | Error::Untrusted(failure) => Some(failure),
            _ => None,
        }
    }
}

fn credentials_error(error: &(dyn StdError + 'static)) -> Option<String> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<CredentialsError>() {
            return Some(causes(error));
        }
        cause = error.source();
    }
    None
}

/// The messages of an error and its causes. The SDK's own `DisplayErrorContext` would print the raw
/// answer as well.
fn causes(error: &(dyn StdError + 'static)) -> String {
    let mut messages = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if messages.last() != Some(&message) {
            messages.push(message);
        }
        cause = error.source();
    }
    messages.join(": ")
}

fn conflicts(conflicts: &[Conflict]) -> String {
    conflicts
        .iter()
        .map(Conflict::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

fn listed(slots: &[Slot]) -> String {
    slots
        .iter()
        .map(|slot| format!("\"{slot}\""))
        .collect::<Vec<_>>()
        .join(", ")
}
