//! The `provider "netacea"` block.

mod endpoints;
mod roles;
mod tags;

use std::collections::BTreeSet;

use tfplugin::{Attr, Model, Object, Sensitive};

use crate::aws::connection_settings::RetryMode;
use crate::aws::identifiers::is_account_id;

pub(super) use endpoints::EndpointsBlock;
pub(super) use roles::{AssumeRoleBlock, WebIdentityBlock};
pub(super) use tags::{DefaultTagsBlock, IgnoreTagsBlock};

/// What a user may write in the provider block. Everything is optional.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ProviderBlock {
    /// Named profile of the shared AWS configuration files.
    pub(crate) profile: Attr<String>,
    /// Files to read instead of `~/.aws/config`.
    pub(crate) shared_config_files: Attr<Vec<String>>,
    /// Files to read instead of `~/.aws/credentials`.
    pub(crate) shared_credentials_files: Attr<Vec<String>>,
    /// Static access key id.
    pub(crate) access_key: Attr<String>,
    /// Static secret access key.
    pub(crate) secret_key: Attr<Sensitive<String>>,
    /// Session token that belongs to the static keys.
    pub(crate) token: Attr<Sensitive<String>>,
    /// Accounts the provider may work in.
    pub(crate) allowed_account_ids: Attr<BTreeSet<String>>,
    /// Accounts the provider must not work in.
    pub(crate) forbidden_account_ids: Attr<BTreeSet<String>>,
    /// Repetitions per AWS call.
    pub(crate) max_retries: Attr<i64>,
    /// How repetitions are spaced.
    pub(crate) retry_mode: Attr<String>,
    /// Region whose STS answers.
    pub(crate) sts_region: Attr<String>,
    /// Call the FIPS endpoints.
    pub(crate) use_fips_endpoint: Attr<bool>,
    /// File with further certificate authorities.
    pub(crate) custom_ca_bundle: Attr<String>,
    /// Proxy for every call.
    pub(crate) http_proxy: Attr<String>,
    /// Proxy for calls over TLS.
    pub(crate) https_proxy: Attr<String>,
    /// Hosts that need no proxy.
    pub(crate) no_proxy: Attr<String>,
    /// Leave out the call that checks the credentials.
    pub(crate) skip_credentials_validation: Attr<bool>,
    /// Leave out the call that asks for the account id.
    pub(crate) skip_requesting_account_id: Attr<bool>,
    /// Never ask the instance metadata service for credentials.
    pub(crate) skip_metadata_api_check: Attr<bool>,
    /// Roles to assume, one after the other.
    pub(crate) assume_role: Vec<AssumeRoleBlock>,
    /// Role to assume with an identity provider's token.
    pub(crate) assume_role_with_web_identity: Attr<WebIdentityBlock>,
    /// Tags for everything the provider creates.
    pub(crate) default_tags: Attr<DefaultTagsBlock>,
    /// Tags that are somebody else's.
    pub(crate) ignore_tags: Attr<IgnoreTagsBlock>,
    /// Other addresses of AWS services.
    pub(crate) endpoints: Attr<EndpointsBlock>,
}

impl Model for ProviderBlock {
    fn declare(object: &mut Object<Self>) {
        credentials(object);
        accounts(object);
        requests(object);
        network(object);
        tags(object);
    }
}

