//! The attributes of the Lambda function itself: everything that a published version freezes with
//! its code.
//!
//! Adding one begins in the struct below. The compiler then leads to its comparison (for reasons to
//! publish and for drift), to what a read takes over, to what an apply sends, and on to
//! `aws/lambda/configuration.rs`, where it gets Lambda's name. The compiler does not lead to its
//! declaration in `schema.rs`, its check in `checks.rs` and `described` in `aws/lambda/read.rs`.

use std::fmt;

use tfplugin::{Attr, Diagnostic, Result};

use crate::aws::lambda::FunctionConfiguration;
use crate::aws::log_format::LogFormat;
use crate::aws::runtime::Runtime;
use crate::value_at_apply::{no_value, optional_at_apply, value_at_apply};

/// The attributes as the user wants them, or as found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LambdaAttributes {
    /// Execution role of the function.
    pub(crate) role_arn: Attr<String>,
    /// Description of the function and its versions.
    pub(crate) description: Attr<String>,
    /// Lambda runtime.
    pub(crate) runtime: Attr<Runtime>,
    /// Memory in MB.
    pub(crate) memory_size: Attr<i64>,
    /// Function timeout in seconds.
    pub(crate) timeout: Attr<i64>,
    /// How log lines are written.
    pub(crate) log_format: Attr<LogFormat>,
    /// CloudWatch log group; null = Lambda's own.
    pub(crate) log_group: Attr<String>,
}

/// An attribute with two values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Its name.
    pub(super) attribute: &'static str,
    /// The value before, as shown in messages.
    pub(super) before: String,
    /// The value after, as shown in messages.
    pub(super) after: String,
}

impl LambdaAttributes {
    /// The attributes as Lambda has them.
    pub(super) fn found(configuration: &FunctionConfiguration) -> LambdaAttributes {
        let FunctionConfiguration {
            role_arn,
            description,
            runtime,
            memory_size,
            timeout,
            log_format,
            log_group,
        } = configuration.clone();
        LambdaAttributes {
            role_arn: role_arn.into(),
            description: Some(description)
                .filter(|description| !description.is_empty())
                .into(),
            runtime: runtime.into(),
            memory_size: i64::from(memory_size).into(),
            timeout: i64::from(timeout).into(),
            log_format: log_format.into(),
            log_group: log_group.into(),
        }
    }

    /// The differences between these attributes and those `after`. A value that is not known yet
    /// counts as different.
    pub(super) fn differences(&self, after: &LambdaAttributes) -> Vec<Difference> {
        let LambdaAttributes {
            role_arn,
            description,
            runtime,
            memory_size,
            timeout,
            log_format,
            log_group,
        } = self;
        [
            difference("role_arn", role_arn, &after.role_arn, plain),
            difference("description", description, &after.description, quoted),
            difference("runtime", runtime, &after.runtime, plain),
            difference("memory_size", memory_size, &after.memory_size, plain),
            difference("timeout", timeout, &after.timeout, plain),
            difference("log_format", log_format, &after.log_format, plain),
            difference("log_group", log_group, &after.log_group, quoted),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The configuration that Lambda gets at apply.
    ///
    /// # Errors
    /// An attribute has no value, which is a bug.
    pub(super) fn configuration(&self) -> Result<FunctionConfiguration> {
        let LambdaAttributes {
            role_arn,
            description,
            runtime,
            memory_size,
            timeout,
            log_format,
            log_group,
        } = self;
        Ok(FunctionConfiguration {
            role_arn: value_at_apply("role_arn", role_arn)?.clone(),
            description: optional_at_apply("description", description)?
                .cloned()
                .unwrap_or_default(),
            runtime: value_at_apply("runtime", runtime)?.clone(),
            memory_size: number("memory_size", memory_size)?,
            timeout: number("timeout", timeout)?,
            log_format: value_at_apply("log_format", log_format)?.clone(),
            log_group: optional_at_apply("log_group", log_group)?.cloned(),
        })
    }
}

/// A number for Lambda. The schema has checked its limits, so it fits.
fn number(name: &str, attr: &Attr<i64>) -> std::result::Result<i32, Diagnostic> {
    i32::try_from(*value_at_apply(name, attr)?).map_err(|_| no_value(name))
}

fn difference<T: PartialEq>(
    attribute: &'static str,
    before: &Attr<T>,
    after: &Attr<T>,
    say: fn(&Attr<T>) -> String,
) -> Option<Difference> {
    (after.is_unknown() || before != after).then(|| Difference {
        attribute,
        before: say(before),
        after: say(after),
    })
}

fn plain<T: fmt::Display>(attr: &Attr<T>) -> String {
    attr.known().map(T::to_string).unwrap_or_default()
}

/// A string that may be empty.
fn quoted(attr: &Attr<String>) -> String {
    format!("\"{}\"", plain(attr))
}
