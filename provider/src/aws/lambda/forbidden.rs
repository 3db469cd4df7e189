//! What a Lambda function may have and Lambda@Edge forbids.

use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::operation::update_function_configuration::builders::UpdateFunctionConfigurationFluentBuilder;
use aws_sdk_lambda::types::{
    DeadLetterConfig, Environment, EphemeralStorage, TracingConfig, TracingMode, VpcConfig,
};

/// Megabytes: the storage that every function has.
const STORAGE: i32 = 512;

/// The forbidden parts of a function's configuration, as phrases for messages: CloudFront refuses a
/// version that has one. Environment variables appear with their names only.
pub(super) fn forbidden(answer: &GetFunctionConfigurationOutput) -> Vec<String> {
    let mut found = Vec::new();
    let mut when = |has: bool, what: &str| {
        if has {
            found.push(what.to_owned());
        }
    };
    when(has_vpc(answer), "a VPC");
    when(!answer.layers().is_empty(), "layers");
    when(has_dead_letters(answer), "a dead-letter queue");
    when(has_tracing(answer), "X-Ray tracing");
    when(has_storage(answer), "more than 512 MB of ephemeral storage");
    when(!answer.file_system_configs().is_empty(), "a file system");
    when(has_key(answer), "a KMS key of its own");
    let mut names = variables(answer);
    if !names.is_empty() {
        names.sort_unstable();
        found.push(format!("environment variables ({})", names.join(", ")));
    }
    found
}

/// The request, completed so that it removes these parts.
pub(super) fn cleared(
    mut request: UpdateFunctionConfigurationFluentBuilder,
    latest: &GetFunctionConfigurationOutput,
) -> UpdateFunctionConfigurationFluentBuilder {
    if has_vpc(latest) {
        let none = VpcConfig::builder()
            .set_subnet_ids(Some(Vec::new()))
            .set_security_group_ids(Some(Vec::new()));
        request = request.vpc_config(none.build());
    }
    if !latest.layers().is_empty() {
        request = request.set_layers(Some(Vec::new()));
    }
    if has_dead_letters(latest) {
        request = request.dead_letter_config(DeadLetterConfig::builder().target_arn("").build());
    }
    if has_tracing(latest) {
        let off = TracingConfig::builder().mode(TracingMode::PassThrough);
        request = request.tracing_config(off.build());
    }
    if has_storage(latest) {
        request =
            request.set_ephemeral_storage(EphemeralStorage::builder().size(STORAGE).build().ok());
    }
    if !latest.file_system_configs().is_empty() {
        request = request.set_file_system_configs(Some(Vec::new()));
    }
    if has_key(latest) {
        request = request.kms_key_arn("");
    }
    if !variables(latest).is_empty() {
        let none = Environment::builder().set_variables(Some([].into()));
        request = request.environment(none.build());
    }
    request
}

fn has_vpc(answer: &GetFunctionConfigurationOutput) -> bool {
    answer
        .vpc_config()
        .is_some_and(|vpc| !vpc.subnet_ids().is_empty())
}

fn has_dead_letters(answer: &GetFunctionConfigurationOutput) -> bool {
    let target = answer
        .dead_letter_config()
        .and_then(DeadLetterConfig::target_arn);
    target.is_some_and(|target| !target.is_empty())
}

fn has_tracing(answer: &GetFunctionConfigurationOutput) -> bool {
    let mode = answer.tracing_config().and_then(|tracing| tracing.mode());
    mode == Some(&TracingMode::Active)
}

fn has_storage(answer: &GetFunctionConfigurationOutput) -> bool {
    answer
        .ephemeral_storage()
        .is_some_and(|storage| storage.size() > STORAGE)
}

fn has_key(answer: &GetFunctionConfigurationOutput) -> bool {
    answer.kms_key_arn().is_some_and(|key| !key.is_empty())
}

fn variables(answer: &GetFunctionConfigurationOutput) -> Vec<&str> {
    let variables = answer
        .environment()
        .and_then(|environment| environment.variables());
    variables
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect()
}
