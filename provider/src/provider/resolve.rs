//! From the provider block to what the AWS rooms need: values that may be unknown become settings
//! that are not.

use std::collections::BTreeSet;

use secrecy::SecretString;
use tfplugin::{Attr, Diagnostic, Diagnostics, Path, Result, Sensitive};

use super::block::{
    AssumeRoleBlock, EndpointsBlock, IgnoreTagsBlock, ProviderBlock, WebIdentityBlock,
};
use crate::aws::connection_settings::{AssumeRole, ConnectionSettings, Endpoints, WebIdentity};
use crate::aws::tags::IgnoredTags;

/// How to reach AWS. Nothing of this may be unknown: with the wrong credentials everything would
/// look gone.
pub(super) fn connection_settings(block: ProviderBlock) -> Result<ConnectionSettings> {
    let mut known = Known::default();
    let settings = ConnectionSettings {
        profile: known.text("profile", block.profile),
        shared_config_files: known.list("shared_config_files", block.shared_config_files),
        shared_credentials_files: known
            .list("shared_credentials_files", block.shared_credentials_files),
        access_key: known.text("access_key", block.access_key),
        secret_key: known.secret("secret_key", block.secret_key),
        token: known.secret("token", block.token),
        assume_role: block
            .assume_role
            .into_iter()
            .map(|role| assume_role(role, &mut known))
            .collect(),
        assume_role_with_web_identity: known
            .of(
                "assume_role_with_web_identity",
                block.assume_role_with_web_identity,
            )
            .map(|identity| web_identity(identity, &mut known)),
        allowed_account_ids: known.set("allowed_account_ids", block.allowed_account_ids),
        forbidden_account_ids: known.set("forbidden_account_ids", block.forbidden_account_ids),
        endpoints: known
            .of("endpoints", block.endpoints)
            .map(|endpoints| self::endpoints(endpoints, &mut known))
            .unwrap_or_default(),
        // The schema has checked the range.
        max_retries: known
            .of("max_retries", block.max_retries)
            .and_then(|retries| u32::try_from(retries).ok()),
        // The schema has checked the word.
        retry_mode: known
            .text("retry_mode", block.retry_mode)
            .and_then(|mode| mode.parse().ok())
            .unwrap_or_default(),
        sts_region: known.text("sts_region", block.sts_region),
        use_fips_endpoint: known.of("use_fips_endpoint", block.use_fips_endpoint),
        custom_ca_bundle: known.text("custom_ca_bundle", block.custom_ca_bundle),
        http_proxy: known.text("http_proxy", block.http_proxy),
        https_proxy: known.text("https_proxy", block.https_proxy),
        no_proxy: known.text("no_proxy", block.no_proxy),
        skip_credentials_validation: known.flag(
            "skip_credentials_validation",
            block.skip_credentials_validation,
        ),
        skip_requesting_account_id: known.flag(
            "skip_requesting_account_id",
            block.skip_requesting_account_id,
        ),
        skip_metadata_api_check: known
            .flag("skip_metadata_api_check", block.skip_metadata_api_check),
    };
    known.or(settings)
}

/// The tags to leave alone. Unknown ones could not be left alone.
pub(super) fn ignored_tags(block: Attr<IgnoreTagsBlock>) -> Result<IgnoredTags> {
    let mut known = Known::default();
    let block = known.of("ignore_tags", block).unwrap_or_default();
    let tags = IgnoredTags {
        keys: known.of("ignore_tags", block.keys).unwrap_or_default(),
        key_prefixes: known
            .of("ignore_tags", block.key_prefixes)
            .unwrap_or_default(),
    };
    known.or(tags)
}

fn assume_role(role: AssumeRoleBlock, known: &mut Known) -> AssumeRole {
    const BLOCK: &str = "assume_role";
    AssumeRole {
        role_arn: known.text(BLOCK, role.role_arn).unwrap_or_default(),
        session_name: known.text(BLOCK, role.session_name),
        external_id: known.text(BLOCK, role.external_id),
        duration: known
            .of(BLOCK, role.duration)
            .map(|duration| duration.duration()),
        policy: known.text(BLOCK, role.policy),
    }
}

fn web_identity(identity: WebIdentityBlock, known: &mut Known) -> WebIdentity {
    const BLOCK: &str = "assume_role_with_web_identity";
    WebIdentity {
        role_arn: known.text(BLOCK, identity.role_arn).unwrap_or_default(),
        session_name: known.text(BLOCK, identity.session_name),
        token: known.secret(BLOCK, identity.web_identity_token),
        token_file: known.text(BLOCK, identity.web_identity_token_file),
        duration: known
            .of(BLOCK, identity.duration)
            .map(|duration| duration.duration()),
        policy: known.text(BLOCK, identity.policy),
    }
}

fn endpoints(endpoints: EndpointsBlock, known: &mut Known) -> Endpoints {
    const BLOCK: &str = "endpoints";
    Endpoints {
        lambda: known.text(BLOCK, endpoints.lambda),
        cloudfront: known.text(BLOCK, endpoints.cloudfront),
        logs: known.text(BLOCK, endpoints.logs),
        sts: known.text(BLOCK, endpoints.sts),
    }
}

