//! The provider: its block, its client, its resources.

mod account_id;
mod client;
mod configuration;

use secrecy::SecretString;
use tfplugin::{
    Attr, Configure, Diagnostic, Diagnostics, Path, Provider, Registry, Result, Schema, Sensitive,
};

use crate::association::Association;
use crate::aws::session::Session;
use crate::aws::settings::{AssumeRole, Endpoints, Settings};
use crate::integration::Integration;
use configuration::Configuration;

pub(crate) use account_id::is_account_id;
pub(crate) use client::Client;

/// The netacea provider.
#[derive(Debug)]
pub(crate) struct Netacea;

impl Provider for Netacea {
    type Configuration = Configuration;
    type Client = Client;

    const NAME: &'static str = "netacea";

    fn schema(&self) -> Schema<Configuration> {
        Schema::of::<Configuration>().describe(
            "Puts Netacea's bot protection on CloudFront distributions. Credentials come from the \
             same places as those of the aws provider. There is no region: Lambda@Edge functions \
             live in us-east-1.",
        )
    }

    fn validate(&self, configuration: &Configuration, diagnostics: &mut Diagnostics) {
        if configuration.access_key.is_null() != configuration.secret_key.is_null() {
            let missing = if configuration.access_key.is_null() {
                "access_key"
            } else {
                "secret_key"
            };
            diagnostics.push(
                Diagnostic::error("Half of a key pair")
                    .detail(format!(
                        "`access_key` and `secret_key` belong together. Set `{missing}` too, or \
                         neither."
                    ))
                    .at(Path::root(missing)),
            );
        }
    }

    async fn configure(
        &self,
        call: &mut Configure,
        configuration: Configuration,
    ) -> Result<Client> {
        let default_tags = match &configuration.default_tags {
            Attr::Null => Attr::Null,
            Attr::Unknown => Attr::Unknown,
            Attr::Known(block) => block.tags.clone(),
        };
        let settings = settings(configuration)?;
        Ok(Client::new(
            Session::new(settings, &call.terraform_version),
            default_tags,
        ))
    }

    fn register(&self, registry: &mut Registry<Client>) {
        registry.resource(Integration);
        registry.resource(Association);
    }
}

/// How to reach AWS. Nothing of this may be unknown: with the wrong credentials everything would
/// look gone.
fn settings(configuration: Configuration) -> Result<Settings> {
    let mut unknown = Diagnostics::new();
    let mut settings = Settings {
        profile: known("profile", configuration.profile, &mut unknown),
        access_key: known("access_key", configuration.access_key, &mut unknown),
        secret_key: known("secret_key", configuration.secret_key, &mut unknown).map(secret),
        token: known("token", configuration.token, &mut unknown).map(secret),
        allowed_account_ids: known(
            "allowed_account_ids",
            configuration.allowed_account_ids,
            &mut unknown,
        )
        .map(|ids| ids.into_iter().collect())
        .unwrap_or_default(),
        // The schema has checked the range.
        max_retries: known("max_retries", configuration.max_retries, &mut unknown)
            .and_then(|retries| u32::try_from(retries).ok()),
        skip_credentials_validation: flag(
            "skip_credentials_validation",
            configuration.skip_credentials_validation,
            &mut unknown,
        ),
        skip_requesting_account_id: flag(
            "skip_requesting_account_id",
            configuration.skip_requesting_account_id,
            &mut unknown,
        ),
        skip_metadata_api_check: flag(
            "skip_metadata_api_check",
            configuration.skip_metadata_api_check,
            &mut unknown,
        ),
        ..Settings::default()
    };
    for role in configuration.assume_role {
        settings.assume_role.push(AssumeRole {
            role_arn: known("assume_role", role.role_arn, &mut unknown).unwrap_or_default(),
            session_name: known("assume_role", role.session_name, &mut unknown),
            external_id: known("assume_role", role.external_id, &mut unknown),
            duration: known("assume_role", role.duration, &mut unknown)
                .map(|duration| duration.duration()),
            policy: None,
        });
    }
    if let Some(endpoints) = known("endpoints", configuration.endpoints, &mut unknown) {
        settings.endpoints = Endpoints {
            lambda: known("endpoints", endpoints.lambda, &mut unknown),
            cloudfront: known("endpoints", endpoints.cloudfront, &mut unknown),
            sts: known("endpoints", endpoints.sts, &mut unknown),
        };
    }
    if unknown.has_errors() {
        Err(unknown)
    } else {
        Ok(settings)
    }
}

fn known<T>(name: &'static str, attr: Attr<T>, unknown: &mut Diagnostics) -> Option<T> {
    if attr.is_unknown() {
        unknown.push(
            Diagnostic::error(format!("`{name}` of the provider is not known yet"))
                .detail(
                    "It comes from a resource that is not applied yet, and without it the \
                     provider cannot tell whose AWS account to look into. Apply that resource \
                     first (`terraform apply -target=…`), or set the value by a variable.",
                )
                .at(Path::root(name)),
        );
    }
    attr.into_known()
}

fn flag(name: &'static str, attr: Attr<bool>, unknown: &mut Diagnostics) -> bool {
    known(name, attr, unknown).unwrap_or(false)
}

fn secret(value: Sensitive<String>) -> SecretString {
    value.expose().clone().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_that_are_not_known_yet_are_refused() {
        let configuration = Configuration {
            profile: Attr::Unknown,
            ..Configuration::default()
        };
        let diagnostics = settings(configuration).unwrap_err();
        assert_eq!(
            diagnostics.iter().next().and_then(Diagnostic::path),
            Some(&Path::root("profile"))
        );
    }

    #[test]
    fn half_a_key_pair_is_refused() {
        let configuration = Configuration {
            access_key: "AKIA".into(),
            ..Configuration::default()
        };
        let mut diagnostics = Diagnostics::new();
        Netacea.validate(&configuration, &mut diagnostics);
        assert_eq!(
            diagnostics.iter().next().and_then(Diagnostic::path),
            Some(&Path::root("secret_key"))
        );
    }
}