fn credentials(object: &mut Object<ProviderBlock>) {
    object
        .attribute("profile", |m| &mut m.profile)
        .optional()
        .describe(
            "Profile in the shared AWS configuration files whose credentials are used. Also read \
             from `AWS_PROFILE`.",
        );
    object
        .attribute("shared_config_files", |m| &mut m.shared_config_files)
        .optional()
        .check(files)
        .describe(
            "Shared configuration files; an earlier file takes precedence over a later one. \
             Default `~/.aws/config`; also read from `AWS_CONFIG_FILE`.",
        );
    object
        .attribute("shared_credentials_files", |m| {
            &mut m.shared_credentials_files
        })
        .optional()
        .check(files)
        .describe(
            "Shared credentials files; an earlier file takes precedence over a later one. Default \
             `~/.aws/credentials`; also read from `AWS_SHARED_CREDENTIALS_FILE`.",
        );
    object
        .attribute("access_key", |m| &mut m.access_key)
        .optional()
        .describe(
            "AWS access key id. Also read from `AWS_ACCESS_KEY_ID`. Prefer a profile or a role.",
        );
    object
        .attribute("secret_key", |m| &mut m.secret_key)
        .optional()
        .sensitive()
        .describe(
            "AWS secret access key that belongs to `access_key`. Also read from \
             `AWS_SECRET_ACCESS_KEY`.",
        );
    object
        .attribute("token", |m| &mut m.token)
        .optional()
        .sensitive()
        .describe("Session token of temporary keys. Also read from `AWS_SESSION_TOKEN`.");
    object
        .attribute("skip_metadata_api_check", |m| {
            &mut m.skip_metadata_api_check
        })
        .optional()
        .describe("Do not ask the EC2 instance metadata service for credentials.");
    object
        .block_list("assume_role", |m| &mut m.assume_role)
        .describe(
            "Role to assume before calling AWS. Several blocks form a chain: each role is assumed \
             with the credentials of the one before.",
        );
    object
        .block("assume_role_with_web_identity", |m| {
            &mut m.assume_role_with_web_identity
        })
        .describe(
            "Role to assume with a token from an identity provider, for example that of a build \
             service. The roles of `assume_role` are assumed after it.",
        );
}

fn accounts(object: &mut Object<ProviderBlock>) {
    object
        .attribute("allowed_account_ids", |m| &mut m.allowed_account_ids)
        .optional()
        .check(account_ids)
        .describe(
            "AWS accounts that the provider may work in. With credentials of any other account, \
             it reads and writes nothing.",
        );
    object
        .attribute("forbidden_account_ids", |m| &mut m.forbidden_account_ids)
        .optional()
        .check(account_ids)
        .describe(
            "AWS accounts that the provider must not work in. With credentials of one of them, it \
             reads and writes nothing.",
        );
    object
        .attribute("skip_credentials_validation", |m| {
            &mut m.skip_credentials_validation
        })
        .optional()
        .describe(
            "Continue if STS does not know the credentials. This is for local emulators of AWS. \
             If STS names the account, the provider still compares it with the one in the state. \
             `allowed_account_ids` and `forbidden_account_ids` need an answer from STS in any case.",
        );
    object
        .attribute("skip_requesting_account_id", |m| {
            &mut m.skip_requesting_account_id
        })
        .optional()
        .describe(
            "Do not ask STS which account the credentials belong to. This cannot be combined with \
             `allowed_account_ids` and `forbidden_account_ids`.",
        );
}

fn requests(object: &mut Object<ProviderBlock>) {
    object
        .attribute("max_retries", |m| &mut m.max_retries)
        .optional()
        .check(|retries| match retries {
            0..=50 => Ok(()),
            _ => Err("Use a number of retries from 0 to 50.".to_owned()),
        })
        .describe("How many times a failed AWS call is repeated. Default 7.");
    object
        .attribute("retry_mode", |m| &mut m.retry_mode)
        .optional()
        .check(|mode| {
            mode.parse::<RetryMode>()
                .map(drop)
                .map_err(|error| error.to_string())
        })
        .describe(
            "How retries are spaced: `standard` (default), or `adaptive`, which slows down all \
             calls after throttling.",
        );
    object
        .attribute("sts_region", |m| &mut m.sts_region)
        .optional()
        .check(region)
        .describe(
            "Region whose STS endpoint is asked for credentials and account, for networks that \
             cannot reach STS in the default region. Default `us-east-1`.",
        );
    object
        .attribute("use_fips_endpoint", |m| &mut m.use_fips_endpoint)
        .optional()
        .describe("Call AWS's FIPS endpoints. Also read from `AWS_USE_FIPS_ENDPOINT`.");
    object.block("endpoints", |m| &mut m.endpoints).describe(
        "Other addresses of AWS services, for private endpoints and local emulators of AWS.",
    );
}

