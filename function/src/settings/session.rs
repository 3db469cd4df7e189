//! The session cookie: its name, how long it holds, and in which layout it is written.

use super::choice::choice;
use super::document::Document;
use super::mitigation_type::MitigationType;
use super::reader::ConfigurationFile;
use super::validate::Rules;

/// The session cookie (protocol section 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// JSON key `netaceaCookieName`.
    pub cookie_name: String,
    /// Extra attributes, for example `Secure; HttpOnly`. JSON key `netaceaCookieAttributes`.
    pub cookie_attributes: String,
    /// Seconds until the next judgement; `None` = 3600 in INGEST, 60 otherwise. JSON key
    /// `netaceaCookieExpirySeconds`.
    pub expiry_seconds: Option<u32>,
    /// Layout of cookies that are written. JSON key `sessionCookieFormat`.
    pub format: SessionFormat,
    /// Sets cookies, together with `Cache-Control: no-store`, also on answers of 400 and above. Off
    /// by default, because CloudFront may keep an error page and hand the cookie on it to other
    /// visitors. JSON key `cookiesOnErrors`.
    pub cookies_on_errors: bool,
}

choice! {
    /// Layout of the session cookie that is written (protocol section 5).
    SessionFormat {
        /// Signed with the secret key.
        #[default]
        V1 = "V1",
        /// Unsigned, therefore only inside an encrypted cookie.
        V3 = "V3",
    }
}

impl Default for Session {
    fn default() -> Self {
        Self {
            cookie_name: "_mitata".to_owned(),
            cookie_attributes: String::new(),
            expiry_seconds: None,
            format: SessionFormat::V1,
            cookies_on_errors: false,
        }
    }
}

impl Session {
    /// The lifetime in effect: the configured one or the mode's.
    pub(super) fn effective_expiry_seconds(&self, mode: MitigationType) -> u32 {
        self.expiry_seconds.unwrap_or(match mode {
            MitigationType::Ingest => 3600,
            MitigationType::Mitigate | MitigationType::Inject => 60,
        })
    }

    pub(super) fn read(file: &mut ConfigurationFile) -> Self {
        let defaults = Self::default();
        Self {
            cookie_name: file.string("netaceaCookieName", defaults.cookie_name),
            cookie_attributes: file.string("netaceaCookieAttributes", defaults.cookie_attributes),
            expiry_seconds: {
                let alias = file.optional_integer("mitataCookieExpirySeconds");
                file.optional_integer("netaceaCookieExpirySeconds")
                    .or(alias)
            },
            format: file.choice("sessionCookieFormat", defaults.format),
            cookies_on_errors: file.flag("cookiesOnErrors", defaults.cookies_on_errors),
        }
    }

    /// The lifetime in effect is written out, like every default.
    pub(super) fn write<'a>(&'a self, mode: MitigationType, document: &mut Document<'a>) {
        let Self {
            cookie_name,
            cookie_attributes,
            expiry_seconds: _,
            format,
            cookies_on_errors,
        } = self;
        document.put("netaceaCookieName", cookie_name);
        let expiry_seconds = self.effective_expiry_seconds(mode);
        document.put("netaceaCookieExpirySeconds", expiry_seconds);
        document.put("netaceaCookieAttributes", cookie_attributes);
        document.put("sessionCookieFormat", format.as_str());
        document.put("cookiesOnErrors", *cookies_on_errors);
    }

    pub(super) fn check(&self, mode: MitigationType, rules: &mut Rules) {
        let Self {
            cookie_name,
            cookie_attributes,
            expiry_seconds: _,
            // The secrets check what V3 needs.
            format: _,
            cookies_on_errors: _,
        } = self;
        rules.cookie_name(cookie_name, "settings.session.cookie_name");
        let field = "settings.session.cookie_attributes";
        rules.cookie_attributes(cookie_attributes, field);
        // A year; a longer one is a mistake in units.
        let seconds = self.effective_expiry_seconds(mode);
        rules.range(seconds, 0, 31_536_000, "settings.session.expiry_seconds");
    }
}
