//! AWS as one provider block reaches it: Lambda's functions and CloudFront's distributions over one
//! connection, and the check of the account.

use std::sync::Arc;

#[cfg(test)]
use aws_smithy_runtime_api::client::http::SharedHttpConnector;

use super::arn::FunctionArn;
use super::connection::Connection;
use super::connection_settings::ConnectionSettings;
use super::distribution::Distributions;
use super::error::Error;
use super::lambda::Functions;
use super::log_groups::LogGroups;
use super::retry::Deadline;
use super::user_agent::UserAgent;

/// AWS as one provider block reaches it.
#[derive(Debug)]
pub(crate) struct AwsSession {
    connection: Arc<Connection>,
    functions: Functions,
    distributions: Distributions,
}

impl AwsSession {
    /// Uses neither network nor files before the first call.
    pub(crate) fn new(settings: ConnectionSettings, terraform_version: &str) -> AwsSession {
        let user_agent = UserAgent::new(
            terraform_version,
            std::env::var("TF_APPEND_USER_AGENT").ok().as_deref(),
        );
        let connection = Arc::new(Connection::new(settings, user_agent));
        let functions = Functions::new(Arc::clone(&connection));
        let distributions = Distributions::new(Arc::clone(&connection), functions.clone());
        AwsSession {
            connection,
            functions,
            distributions,
        }
    }

    pub(crate) fn functions(&self) -> &Functions {
        &self.functions
    }

    pub(crate) fn distributions(&self) -> &Distributions {
        &self.distributions
    }

    pub(crate) fn log_groups(&self) -> LogGroups {
        LogGroups::new(Arc::clone(&self.connection))
    }

    /// How the user reaches the network.
    pub(super) fn settings(&self) -> &ConnectionSettings {
        self.connection.settings()
    }

    #[cfg(all(test, unix))]
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// One that reaches an AWS in memory through `http`.
    #[cfg(test)]
    pub(crate) async fn through(http: SharedHttpConnector) -> AwsSession {
        let settings = ConnectionSettings {
            access_key: Some("test".to_owned()),
            secret_key: Some("test".into()),
            skip_requesting_account_id: true,
            skip_metadata_api_check: true,
            ..ConnectionSettings::default()
        };
        let session = AwsSession::new(settings, "1.11.4");
        session.connection.reach_through(http).await;
        session
    }

    /// A new session over the same connection: what a run of the provider notes about its own calls
    /// begins again.
    #[cfg(test)]
    pub(crate) fn afresh(&self) -> AwsSession {
        let functions = Functions::new(Arc::clone(&self.connection));
        AwsSession {
            connection: Arc::clone(&self.connection),
            distributions: Distributions::new(Arc::clone(&self.connection), functions.clone()),
            functions,
        }
    }

    /// The account of the credentials. `None` if the settings say not to ask STS, or to go on
    /// without its answer.
    pub(crate) async fn account(&self, deadline: &Deadline) -> Result<Option<String>, Error> {
        let clients = deadline.run("asking STS for the account", self.connection.clients());
        Ok(clients.await??.account().map(str::to_owned))
    }

    /// Refuses credentials of another account than the recorded function's: there, everything would
    /// look deleted.
    pub(crate) async fn check_account(
        &self,
        recorded: &FunctionArn,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        match self.account(deadline).await? {
            Some(actual) if actual != recorded.account_id => {
                let expected = format!(
                    "but the state records {recorded} in account {}",
                    recorded.account_id
                );
                Err(Error::WrongAccount { actual, expected })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;

    fn deadline() -> Deadline {
        Deadline::after(Duration::from_secs(60), CancellationToken::new())
    }

    #[tokio::test]
    async fn a_profile_that_does_not_exist_is_reported_as_missing_credentials() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config").to_string_lossy().into_owned();
        std::fs::write(&file, "").unwrap();
        let settings = ConnectionSettings {
            profile: Some("edge-prod".to_owned()),
            shared_config_files: vec![file.clone()],
            shared_credentials_files: vec![file],
            ..ConnectionSettings::default()
        };
        let error = AwsSession::new(settings, "1.11.4")
            .account(&deadline())
            .await
            .unwrap_err();
        assert!(matches!(error, Error::MissingCredentials { .. }), "{error}");
        assert!(error.to_string().contains("edge-prod"), "{error}");
    }

    #[tokio::test]
    async fn an_unreadable_ca_bundle_names_its_setting() {
        let settings = ConnectionSettings {
            custom_ca_bundle: Some("/does/not/exist.pem".to_owned()),
            ..ConnectionSettings::default()
        };
        let error = AwsSession::new(settings, "1.11.4")
            .account(&deadline())
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                Error::Setting {
                    setting: "custom_ca_bundle",
                    ..
                }
            ),
            "{error}"
        );
    }
}
