use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;

use super::{Functions, Version};
use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;

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
