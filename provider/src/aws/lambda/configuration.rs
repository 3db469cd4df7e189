//! The function's own attributes on their way to Lambda and back.
//!
//! A published version freezes them with its code. Only this file knows Lambda's names for them: in
//! its answers, in the request that creates a function, and in the one that updates it. The users'
//! names are in `integration/lambda_attributes.rs`.

use aws_sdk_lambda::operation::create_function::builders::CreateFunctionFluentBuilder;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::operation::update_function_configuration::builders::UpdateFunctionConfigurationFluentBuilder;
use aws_sdk_lambda::types;

use super::functions::Functions;
use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::log_format::LogFormat;
use crate::aws::runtime::Runtime;
use crate::aws::version::Version;

const ACTION: &str = "lambda:GetFunctionConfiguration";

/// The attributes of a function that a published version freezes.
///
/// Every function here names all fields of the struct, so the code does not compile if one forgets
/// an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FunctionConfiguration {
    pub(crate) role_arn: String,
    /// Empty: none.
    pub(crate) description: String,
    pub(crate) runtime: Runtime,
    /// Megabytes.
    pub(crate) memory_size: i32,
    /// Seconds.
    pub(crate) timeout: i32,
    pub(crate) log_format: LogFormat,
    /// `None`: the one that Lambda names after the function.
    pub(crate) log_group: Option<String>,
}

/// The requests that create a function and update its configuration have the same setters and no
/// trait in common.
macro_rules! put {
    ($configuration:expr, $request:expr, $name:expr, $current_log_group:expr) => {{
        let FunctionConfiguration {
            role_arn,
            description,
            runtime,
            memory_size,
            timeout,
            log_format,
            log_group,
        } = $configuration;
        let logging = types::LoggingConfig::builder()
            .log_format(types::LogFormat::from(log_format.to_string().as_str()))
            .set_log_group(log_group_to_name(
                $name,
                log_group.as_deref(),
                $current_log_group,
            ));
        $request
            .role(role_arn)
            .description(description)
            .runtime(types::Runtime::from(runtime.to_string().as_str()))
            .memory_size(*memory_size)
            .timeout(*timeout)
            .logging_config(logging.build())
    }};
}

impl FunctionConfiguration {
    /// The attributes of a function or a version, from Lambda's answer.
    pub(super) fn of(answer: &GetFunctionConfigurationOutput) -> Result<Self, Error> {
        let missing = |what: &str| Error::Answer {
            action: ACTION,
            resource: answer.function_name().unwrap_or("a function").to_owned(),
            reason: format!("it has no {what}"),
        };
        let logging = answer.logging_config();
        let own = own_log_group(answer.function_name().unwrap_or_default());
        Ok(FunctionConfiguration {
            role_arn: answer.role().ok_or_else(|| missing("Role"))?.to_owned(),
            description: answer.description().unwrap_or_default().to_owned(),
            runtime: Runtime::from(answer.runtime().map_or("", types::Runtime::as_str)),
            memory_size: answer.memory_size().ok_or_else(|| missing("MemorySize"))?,
            timeout: answer.timeout().ok_or_else(|| missing("Timeout"))?,
            log_format: logging
                .and_then(|logging| logging.log_format())
                .map_or(LogFormat::Text, |format| LogFormat::from(format.as_str())),
            log_group: logging
                .and_then(|logging| logging.log_group())
                .filter(|group| *group != own)
                .map(str::to_owned),
        })
    }

    /// The request to create the function `name`, completed with every attribute.
    pub(super) fn created(
        &self,
        request: CreateFunctionFluentBuilder,
        name: &str,
    ) -> CreateFunctionFluentBuilder {
        put!(self, request, name, None)
    }

    /// The request to update the function `name`, completed with every attribute. Its logs go to
    /// `current_log_group` now.
    pub(super) fn updated(
        &self,
        request: UpdateFunctionConfigurationFluentBuilder,
        name: &str,
        current_log_group: Option<&str>,
    ) -> UpdateFunctionConfigurationFluentBuilder {
        put!(self, request, name, current_log_group)
    }
}

/// The group to name in a request. Lambda's own group is named only to leave another one, because
/// at the edge a name from a request is used as it is, without the home region in it.
fn log_group_to_name(name: &str, wanted: Option<&str>, current: Option<&str>) -> Option<String> {
    let own = own_log_group(name);
    let left = current.is_some_and(|current| current != own);
    wanted.map(str::to_owned).or(left.then_some(own))
}

/// The group that a function has by default.
fn own_log_group(name: &str) -> String {
    format!("/aws/lambda/{name}")
}

impl Functions {
    /// GetFunctionConfiguration of a version, or of `$LATEST`. `None`: it does not exist.
    pub(super) async fn configuration(
        &self,
        name: &str,
        version: Option<Version>,
    ) -> Result<Option<(FunctionArn, GetFunctionConfigurationOutput)>, Error> {
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
        let answer = Error::unless_absent(
            answer,
            |error| error.is_resource_not_found_exception(),
            ACTION,
            name,
        )?;
        let Some(answer) = answer else {
            return Ok(None);
        };
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
}
