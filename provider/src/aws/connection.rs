//! The provider's connection to AWS: made when first needed, after a check of the account.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use tokio::sync::OnceCell;

use super::arn::US_EAST_1;
use super::clock::Clock;
use super::connection_settings::{ConnectionSettings, RetryMode};
use super::credentials;
use super::error::Error;
use super::http;
use super::user_agent::UserAgent;

const DEFAULT_ATTEMPTS: u32 = 8;
const MOST_BACKOFF: Duration = Duration::from_secs(20);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// The connection to AWS that functions and distributions share.
#[derive(Debug)]
pub(super) struct Connection {
    settings: ConnectionSettings,
    user_agent: UserAgent,
    clock: Clock,
    clients: OnceCell<Clients>,
}

#[derive(Debug)]
pub(super) struct Clients {
    pub(super) lambda: aws_sdk_lambda::Client,
    pub(super) cloudfront: aws_sdk_cloudfront::Client,
    pub(super) http: SharedHttpConnector,
    /// For clients of other regions.
    config: SdkConfig,
    account: Option<String>,
}

impl Clients {
    /// The account of the credentials. `None`: nobody has asked STS, or STS did not answer and the
    /// settings accept that.
    pub(super) fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }
}

impl Connection {
    /// Uses neither network nor files before the first call.
    pub(super) fn new(settings: ConnectionSettings, user_agent: UserAgent) -> Connection {
        Connection {
            settings,
            user_agent,
            clock: Clock::default(),
            clients: OnceCell::new(),
        }
    }

    /// The settings of the provider block.
    pub(super) fn settings(&self) -> &ConnectionSettings {
        &self.settings
    }

    /// AWS's time, in seconds since 1970.
    pub(super) fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Connects at once, through `http`, whatever proxy and certificates the settings have.
    #[cfg(test)]
    pub(super) async fn reach_through(&self, http: SharedHttpConnector) {
        let clients = self.connect_through(http).await.unwrap();
        self.clients.set(clients).unwrap();
    }

    /// The clients, after the check of the account. A failure is not remembered: the next call
    /// tries again.
    pub(super) async fn clients(&self) -> Result<&Clients, Error> {
        // Boxed: run once, its 30 KB would otherwise be part of every future that calls AWS.
        self.clients
            .get_or_try_init(|| Box::pin(self.connect()))
            .await
    }

    /// CloudWatch Logs in a region.
    pub(super) async fn logs_in(
        &self,
        region: &str,
    ) -> Result<aws_sdk_cloudwatchlogs::Client, Error> {
        let config = &self.clients().await?.config;
        let builder = aws_sdk_cloudwatchlogs::config::Builder::from(config)
            .region(Region::new(region.to_owned()))
            .interceptor(self.user_agent.clone());
        let config = match &self.settings.endpoints.logs {
            Some(url) => builder.endpoint_url(url).build(),
            None => builder.build(),
        };
        Ok(aws_sdk_cloudwatchlogs::Client::from_conf(config))
    }

    async fn connect(&self) -> Result<Clients, Error> {
        self.connect_through(http::connector(&self.settings)?).await
    }

    async fn connect_through(&self, http: SharedHttpConnector) -> Result<Clients, Error> {
        let config = self.load(http.clone()).await;
        let sts = self.sts(&config);
        let account = if self.settings.skip_requesting_account_id {
            None
        } else {
            match caller(&sts).await {
                Err(_) if is_optional(&self.settings) => None,
                asked => Some(asked?),
            }
        };
        if let Some(actual) = &account {
            check_lists(&self.settings, actual)?;
        }
        let endpoints = &self.settings.endpoints;
        let lambda = aws_sdk_lambda::config::Builder::from(&config)
            .interceptor(self.user_agent.clone())
            .interceptor(self.clock.clone());
        let cloudfront = aws_sdk_cloudfront::config::Builder::from(&config)
            .interceptor(self.user_agent.clone())
            .interceptor(self.clock.clone());
        Ok(Clients {
            lambda: aws_sdk_lambda::Client::from_conf(match &endpoints.lambda {
                Some(url) => lambda.endpoint_url(url).build(),
                None => lambda.build(),
            }),
            cloudfront: aws_sdk_cloudfront::Client::from_conf(match &endpoints.cloudfront {
                Some(url) => cloudfront.endpoint_url(url).build(),
                None => cloudfront.build(),
            }),
            http,
            config,
            account,
        })
    }