/// Takes values out of their attributes, and reports those that are not known yet.
#[derive(Default)]
struct Known {
    unknown: Diagnostics,
}

impl Known {
    fn of<T>(&mut self, name: &'static str, attr: Attr<T>) -> Option<T> {
        if attr.is_unknown() {
            self.unknown.push(
                Diagnostic::error(format!("`{name}` of the provider is not known yet"))
                    .detail(
                        "It comes from a resource that has not been applied yet. Without it, the \
                         provider does not know which AWS account to use or, for `ignore_tags`, \
                         which tags it must not change. Apply that resource first (`terraform \
                         apply -target=…`), or set the value with a variable.",
                    )
                    .at(Path::root(name)),
            );
        }
        attr.into_known()
    }

    /// An empty text is what an unset variable of a build service becomes.
    fn text(&mut self, name: &'static str, attr: Attr<String>) -> Option<String> {
        self.of(name, attr).filter(|text| !text.is_empty())
    }

    fn secret(
        &mut self,
        name: &'static str,
        attr: Attr<Sensitive<String>>,
    ) -> Option<SecretString> {
        self.of(name, attr)
            .map(|secret| secret.expose().clone())
            .filter(|secret| !secret.is_empty())
            .map(SecretString::from)
    }

    fn flag(&mut self, name: &'static str, attr: Attr<bool>) -> bool {
        self.of(name, attr).unwrap_or(false)
    }

    fn list(&mut self, name: &'static str, attr: Attr<Vec<String>>) -> Vec<String> {
        self.of(name, attr).unwrap_or_default()
    }

    fn set(&mut self, name: &'static str, attr: Attr<BTreeSet<String>>) -> Vec<String> {
        self.of(name, attr).into_iter().flatten().collect()
    }

    fn or<T>(self, value: T) -> Result<T> {
        if self.unknown.has_errors() {
            Err(self.unknown)
        } else {
            Ok(value)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::connection_settings::RetryMode;

    #[test]
    fn credentials_that_are_not_known_yet_are_refused() {
        let block = ProviderBlock {
            profile: Attr::Unknown,
            ..ProviderBlock::default()
        };
        let diagnostics = connection_settings(block).unwrap_err();
        assert_eq!(
            diagnostics.iter().next().and_then(Diagnostic::path),
            Some(&Path::root("profile"))
        );
    }

    #[test]
    fn tags_to_ignore_that_are_not_known_yet_are_refused() {
        let block = IgnoreTagsBlock {
            keys: Attr::Unknown,
            ..IgnoreTagsBlock::default()
        };
        let diagnostics = ignored_tags(block.into()).unwrap_err();
        assert_eq!(
            diagnostics.iter().next().and_then(Diagnostic::path),
            Some(&Path::root("ignore_tags"))
        );
        assert_eq!(ignored_tags(Attr::Null).unwrap(), IgnoredTags::default());
    }

    #[test]
    fn every_setting_arrives() {
        let block = ProviderBlock {
            shared_config_files: vec!["a".to_owned(), "b".to_owned()].into(),
            shared_credentials_files: vec!["c".to_owned()].into(),
            forbidden_account_ids: BTreeSet::from(["123456789012".to_owned()]).into(),
            max_retries: 3.into(),
            retry_mode: "adaptive".into(),
            sts_region: "eu-west-1".into(),
            use_fips_endpoint: true.into(),
            custom_ca_bundle: "ca.pem".into(),
            https_proxy: "http://proxy:3128".into(),
            no_proxy: "localhost".into(),
            assume_role_with_web_identity: WebIdentityBlock {
                role_arn: "arn:aws:iam::123456789012:role/edge".into(),
                web_identity_token: Sensitive::new("token".to_owned()).into(),
                duration: "1h".parse::<tfplugin::GoDuration>().unwrap().into(),
                ..WebIdentityBlock::default()
            }
            .into(),
            ..ProviderBlock::default()
        };
        let settings = connection_settings(block).unwrap();
        assert_eq!(settings.shared_config_files, ["a", "b"]);
        assert_eq!(settings.shared_credentials_files, ["c"]);
        assert_eq!(settings.forbidden_account_ids, ["123456789012"]);
        assert_eq!(settings.max_retries, Some(3));
        assert_eq!(settings.retry_mode, RetryMode::Adaptive);
        assert_eq!(settings.sts_region.as_deref(), Some("eu-west-1"));
        assert_eq!(settings.use_fips_endpoint, Some(true));
        assert_eq!(settings.custom_ca_bundle.as_deref(), Some("ca.pem"));
        assert_eq!(settings.https_proxy.as_deref(), Some("http://proxy:3128"));
        assert_eq!(settings.no_proxy.as_deref(), Some("localhost"));
        let identity = settings.assume_role_with_web_identity.unwrap();
        assert!(identity.token.is_some() && identity.token_file.is_none());
        assert_eq!(
            identity.duration,
            Some(std::time::Duration::from_secs(3600))
        );
    }

    #[test]
    fn an_empty_text_is_no_setting() {
        let block = ProviderBlock {
            profile: "".into(),
            https_proxy: "".into(),
            ..ProviderBlock::default()
        };
        let settings = connection_settings(block).unwrap();
        assert!(settings.profile.is_none() && settings.https_proxy.is_none());
    }
}
