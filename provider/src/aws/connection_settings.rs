//! How to reach AWS: the provider block, when all of its values are known.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;
use tfplugin::{NoChoice, choose};

/// How to reach AWS: what the provider block says. Everything is optional; what is missing comes
/// from the usual environment.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectionSettings {
    pub(crate) access_key: Option<String>,
    pub(crate) secret_key: Option<SecretString>,
    pub(crate) token: Option<SecretString>,
    pub(crate) profile: Option<String>,
    pub(crate) shared_config_files: Vec<String>,
    pub(crate) shared_credentials_files: Vec<String>,
    /// A chain: each role is assumed with the credentials of the one before.
    pub(crate) assume_role: Vec<AssumeRole>,
    pub(crate) assume_role_with_web_identity: Option<WebIdentity>,
    pub(crate) allowed_account_ids: Vec<String>,
    pub(crate) forbidden_account_ids: Vec<String>,
    pub(crate) endpoints: Endpoints,
    /// Repetitions after the first attempt of a call. Absent: eight attempts in all.
    pub(crate) max_retries: Option<u32>,
    pub(crate) retry_mode: RetryMode,
    /// The region of STS. Absent: us-east-1, as for everything else.
    pub(crate) sts_region: Option<String>,
    /// Absent: the environment decides.
    pub(crate) use_fips_endpoint: Option<bool>,
    /// File with further certificate authorities, PEM. Absent: the one of `AWS_CA_BUNDLE`.
    pub(crate) custom_ca_bundle: Option<String>,
    pub(crate) http_proxy: Option<String>,
    pub(crate) https_proxy: Option<String>,
    /// Hosts called without these proxies, with commas between them. Absent: those of `NO_PROXY`.
    pub(crate) no_proxy: Option<String>,
    /// Do not ask STS who we are unless an account list needs the answer.
    pub(crate) skip_credentials_validation: bool,
    /// Never ask STS who we are: the account lists and `AwsSession::check_account` let everything
    /// pass.
    pub(crate) skip_requesting_account_id: bool,
    /// Leave the instance metadata service out of the credentials chain.
    pub(crate) skip_metadata_api_check: bool,
}

/// One link of the `assume_role` chain.
#[derive(Clone, Debug, Default)]
pub(crate) struct AssumeRole {
    pub(crate) role_arn: String,
    pub(crate) session_name: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) duration: Option<Duration>,
    /// A session policy, JSON.
    pub(crate) policy: Option<String>,
}

/// A role assumed with a token of an identity provider.
#[derive(Clone, Debug, Default)]
pub(crate) struct WebIdentity {
    pub(crate) role_arn: String,
    pub(crate) session_name: Option<String>,
    pub(crate) token: Option<SecretString>,
    pub(crate) token_file: Option<String>,
    pub(crate) duration: Option<Duration>,
    /// A session policy, JSON.
    pub(crate) policy: Option<String>,
}

/// Addresses to use instead of AWS's own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Endpoints {
    pub(crate) lambda: Option<String>,
    pub(crate) cloudfront: Option<String>,
    pub(crate) sts: Option<String>,
    /// CloudWatch Logs, in whatever region.
    pub(crate) logs: Option<String>,
}

/// How the SDK spaces its repetitions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RetryMode {
    #[default]
    Standard,
    Adaptive,
}

impl FromStr for RetryMode {
    type Err = NoChoice;

    fn from_str(text: &str) -> Result<Self, NoChoice> {
        choose(text, &[RetryMode::Standard, RetryMode::Adaptive])
    }
}

impl fmt::Display for RetryMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RetryMode::Standard => "standard",
            RetryMode::Adaptive => "adaptive",
        })
    }
}