fn network(object: &mut Object<ProviderBlock>) {
    object
        .attribute("custom_ca_bundle", |m| &mut m.custom_ca_bundle)
        .optional()
        .describe(
            "PEM file of certificate authorities to trust in addition to those of the system. \
             Also read from `AWS_CA_BUNDLE`.",
        );
    object
        .attribute("http_proxy", |m| &mut m.http_proxy)
        .optional()
        .sensitive()
        .check(proxy)
        .describe(
            "Address of a proxy for calls to AWS. If neither this nor `https_proxy` is set, the \
             variables `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are used.",
        );
    object
        .attribute("https_proxy", |m| &mut m.https_proxy)
        .optional()
        .sensitive()
        .check(proxy)
        .describe(
            "Address of a proxy for calls over TLS; all calls to AWS's own addresses use TLS. \
             Takes precedence over `http_proxy`.",
        );
    object
        .attribute("no_proxy", |m| &mut m.no_proxy)
        .optional()
        .describe(
            "Comma-separated hosts, domains and networks that are called without the proxy. Also \
             read from `NO_PROXY`.",
        );
}

fn tags(object: &mut Object<ProviderBlock>) {
    object
        .block("default_tags", |m| &mut m.default_tags)
        .describe(
            "Tags for every resource that the provider creates; a resource's own `tags` \
             take precedence.",
        );
    object
        .block("ignore_tags", |m| &mut m.ignore_tags)
        .describe(
            "Tags that others put on resources. The provider does not show them in `tags_all`, \
             and neither changes nor removes them.",
        );
}

fn account_ids(ids: &BTreeSet<String>) -> Result<(), String> {
    match ids.iter().find(|id| !is_account_id(id)) {
        Some(id) => Err(format!(
            "`{id}` is not an AWS account id. Write its twelve digits as a string, like \
             \"123456789012\"."
        )),
        None => Ok(()),
    }
}

fn files(names: &[String]) -> Result<(), String> {
    if names.iter().any(String::is_empty) {
        Err("An empty string does not name a file. Remove it.".to_owned())
    } else {
        Ok(())
    }
}

/// `us-gov-west-1` and the like: words, then a number.
fn region(name: &str) -> Result<(), String> {
    let words: Vec<&str> = name.split('-').collect();
    let shape = match words.as_slice() {
        [words @ .., number] => {
            words.len() >= 2
                && words.iter().all(|word| {
                    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
                })
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        [] => false,
    };
    if shape {
        Ok(())
    } else {
        Err(format!(
            "`{name}` is not a region. Write its code, like \"eu-west-1\"."
        ))
    }
}

/// The message does not repeat the address: it may hold a password.
fn proxy(url: &str) -> Result<(), String> {
    let host = ["http://", "https://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    if host.is_some_and(|host| !host.is_empty()) {
        Ok(())
    } else {
        Err(
            "This is not the address of a proxy. Write it with its scheme, like \
             \"http://proxy.example.com:3128\"."
                .to_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_are_regions() {
        for code in ["us-east-1", "us-gov-west-1", "ap-southeast-12"] {
            assert!(region(code).is_ok(), "{code} was refused");
        }
        for wrong in [
            "",
            "ireland",
            "eu-west",
            "us-east-1a",
            "US-EAST-1",
            "-1",
            "eu--1",
        ] {
            assert!(region(wrong).is_err(), "{wrong} was accepted");
        }
    }

    #[test]
    fn a_refused_proxy_is_not_repeated() {
        assert!(proxy("http://user:hunter2@proxy:3128").is_ok());
        for wrong in ["proxy:3128", "socks5://user:hunter2@proxy", "https://", ""] {
            let message = proxy(wrong).expect_err(wrong);
            assert!(!message.contains("hunter2"), "{message}");
        }
    }
}
