//! One version in Lambda's answer, as this provider's types. Publishing, drift and import compare
//! snapshots.

use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::types::{Architecture, State};

use super::configuration::FunctionConfiguration;
use super::forbidden::forbidden;
use crate::aws::error::Error;
use crate::aws::version::Version;

/// Code and configuration of a published version, or of `$LATEST`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// `None`: `$LATEST`.
    pub(crate) version: Option<Version>,
    pub(crate) configuration: FunctionConfiguration,
    /// Base64, as Lambda reports it.
    pub(crate) code_sha256: String,
    /// Bytes of the package.
    pub(crate) code_size: i64,
    pub(crate) handler: String,
    /// Lambda@Edge runs x86_64 only; `x86_64` when Lambda names none.
    pub(crate) architecture: String,
    /// The parts that Lambda@Edge forbids, as phrases for messages.
    pub(crate) forbidden: Vec<String>,
    /// Whether it can be associated.
    pub(crate) active: bool,
}

impl Snapshot {
    pub(super) fn of(answer: &GetFunctionConfigurationOutput) -> Result<Snapshot, Error> {
        let missing = |what: &str| Error::Answer {
            action: "lambda:GetFunctionConfiguration",
            resource: answer.function_name().unwrap_or("a function").to_owned(),
            reason: format!("it has no {what}"),
        };
        Ok(Snapshot {
            version: answer.version().and_then(|version| version.parse().ok()),
            configuration: FunctionConfiguration::of(answer)?,
            code_sha256: answer
                .code_sha256()
                .ok_or_else(|| missing("CodeSha256"))?
                .to_owned(),
            code_size: answer.code_size(),
            handler: answer.handler().unwrap_or_default().to_owned(),
            architecture: answer
                .architectures()
                .first()
                .unwrap_or(&Architecture::X8664)
                .as_str()
                .to_owned(),
            forbidden: forbidden(answer),
            active: answer.state().is_none_or(|state| *state == State::Active),
        })
    }
}
