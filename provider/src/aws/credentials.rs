//! Who we are: static keys, a web identity, a profile or the usual chain, and then the chain of
//! roles.

use aws_config::SdkConfig;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use secrecy::{ExposeSecret, SecretString};

use super::arn::US_EAST_1;
use super::connection_settings::{AssumeRole, ConnectionSettings, WebIdentity};

const SOURCE: &str = "provider \"netacea\" block";
const SESSION_NAME: &str = "terraform-provider-netacea";

/// The credentials that the settings name. `None`: the SDK's own default chain. `sts` is a
/// configuration whose calls go to the security token service.
pub(super) async fn explicit(
    settings: &ConnectionSettings,
    sts: &SdkConfig,
) -> Option<SharedCredentialsProvider> {
    let mut provider = base(settings, sts);
    for role in &settings.assume_role {
        provider = Some(assumed(role, provider, sts).await);
    }
    provider
}

/// The files of the provider block in place of the usual ones.
pub(super) fn files(settings: &ConnectionSettings) -> Option<EnvConfigFiles> {
    if settings.shared_config_files.is_empty() && settings.shared_credentials_files.is_empty() {
        return None;
    }
    let mut files = EnvConfigFiles::builder();
    for (kind, given) in [
        (EnvConfigFileKind::Config, &settings.shared_config_files),
        (
            EnvConfigFileKind::Credentials,
            &settings.shared_credentials_files,
        ),
    ] {
        if given.is_empty() {
            files = match kind {
                EnvConfigFileKind::Config => files.include_default_config_file(true),
                EnvConfigFileKind::Credentials => files.include_default_credentials_file(true),
            };
        }
        for file in given {
            files = files.with_file(kind, file);
        }
    }
    Some(files.build())
}

fn base(settings: &ConnectionSettings, sts: &SdkConfig) -> Option<SharedCredentialsProvider> {
    if let (Some(access_key), Some(secret_key)) = (&settings.access_key, &settings.secret_key) {
        let token = settings
            .token
            .as_ref()
            .map(|token| token.expose_secret().to_owned());
        let keys = Credentials::new(access_key, secret_key.expose_secret(), token, None, SOURCE);
        return Some(SharedCredentialsProvider::new(keys));
    }
    if let Some(identity) = &settings.assume_role_with_web_identity {
        return Some(SharedCredentialsProvider::new(IdentityToken::new(
            identity.clone(),
            sts,
        )));
    }
    if let Some(name) = &settings.profile {
        let name = name.clone();
        let provider = profile(settings, sts);
        return Some(SharedCredentialsProvider::new(NamedProfile {
            name,
            provider,
        }));
    }
    if settings.skip_metadata_api_check {
        return Some(SharedCredentialsProvider::new(without_instance_metadata(
            settings, sts,
        )));
    }
    None
}

async fn assumed(
    role: &AssumeRole,
    base: Option<SharedCredentialsProvider>,
    sts: &SdkConfig,
) -> SharedCredentialsProvider {
    let mut builder = AssumeRoleProvider::builder(&role.role_arn)
        .configure(sts)
        .region(sts.region().cloned().unwrap_or(US_EAST_1))
        .session_name(role.session_name.as_deref().unwrap_or(SESSION_NAME));
    if let Some(external_id) = &role.external_id {
        builder = builder.external_id(external_id);
    }
    if let Some(duration) = role.duration {
        builder = builder.session_length(duration);
    }
    if let Some(policy) = &role.policy {
        builder = builder.policy(policy);
    }
    SharedCredentialsProvider::new(match base {
        Some(base) => builder.build_from_provider(base).await,
        None => builder.build().await,
    })
}

fn profile(settings: &ConnectionSettings, sts: &SdkConfig) -> ProfileFileCredentialsProvider {
    let mut builder = ProfileFileCredentialsProvider::builder().configure(&provider_config(sts));
    if let Some(profile) = &settings.profile {
        builder = builder.profile_name(profile);
    }
    if let Some(files) = files(settings) {
        builder = builder.profile_files(files);
    }
    builder.build()
}

