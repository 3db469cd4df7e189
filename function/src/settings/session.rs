//! The session cookie: its name, its lifetime, and the layout in which it is written.

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
    /// Seconds until the next judgment; `None` = 3600 in INGEST, 60 otherwise. JSON key
    /// `netaceaCookieExpirySeconds`.
    pub expiry_seconds: Option<u32>,
    /// Layout of cookies that are written. JSON key `sessionCookieFormat`.
    pub format: SessionFormat,
    /// Sets cookies, together with `Cache-Control: no-store`, also on answers 404, 410, 414 and
    /// 501, for which CloudFront obeys it. It caches other errors and would give the cookie to
    /// other visitors. Answers to methods that CloudFront does not cache get cookies in any case.
    /// JSON key `cookiesOnErrors`.
    pub cookies_on_errors: bool,
    /// Keeps answers to which a cookie is added out of other shared caches. JSON key
    /// `privateOnSetCookie`.
    pub private_on_set_cookie: bool,
    /// The most bytes of request headers that the origin accepts: the sealed state is left out if
    /// it does not fit. JSON key `headerBudgetBytes`.
    pub header_budget_bytes: u32,
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
            private_on_set_cookie: true,
            // S3 refuses more than 8192, and CloudFront adds its own.
            header_budget_bytes: 8000,
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
            private_on_set_cookie: file.flag("privateOnSetCookie", defaults.private_on_set_cookie),
            header_budget_bytes: file.integer("headerBudgetBytes", defaults.header_budget_bytes),
        }
    }

    /// Writes the lifetime in effect, as it does for every default.
    pub(super) fn write<'a>(&'a self, mode: MitigationType, document: &mut Document<'a>) {
        let Self {
            cookie_name,
            cookie_attributes,
            expiry_seconds: _,
            format,
            cookies_on_errors,
            private_on_set_cookie,
            header_budget_bytes,
        } = self;
        document.put("netaceaCookieName", cookie_name);
        let expiry_seconds = self.effective_expiry_seconds(mode);
        document.put("netaceaCookieExpirySeconds", expiry_seconds);
        document.put("netaceaCookieAttributes", cookie_attributes);
        document.put("sessionCookieFormat", format.as_str());
        document.put("cookiesOnErrors", *cookies_on_errors);
        document.put("privateOnSetCookie", *private_on_set_cookie);
        document.put("headerBudgetBytes", *header_budget_bytes);
    }

    pub(super) fn check(&self, mode: MitigationType, rules: &mut Rules) {
        let Self {
            cookie_name,
            cookie_attributes,
            expiry_seconds: _,
            // The secrets check what V3 needs.
            format: _,
            cookies_on_errors: _,
            private_on_set_cookie: _,
            header_budget_bytes,
        } = self;
        rules.cookie_name(cookie_name, "settings.session.cookie_name");
        let field = "settings.session.cookie_attributes";
        rules.cookie_attributes(cookie_attributes, field);
        // A year; a longer one is probably in the wrong unit.
        let seconds = self.effective_expiry_seconds(mode);
        rules.range(seconds, 0, 31_536_000, "settings.session.expiry_seconds");
        let field = "settings.session.header_budget_bytes";
        rules.range(*header_budget_bytes, 1024, 20_480, field);
    }
}
