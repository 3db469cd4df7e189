use tfplugin::{Attr, GoDuration, Model, Object, Sensitive};

use super::assume_role::{session_length, session_policy};

/// The `assume_role_with_web_identity` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct WebIdentity {
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

impl WebIdentity {
    /// Whether the token is certainly given twice, or not at all.
    pub(crate) fn lacks_one_token(&self) -> bool {
        let (token, file) = (&self.web_identity_token, &self.web_identity_token_file);
        (token.is_null() && file.is_null()) || (token.is_known() && file.is_known())
    }
}

impl Model for WebIdentity {
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
            .describe("The token itself. Give it, or `web_identity_token_file`.");
        object
            .attribute("web_identity_token_file", |m| {
                &mut m.web_identity_token_file
            })
            .optional()
            .describe("File that holds the token; read again whenever the session is renewed.");
        object
            .attribute("duration", |m| &mut m.duration)
            .optional()
            .check(session_length)
            .describe("Lifetime of the session, from `15m` to `12h`.");
        object
            .attribute("policy", |m| &mut m.policy)
            .optional()
            .check(session_policy)
            .describe("JSON of a policy that narrows what the session may do.");
    }
}
