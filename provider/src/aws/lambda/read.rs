//! Reads a function and its versions from Lambda, in as few calls as possible: a plan reads every
//! function of the configuration.

use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::types;

use super::functions::Functions;
use super::snapshot::Snapshot;
use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::aws::tags::Tags;
use crate::aws::version::Version;

/// A function with its unpublished configuration, from which the next publish starts.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) arn: FunctionArn,
    /// `$LATEST`.
    pub(crate) latest: Snapshot,
    /// All tags, the provider's own included.
    pub(crate) tags: Tags,
}

impl Functions {
    /// `None`: there is no such function in this account.
    pub(crate) async fn read(
        &self,
        name: &str,
        deadline: &Deadline,
    ) -> Result<Option<Function>, Error> {
        deadline
            .run(&format!("reading the function {name}"), self.look(name))
            .await?
    }

    /// `None`: there is no such version, or no such function.
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

    /// The function together with one published version of it: the list of versions has both,
    /// `$LATEST` first, so this is one call less than reading each. That matters with hundreds of
    /// functions. It also does without `GetFunction`, whose answer has a link to the package.
    ///
    /// Outer `None`: there is no such function. Inner `None`: it has no such version.
    pub(crate) async fn read_with_version(
        &self,
        name: &str,
        version: Version,
        deadline: &Deadline,
    ) -> Result<Option<(Function, Option<Snapshot>)>, Error> {
        deadline
            .run(
                &format!("reading the function {name}"),
                self.look_at(name, version),
            )
            .await?
    }

    async fn look_at(
        &self,
        name: &str,
        version: Version,
    ) -> Result<Option<(Function, Option<Snapshot>)>, Error> {
        const ACTION: &str = "lambda:ListVersionsByFunction";
        let lambda = &self.connection.clients().await?.lambda;
        let page = lambda
            .list_versions_by_function()
            .function_name(name)
            .send()
            .await;
        let Some(page) = Error::unless_absent(
            page,
            |error| error.is_resource_not_found_exception(),
            ACTION,
            name,
        )?
        else {
            return Ok(None);
        };
        let is_whole = page.next_marker().is_none();
        let listed = page.versions.unwrap_or_default();
        let find = |wanted: &str| {
            let found = listed
                .iter()
                .find(|listed| listed.version() == Some(wanted));
            found.cloned().map(described)
        };
        let odd = |reason: String| Error::Answer {
            action: ACTION,
            resource: name.to_owned(),
            reason,
        };
        let latest = find("$LATEST").ok_or_else(|| odd("it has no $LATEST".to_owned()))?;
        let arn: FunctionArn = latest
            .function_arn()
            .unwrap_or_default()
            .parse()
            .map_err(|error| odd(format!("{error}")))?;
        let published = match find(&version.to_string()) {
            Some(published) => Some(published),
            None if is_whole => None,
            // The function has more versions than one page.
            None => self
                .configuration(name, Some(version))
                .await?
                .map(|(_, published)| published),
        };
        let published = published
            .map(|published| Snapshot::of(&published))
            .transpose()?;
        let function = self.with_tags(arn, &latest).await?;
        Ok(function.map(|function| (function, published)))
    }

    async fn look(&self, name: &str) -> Result<Option<Function>, Error> {
        let Some((arn, latest)) = self.configuration(name, None).await? else {
            return Ok(None);
        };
        self.with_tags(arn, &latest).await
    }

    /// `None`: the function has been deleted meanwhile.
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

/// The SDK has two types of the same fields.
fn described(listed: types::FunctionConfiguration) -> GetFunctionConfigurationOutput {
    GetFunctionConfigurationOutput::builder()
        .set_function_name(listed.function_name)
        .set_function_arn(listed.function_arn)
        .set_version(listed.version)
        .set_role(listed.role)
        .set_description(listed.description)
        .set_runtime(listed.runtime)
        .set_memory_size(listed.memory_size)
        .set_timeout(listed.timeout)
        .set_code_sha256(listed.code_sha256)
        .code_size(listed.code_size)
        .set_handler(listed.handler)
        .set_architectures(listed.architectures)
        .set_environment(listed.environment)
        .set_layers(listed.layers)
        .set_vpc_config(listed.vpc_config)
        .set_dead_letter_config(listed.dead_letter_config)
        .set_tracing_config(listed.tracing_config)
        .set_ephemeral_storage(listed.ephemeral_storage)
        .set_file_system_configs(listed.file_system_configs)
        .set_kms_key_arn(listed.kms_key_arn)
        .set_logging_config(listed.logging_config)
        .set_state(listed.state)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::lambda::FunctionConfiguration;
    use crate::aws::log_format::LogFormat;
    use crate::aws::runtime::Runtime;

    #[test]
    fn a_list_of_versions_says_as_much_of_the_function_as_a_single_answer() {
        let logging = types::LoggingConfig::builder()
            .log_format(types::LogFormat::Json)
            .log_group("/shop/edge");
        let listed = types::FunctionConfiguration::builder()
            .function_name("netacea-shop")
            .role("arn:aws:iam::123456789012:role/edge")
            .description("protects the shop")
            .runtime(types::Runtime::Nodejs22x)
            .memory_size(256)
            .timeout(7)
            .logging_config(logging.build())
            .build();
        let everything = FunctionConfiguration {
            role_arn: "arn:aws:iam::123456789012:role/edge".to_owned(),
            description: "protects the shop".to_owned(),
            runtime: Runtime::NodeJs(22),
            memory_size: 256,
            timeout: 7,
            log_format: LogFormat::Json,
            log_group: Some("/shop/edge".to_owned()),
        };
        let read = FunctionConfiguration::of(&described(listed)).expect("all that is required");
        assert_eq!(read, everything);
    }
}
