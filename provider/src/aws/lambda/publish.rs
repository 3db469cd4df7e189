//! Publishes a version: configuration, code, publish. Each step runs only if `$LATEST` differs, and
//! all of them again if another writer changes the function in between.

use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::types::{Architecture, LastUpdateStatus};

use super::configuration::FunctionConfiguration;
use super::forbidden::cleared;
use super::functions::{Functions, HANDLER, upload_override};
use super::snapshot::Snapshot;
use super::wait;
use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::aws::version::Version;
use crate::bundle::Package;

/// The number of attempts if another writer changes the function between our read and our write.
const ROUNDS: u32 = 5;

impl Functions {
    /// Publishes a version with this configuration and package and waits until it can be
    /// associated.
    ///
    /// Configuration first: a version freezes what `$LATEST` has. Steps that `$LATEST` already
    /// satisfies are left out, and Lambda itself makes no second version of unchanged code and
    /// configuration, so a repetition after a failure publishes once.
    pub(crate) async fn publish(
        &self,
        name: &str,
        configuration: &FunctionConfiguration,
        package: &Package,
        deadline: &Deadline,
    ) -> Result<QualifiedArn, Error> {
        let mut round = 1;
        let (arn, version) = loop {
            match self
                .publish_once(name, configuration, package, deadline)
                .await
            {
                Err(error) if round < ROUNDS && is_stale(&error) => round += 1,
                published => break published?,
            }
        };
        self.until_active(name, version, deadline).await?;
        Ok(arn.qualified(version))
    }

    async fn publish_once(
        &self,
        name: &str,
        configuration: &FunctionConfiguration,
        package: &Package,
        deadline: &Deadline,
    ) -> Result<(FunctionArn, Version), Error> {
        let mut latest = self.until_changeable(name, deadline).await?;
        let settings = Snapshot::of(&latest)?;
        // After a failed update, what Lambda reports is not what runs.
        let failed = latest.last_update_status() == Some(&LastUpdateStatus::Failed);
        if failed
            || settings.configuration != *configuration
            || settings.handler != HANDLER
            || !settings.forbidden.is_empty()
        {
            self.update_configuration(name, configuration, &latest, deadline)
                .await?;
            latest = self.until_changeable(name, deadline).await?;
        }
        if failed
            || settings.code_sha256 != package.code_sha256()
            || settings.architecture != Architecture::X8664.as_str()
        {
            self.update_code(name, package, &latest, deadline).await?;
            latest = self.until_changeable(name, deadline).await?;
        }
        if latest.last_update_status() == Some(&LastUpdateStatus::Failed) {
            return Err(Error::FunctionFailed {
                function: name.to_owned(),
                state: "LastUpdateStatus Failed".to_owned(),
                reason: latest
                    .last_update_status_reason()
                    .unwrap_or("no reason given")
                    .to_owned(),
            });
        }
        self.publish_version(name, package, &latest, deadline).await
    }

    async fn update_configuration(
        &self,
        name: &str,
        configuration: &FunctionConfiguration,
        latest: &GetFunctionConfigurationOutput,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        const ACTION: &str = "lambda:UpdateFunctionConfiguration";
        let clients = self.connection.clients().await?;
        let current_group = latest
            .logging_config()
            .and_then(|logging| logging.log_group());
        let attempt = || async {
            let request = cleared(clients.lambda.update_function_configuration(), latest);
            configuration
                .updated(request, name, current_group)
                .function_name(name)
                .handler(HANDLER)
                .set_revision_id(latest.revision_id().map(str::to_owned))
                .send()
                .await
                .map_err(|error| Error::of_call(ACTION, name, &error))
        };
        wait::until_accepted("updating the function's configuration", deadline, attempt)
            .await
            .map(drop)
    }

    async fn update_code(
        &self,
        name: &str,
        package: &Package,
        latest: &GetFunctionConfigurationOutput,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        const ACTION: &str = "lambda:UpdateFunctionCode";
        let clients = self.connection.clients().await?;
        let attempt = || async {
            clients
                .lambda
                .update_function_code()
                .function_name(name)
                .zip_file(package.bytes().to_vec().into())
                .architectures(Architecture::X8664)
                .publish(false)
                .set_revision_id(latest.revision_id().map(str::to_owned))
                .customize()
                .config_override(upload_override())
                .send()
                .await
                .map_err(|error| Error::of_call(ACTION, name, &error))
        };
        wait::until_accepted("updating the function's code", deadline, attempt)
            .await
            .map(drop)
    }

    /// Publishes a version. The code hash makes sure that it holds our package and nobody else's.
    async fn publish_version(
        &self,
        name: &str,
        package: &Package,
        latest: &GetFunctionConfigurationOutput,
        deadline: &Deadline,
    ) -> Result<(FunctionArn, Version), Error> {
        const ACTION: &str = "lambda:PublishVersion";
        let clients = self.connection.clients().await?;
        let attempt = || async {
            clients
                .lambda
                .publish_version()
                .function_name(name)
                .code_sha256(package.code_sha256())
                .set_revision_id(latest.revision_id().map(str::to_owned))
                .send()
                .await
                .map_err(|error| Error::of_call(ACTION, name, &error))
        };
        let published = wait::until_accepted("publishing a version", deadline, attempt).await?;
        let odd = |reason: String| Error::Answer {
            action: ACTION,
            resource: name.to_owned(),
            reason,
        };
        let arn = published
            .function_arn()
            .unwrap_or_default()
            .parse()
            .map_err(|error| odd(format!("{error}")))?;
        let version = published
            .version()
            .unwrap_or_default()
            .parse()
            .map_err(|error| odd(format!("{error}")))?;
        if published.code_sha256() != Some(package.code_sha256()) {
            return Err(odd(
                "the published version has a different package".to_owned()
            ));
        }
        Ok((arn, version))
    }
}

/// `RevisionId` or `CodeSha256` no longer fits: somebody else wrote to the function, or our own
/// repeated call did.
fn is_stale(error: &Error) -> bool {
    error.code() == Some("PreconditionFailedException")
        || error.says("InvalidParameterValueException", "CodeSHA256")
        || error.says("InvalidParameterValueException", "CodeSha256")
}
