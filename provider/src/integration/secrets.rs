//! `secrets` and `secrets_wo`: the same fields, once sensitive and once write-only.
//!
//! Both are read into the package's record. A value is exposed only on its way there.

use netacea_edge::settings as edge;
use tfplugin::{Attr, Model, Object, Sensitive};

use super::settings::Reading;

/// Credentials of the edge function. Their values are never shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SecretsModel {
    /// Credential for every call to Netacea.
    pub(crate) api_key: Attr<Sensitive<String>>,
    /// Key that signs the session cookie.
    pub(crate) secret_key: Attr<Sensitive<String>>,
    /// Key that encrypts the session cookie, base64url of 32 bytes.
    pub(crate) cookie_encryption_key: Attr<Sensitive<String>>,
    /// Secret of the customer's own captcha account.
    pub(crate) captcha_secret_key: Attr<Sensitive<String>>,
    /// Credentials of Netacea's Kinesis stream.
    pub(crate) kinesis_access_key: Attr<Sensitive<String>>,
    pub(crate) kinesis_secret_key: Attr<Sensitive<String>>,
}

impl SecretsModel {
    /// The secrets for the package. Unknown values are missing, and `reading` lists them.
    pub(crate) fn read(secrets: &Attr<SecretsModel>, reading: &mut Reading) -> edge::Secrets {
        let exposed =
            |secret: Option<Sensitive<String>>| secret.map(|secret| secret.expose().clone());
        reading.object(
            "secrets",
            secrets,
            edge::Secrets::default(),
            |secrets, reading| {
                let Self {
                    api_key,
                    secret_key,
                    cookie_encryption_key,
                    captcha_secret_key,
                    kinesis_access_key,
                    kinesis_secret_key,
                } = secrets;
                edge::Secrets {
                    api_key: exposed(reading.optional("api_key", api_key)),
                    secret_key: exposed(reading.optional("secret_key", secret_key)),
                    cookie_encryption_key: exposed(
                        reading.optional("cookie_encryption_key", cookie_encryption_key),
                    ),
                    captcha_secret_key: exposed(
                        reading.optional("captcha_secret_key", captcha_secret_key),
                    ),
                    kinesis_access_key: exposed(
                        reading.optional("kinesis_access_key", kinesis_access_key),
                    ),
                    kinesis_secret_key: exposed(
                        reading.optional("kinesis_secret_key", kinesis_secret_key),
                    ),
                }
            },
        )
    }
}

impl Model for SecretsModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("api_key", |m| &mut m.api_key)
            .required()
            .sensitive()
            .describe("API key that Netacea issued for this integration.");
        object
            .attribute("secret_key", |m| &mut m.secret_key)
            .required()
            .sensitive()
            .describe(
                "Secret key that Netacea issued, required for every `mitigation_type`. It signs \
                 session cookies of format `V1` (see `settings.session.format`).",
            );
        object
            .attribute("cookie_encryption_key", |m| &mut m.cookie_encryption_key)
            .optional()
            .sensitive()
            .describe(
                "Key that encrypts the session cookie and the captcha cookie: 32 random bytes in \
                 base64url. If not set, the session cookie is signed but not encrypted.",
            );
        object
            .attribute("captcha_secret_key", |m| &mut m.captcha_secret_key)
            .optional()
            .sensitive()
            .describe(
                "Secret key of your own captcha account, used together with \
                 `settings.captcha.site_key`.",
            );
        object
            .attribute("kinesis_access_key", |m| &mut m.kinesis_access_key)
            .optional()
            .sensitive()
            .describe("Access key for Netacea's stream, required for ingest type `KINESIS`.");
        object
            .attribute("kinesis_secret_key", |m| &mut m.kinesis_secret_key)
            .optional()
            .sensitive()
            .describe("Secret key for Netacea's stream, required for ingest type `KINESIS`.");
    }
}
