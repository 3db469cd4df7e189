//! The blocks that say which roles are assumed: with the credentials at hand, or with a token of an
//! identity provider.

use std::time::Duration;

use tfplugin::{Attr, GoDuration, Model, Object, Sensitive};

/// One `assume_role` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AssumeRoleBlock {
    /// ARN of the role.
    pub(crate) role_arn: Attr<String>,
    /// Name of the session, shown in CloudTrail.
    pub(crate) session_name: Attr<String>,
    /// External id the role's trust policy asks for.
    pub(crate) external_id: Attr<String>,
    /// Lifetime of the session.
    pub(crate) duration: Attr<GoDuration>,
    /// Session policy, JSON.
    pub(crate) policy: Attr<String>,
}

impl Model for AssumeRoleBlock {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("role_arn", |m| &mut m.role_arn)
            .required()
            .describe("ARN of the role to assume.");
        object
            .attribute("session_name", |m| &mut m.session_name)
            .optional()
            .describe("Name of the session, as CloudTrail shows it.");
        object
            .attribute("external_id", |m| &mut m.external_id)
            .optional()
            .describe("External id that the role's trust policy requires.");
        object
            .attribute("duration", |m| &mut m.duration)
            .optional()
            .check(session_length)
            .describe("Lifetime of the session, from `15m` to `12h`.");
        object
            .attribute("policy", |m| &mut m.policy)
            .optional()
            .check(session_policy)
            .describe("JSON policy that restricts what the session may do.");
    }
}

/// The `assume_role_with_web_identity` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct WebIdentityBlock {
    /// ARN of the role.
    pub(crate) role_arn: Attr<String>,
    /// Name of the session, shown in CloudTrail.
    pub(crate) session_name: Attr<String>,
    /// The identity provider's token.
    pub(crate) web_identity_token: Attr<Sensitive<String>>,
    /// File that holds the token.
    pub(crate) web_identity_token_file: Attr<String>,
    /// Lifetime of the session.
    pub(crate) duration: Attr<GoDuration>,
    /// Session policy, JSON.
    pub(crate) policy: Attr<String>,
}

impl Model for WebIdentityBlock {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("role_arn", |m| &mut m.role_arn)
            .required()
            .describe("ARN of the role to assume.");
        object
            .attribute("session_name", |m| &mut m.session_name)
            .optional()
            .describe("Name of the session, as CloudTrail shows it.");
        object
            .attribute("web_identity_token", |m| &mut m.web_identity_token)
            .optional()
            .describe("The token itself. Set this or `web_identity_token_file`.");
        object
            .attribute("web_identity_token_file", |m| {
                &mut m.web_identity_token_file
            })
            .optional()
            .describe(
                "File that contains the token. The provider reads it again whenever it \
                 renews the session.",
            );
        object
            .attribute("duration", |m| &mut m.duration)
            .optional()
            .check(session_length)
            .describe("Lifetime of the session, from `15m` to `12h`.");
        object
            .attribute("policy", |m| &mut m.policy)
            .optional()
            .check(session_policy)
            .describe("JSON policy that restricts what the session may do.");
    }
}

/// What STS accepts as `DurationSeconds`.
fn session_length(duration: &GoDuration) -> Result<(), String> {
    const SHORTEST: Duration = Duration::from_secs(15 * 60);
    const LONGEST: Duration = Duration::from_secs(12 * 60 * 60);
    if (SHORTEST..=LONGEST).contains(&duration.duration()) {
        Ok(())
    } else {
        Err(format!(
            "The lifetime of a session must be 15m to 12h, not {}.",
            duration.as_str()
        ))
    }
}

fn session_policy(policy: &str) -> Result<(), String> {
    match serde_json::from_str(policy) {
        Ok(serde_json::Value::Object(_)) => Ok(()),
        _ => Err("This is not a JSON policy. Create one with jsonencode({ … }).".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_last_as_long_as_sts_allows() {
        for (text, fits) in [
            ("14m59s", false),
            ("15m", true),
            ("12h", true),
            ("13h", false),
        ] {
            let duration: GoDuration = text.parse().expect(text);
            assert_eq!(session_length(&duration).is_ok(), fits, "{text}");
        }
    }

    #[test]
    fn a_policy_is_a_json_object() {
        assert!(session_policy(r#"{"Version":"2012-10-17"}"#).is_ok());
        for wrong in ["", "[]", "arn:aws:iam::aws:policy/ReadOnlyAccess"] {
            assert!(session_policy(wrong).is_err(), "{wrong} was accepted");
        }
    }
}
