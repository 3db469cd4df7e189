//! The life of the edge function in Lambda: made, configured, published, pruned, deleted.
//!
//! A function is known to CloudFront only by published versions, and a version is a snapshot of
//! code and configuration. So the order is always configuration, code, publish, with a wait for
//! Lambda between them.

mod configuration;
mod delete;
mod forbidden;
mod listing;
mod package;
mod prune;
mod publish;
mod snapshot;
mod tags;
mod wait;

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::types::{Architecture, FunctionCode, Runtime};

pub(crate) use self::configuration::FunctionConfiguration;
pub(crate) use self::delete::Deletion;
pub(crate) use self::package::Package;
pub(crate) use self::snapshot::Snapshot;
use super::arn::FunctionArn;
use super::connection::Connection;
use super::error::Error;
use super::ownership::{Lifecycle, Ownership};
use super::retry::Deadline;
use super::tags::Tags;
use super::version::Version;
use crate::bundle::Bundle;

/// `file.export` of the package, see [`crate::bundle`].
const HANDLER: &str = "index.handler";
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);

/// Lambda functions of the session's account.
#[derive(Clone, Debug)]
pub(crate) struct Functions {
    connection: Arc<Connection>,
}

/// A function as it stands: what the next publish would start from.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) arn: FunctionArn,
    /// `$LATEST`.
    pub(crate) latest: Snapshot,
    /// All tags, the provider's own included.
    pub(crate) tags: Tags,
}

impl Functions {
    pub(super) fn new(connection: Arc<Connection>) -> Functions {
        Functions { connection }
    }

    /// None: there is no such function in this account.
    pub(crate) async fn read(
        &self,
        name: &str,
        deadline: &Deadline,
    ) -> Result<Option<Function>, Error> {
        deadline
            .run(&format!("reading the function {name}"), self.look(name))
            .await?
    }

    /// None: there is no such version, or no such function.
    pub(crate) async fn read_version(
        &self,
        name: &str,
        version: Version,
        deadline: &Deadline,
    ) -> Result<Option<Snapshot>, Error> {
        let reading = async {
            let found = self.configuration(name, Some(version)).await?;
            found
                .map(|(_, configuration)| Snapshot::of(&configuration))
                .transpose()
        };
        deadline
            .run(&format!("reading version {version} of {name}"), reading)
            .await?
    }

    /// Makes the function, unpublished, marked as being created; `tags` are the user's. Waits until
    /// it can be changed.
    ///
    /// # Errors
    /// [`Error::FunctionExists`] unless the function that is there was left by a create of ours
    /// that did not finish.
    pub(crate) async fn create(
        &self,
        name: &str,
        configuration: &FunctionConfiguration,
        bundle: &Bundle,
        tags: &Tags,
        deadline: &Deadline,
    ) -> Result<Function, Error> {
        const ACTION: &str = "lambda:CreateFunction";
        let mut all_tags = tags.clone();
        all_tags.extend(Lifecycle::Creating.tags());
        let clients = self.connection.clients().await?;
        let attempt = || async {
            clients
                .lambda
                .create_function()
                .function_name(name)
                .role(&configuration.role_arn)
                .description(&configuration.description)
                .runtime(Runtime::from(configuration.runtime.as_str()))
                .architectures(Architecture::X8664)
                .handler(HANDLER)
                .memory_size(configuration.memory_size)
                .timeout(configuration.timeout)
                .logging_config(configuration.logging(name, None))
                .code(
                    FunctionCode::builder()
                        .zip_file(bundle.bytes().to_vec().into())
                        .build(),
                )
                .set_tags(Some(all_tags.clone().into_iter().collect()))
                .publish(false)
                .customize()
                .config_override(upload_override())
                .send()
                .await
                .map_err(|error| Error::of_call(ACTION, name, &error))
        };
        match wait::until_accepted("creating the function", deadline, attempt).await {
            Ok(_) => {}
            // An answer that got lost makes the SDK repeat the call, and the repetition meets the
            // function that the first call made.
            Err(error) if error.says("ResourceConflictException", "already exist") => {
                let found = self.read(name, deadline).await?;
                if found.is_none_or(|found| {
                    Ownership::of(&found.tags) != Ownership::Ours(Lifecycle::Creating)
                }) {
                    return Err(Error::FunctionExists {
                        name: name.to_owned(),
                    });
                }
            }
            Err(error) => return Err(error),
        }
        self.until_changeable(name, deadline).await?;
        self.read(name, deadline)
            .await?
            .ok_or_else(|| Error::FunctionGone {
                name: name.to_owned(),
            })
    }

    async fn look(&self, name: &str) -> Result<Option<Function>, Error> {
        let Some((arn, latest)) = self.configuration(name, None).await? else {
            return Ok(None);
        };
        self.with_tags(arn, &latest).await
    }

    /// None: the function is gone by now.
    async fn with_tags(
        &self,
        arn: FunctionArn,
        latest: &GetFunctionConfigurationOutput,
    ) -> Result<Option<Function>, Error> {
        let latest = Snapshot::of(latest)?;
        let tags = self.list_tags(&arn).await?;
        Ok(tags.map(|tags| Function { arn, latest, tags }))
    }
}

fn upload_override() -> aws_sdk_lambda::config::Builder {
    let timeouts = aws_config::timeout::TimeoutConfig::builder()
        .operation_attempt_timeout(UPLOAD_TIMEOUT)
        .build();
    aws_sdk_lambda::config::Config::builder().timeout_config(timeouts)
}
