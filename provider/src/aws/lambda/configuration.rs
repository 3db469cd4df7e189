use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::types::{LogFormat, LoggingConfig};

use super::functions::Functions;
use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::version::Version;

/// The settings of a function that a published version freezes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FunctionConfiguration {
    pub(crate) role_arn: String,
    pub(crate) description: String,
    /// Such as `nodejs24.x`.
    pub(crate) runtime: String,
    /// Megabytes.
    pub(crate) memory_size: i32,
    /// Seconds.
    pub(crate) timeout: i32,
    /// `Text` or `JSON`.
    pub(crate) log_format: String,
    /// None: the one that Lambda names after the function.
    pub(crate) log_group: Option<String>,
}

impl FunctionConfiguration {
    /// Where the logs of the function `name` go, whose group is `current` now. Lambda's own group
    /// is named only to leave another one: at the edge a name that was given is used as it is,
    /// without the home region in it.
    pub(super) fn logging(&self, name: &str, current: Option<&str>) -> LoggingConfig {
        let own = own_log_group(name);
        let left = current.is_some_and(|current| current != own);
        let group = self.log_group.clone().or(left.then_some(own));
        LoggingConfig::builder()
            .log_format(LogFormat::from(self.log_format.as_str()))
            .set_log_group(group)
            .build()
    }
}

/// The group that a function has by default.
pub(super) fn own_log_group(name: &str) -> String {
    format!("/aws/lambda/{name}")
}

impl Functions {
    /// GetFunctionConfiguration of a version, or of `$LATEST`. None: not there.
    pub(super) async fn configuration(
        &self,
        name: &str,
        version: Option<Version>,
    ) -> Result<Option<(FunctionArn, GetFunctionConfigurationOutput)>, Error> {
        const ACTION: &str = "lambda:GetFunctionConfiguration";
        let request = self
            .connection
            .clients()
            .await?
            .lambda
            .get_function_configuration()
            .function_name(name);
        let answer = request
            .set_qualifier(version.map(|version| version.to_string()))
            .send()
            .await;
        match answer {
            Ok(answer) => {
                let odd = |reason| Error::Answer {
                    action: ACTION,
                    resource: name.to_owned(),
                    reason,
                };
                let arn = answer
                    .function_arn()
                    .ok_or_else(|| odd("it names no function".to_owned()))?;
                let arn: FunctionArn = arn.parse().map_err(|error| odd(format!("{error}")))?;
                Ok(Some((arn, answer)))
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_resource_not_found_exception()) =>
            {
                Ok(None)
            }
            Err(error) => Err(Error::of_call(ACTION, name, &error)),
        }
    }
}