    async fn load(&self, http: SharedHttpConnector) -> SdkConfig {
        let client = http_client_fn(move |_, _| http.clone());
        // Pinned: an SDK upgrade must not change retries and time-outs by itself.
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .region(US_EAST_1)
            .http_client(client)
            .retry_config(retries(&self.settings))
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                    .build(),
            );
        if let Some(fips) = self.settings.use_fips_endpoint {
            loader = loader.use_fips(fips);
        }
        if let Some(profile) = &self.settings.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(files) = credentials::files(&self.settings) {
            loader = loader.profile_files(files);
        }
        let config = loader.load().await;
        let sts = self.sts_config(&config);
        match credentials::explicit(&self.settings, &sts).await {
            Some(provider) => config.into_builder().credentials_provider(provider).build(),
            None => config,
        }
    }

    fn sts(&self, config: &SdkConfig) -> aws_sdk_sts::Client {
        let config = self.sts_config(config);
        let builder =
            aws_sdk_sts::config::Builder::from(&config).interceptor(self.user_agent.clone());
        aws_sdk_sts::Client::from_conf(builder.build())
    }

    fn sts_config(&self, config: &SdkConfig) -> SdkConfig {
        let mut builder = config.clone().into_builder();
        if let Some(url) = &self.settings.endpoints.sts {
            builder = builder.endpoint_url(url);
        }
        if let Some(region) = &self.settings.sts_region {
            builder = builder.region(Region::new(region.clone()));
        }
        builder.build()
    }
}

/// Whether the provider works without an answer of STS.
fn is_optional(settings: &ConnectionSettings) -> bool {
    let lists =
        !settings.allowed_account_ids.is_empty() || !settings.forbidden_account_ids.is_empty();
    settings.skip_credentials_validation && !lists
}

fn retries(settings: &ConnectionSettings) -> RetryConfig {
    let attempts = settings
        .max_retries
        .map_or(DEFAULT_ATTEMPTS, |retries| retries.saturating_add(1));
    let mode = match settings.retry_mode {
        RetryMode::Standard => RetryConfig::standard(),
        RetryMode::Adaptive => RetryConfig::adaptive(),
    };
    mode.with_max_attempts(attempts)
        .with_max_backoff(MOST_BACKOFF)
}

async fn caller(sts: &aws_sdk_sts::Client) -> Result<String, Error> {
    const ACTION: &str = "sts:GetCallerIdentity";
    let answer = sts
        .get_caller_identity()
        .send()
        .await
        .map_err(|error| Error::of_call(ACTION, "the caller", &error))?;
    answer.account.ok_or_else(|| Error::Answer {
        action: ACTION,
        resource: "the caller".to_owned(),
        reason: "it has no account id".to_owned(),
    })
}

fn check_lists(settings: &ConnectionSettings, actual: &str) -> Result<(), Error> {
    let listed = |ids: &[String]| ids.iter().any(|id| id == actual);
    let expected =
        if !settings.allowed_account_ids.is_empty() && !listed(&settings.allowed_account_ids) {
            format!(
                "but `allowed_account_ids` lists only {}",
                settings.allowed_account_ids.join(", ")
            )
        } else if listed(&settings.forbidden_account_ids) {
            "which `forbidden_account_ids` lists".to_owned()
        } else {
            return Ok(());
        };
    Err(Error::WrongAccount {
        actual: actual.to_owned(),
        expected,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(allowed: &[&str], forbidden: &[&str]) -> ConnectionSettings {
        let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        ConnectionSettings {
            allowed_account_ids: owned(allowed),
            forbidden_account_ids: owned(forbidden),
            ..ConnectionSettings::default()
        }
    }

    #[test]
    fn only_the_accounts_that_the_lists_let_pass_are_used() {
        let account = "123456789012";
        assert!(check_lists(&lists(&[], &[]), account).is_ok());
        assert!(check_lists(&lists(&[account, "1"], &["2"]), account).is_ok());
        for refused in [
            lists(&["1"], &[]),
            lists(&[], &[account]),
            lists(&[account], &[account]),
        ] {
            assert!(
                matches!(
                    check_lists(&refused, account),
                    Err(Error::WrongAccount { .. })
                ),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn max_retries_counts_repetitions() {
        let with = |max_retries| {
            retries(&ConnectionSettings {
                max_retries,
                ..ConnectionSettings::default()
            })
            .max_attempts()
        };
        assert_eq!((with(None), with(Some(0)), with(Some(3))), (8, 1, 4));
    }
}