/// The SDK's default chain without its last link, which makes a machine outside EC2 wait.
fn without_instance_metadata(
    settings: &ConnectionSettings,
    sts: &SdkConfig,
) -> CredentialsProviderChain {
    let config = provider_config(sts);
    CredentialsProviderChain::first_try(
        "Environment",
        EnvironmentVariableCredentialsProvider::new(),
    )
    .or_else("Profile", profile(settings, sts))
    .or_else(
        "WebIdentityToken",
        WebIdentityTokenCredentialsProvider::builder()
            .configure(&config)
            .build(),
    )
    .or_else(
        "EcsContainer",
        EcsCredentialsProvider::builder().configure(&config).build(),
    )
}

fn provider_config(sts: &SdkConfig) -> ProviderConfig {
    let config = ProviderConfig::without_region()
        .with_region(Some(US_EAST_1))
        .with_behavior_version(sts.behavior_version());
    match sts.http_client() {
        Some(client) => config.with_http_client(client),
        None => config,
    }
}

/// The profile of the provider block. The SDK's own message for one that does not exist does not
/// name it.
#[derive(Debug)]
struct NamedProfile {
    name: String,
    provider: ProfileFileCredentialsProvider,
}

impl ProvideCredentials for NamedProfile {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let answer = self.provider.provide_credentials().await;
            answer.map_err(|error| match error {
                CredentialsError::CredentialsNotLoaded(_) => CredentialsError::not_loaded(format!(
                    "the shared files have no credentials for profile \"{}\"",
                    self.name
                )),
                other => other,
            })
        })
    }
}

/// A role assumed with an identity provider's token, given in the provider block or in a file that
/// may be renewed meanwhile.
#[derive(Debug)]
struct IdentityToken {
    identity: WebIdentity,
    sts: aws_sdk_sts::Client,
}

impl IdentityToken {
    fn new(identity: WebIdentity, sts: &SdkConfig) -> IdentityToken {
        IdentityToken {
            identity,
            sts: aws_sdk_sts::Client::new(sts),
        }
    }

    async fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let answer = self
            .sts
            .assume_role_with_web_identity()
            .role_arn(&self.identity.role_arn)
            .role_session_name(
                self.identity
                    .session_name
                    .as_deref()
                    .unwrap_or(SESSION_NAME),
            )
            .set_duration_seconds(
                self.identity
                    .duration
                    .and_then(|duration| duration.as_secs().try_into().ok()),
            )
            .set_policy(self.identity.policy.clone())
            .web_identity_token(self.token().await?.expose_secret())
            .send()
            .await
            .map_err(CredentialsError::provider_error)?;
        let keys = answer.credentials.ok_or_else(|| {
            CredentialsError::unhandled("the answer of STS contains no credentials")
        })?;
        let expires = keys
            .expiration
            .try_into()
            .map_err(CredentialsError::unhandled)?;
        Ok(Credentials::new(
            keys.access_key_id,
            keys.secret_access_key,
            Some(keys.session_token),
            Some(expires),
            SOURCE,
        ))
    }

    async fn token(&self) -> Result<SecretString, CredentialsError> {
        match (&self.identity.token, &self.identity.token_file) {
            (Some(token), _) => Ok(token.clone()),
            (None, Some(file)) => {
                let token = tokio::fs::read_to_string(file).await.map_err(|error| {
                    CredentialsError::invalid_configuration(format!(
                        "`web_identity_token_file` {file}: {error}"
                    ))
                })?;
                Ok(token.trim().into())
            }
            (None, None) => Err(CredentialsError::invalid_configuration(
                "`assume_role_with_web_identity` needs `web_identity_token` or \
                 `web_identity_token_file`",
            )),
        }
    }
}

impl ProvideCredentials for IdentityToken {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}
