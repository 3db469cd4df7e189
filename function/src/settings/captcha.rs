//! The captcha cookie and page, and the header that marks captcha answers.

use super::document::Document;
use super::reader::ConfigurationFile;
use super::session::Session;
use super::validate::{Rules, is_path};
use crate::headers;

/// The captcha cookie and page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captcha {
    /// Name of the cookie toward the browser. JSON key `netaceaCaptchaCookieName`.
    pub cookie_name: String,
    /// Extra attributes of that cookie. JSON key `netaceaCaptchaCookieAttributes`.
    pub cookie_attributes: String,
    /// HTTP status of captcha and checkpoint pages: 200, 401, 403 or 429. JSON key `captchaStatus`.
    pub status: u32,
    /// Path that shows the captcha page, with its leading slash. JSON key `netaceaCaptchaPath`.
    pub path: Option<String>,
    /// Treats only requests for exactly that path, or for one below it, as requests for the captcha
    /// page. The vendor's plugins do so for every path that contains it. JSON key
    /// `strictCaptchaPath`.
    pub strict_path: bool,
    /// Path to which the checkpoint page sends its signals, with its leading slash: answered by the
    /// function, without a call. Only in MITIGATE. JSON key `checkpointSignalPath`.
    pub signal_path: Option<String>,
    /// Answers API clients with a JSON captcha; without effect unless there is a `path`. JSON key
    /// `enableDynamicCaptchaContentType`.
    pub dynamic_content_type: bool,
    /// The customer's own captcha site key, sent only together with the captcha secret key. JSON
    /// key `captchaSiteKey`.
    pub site_key: Option<String>,
    /// Extra header on captcha answers. JSON key `captchaHeader`.
    pub header: Option<CaptchaHeader>,
}

/// A header added to captcha answers only. JSON key `captchaHeader`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptchaHeader {
    /// Header name. Names that CloudFront disallows are refused. JSON key `name`.
    pub name: String,
    /// Header value. JSON key `value`.
    pub value: String,
}

impl Default for Captcha {
    fn default() -> Self {
        Self {
            cookie_name: "_mitatacaptcha".to_owned(),
            cookie_attributes: String::new(),
            status: 403,
            path: None,
            strict_path: false,
            signal_path: None,
            dynamic_content_type: false,
            site_key: None,
            header: None,
        }
    }
}

impl Captcha {
    pub(super) fn read(file: &mut ConfigurationFile) -> Self {
        let defaults = Self::default();
        Self {
            cookie_name: file.string("netaceaCaptchaCookieName", defaults.cookie_name),
            cookie_attributes: file
                .string("netaceaCaptchaCookieAttributes", defaults.cookie_attributes),
            status: file.integer("captchaStatus", defaults.status),
            path: file
                .optional_string("netaceaCaptchaPath")
                .map(with_leading_slash),
            strict_path: file.flag("strictCaptchaPath", defaults.strict_path),
            signal_path: file
                .optional_string("checkpointSignalPath")
                .map(with_leading_slash),
            dynamic_content_type: {
                let default = defaults.dynamic_content_type;
                let alias = file.flag("dynamicCaptchaContentType", default);
                file.flag("enableDynamicCaptchaContentType", alias)
            },
            site_key: file.optional_string("captchaSiteKey"),
            header: CaptchaHeader::read(file),
        }
    }

    pub(super) fn write<'a>(&'a self, document: &mut Document<'a>) {
        let Self {
            cookie_name,
            cookie_attributes,
            status,
            path,
            strict_path,
            signal_path,
            dynamic_content_type,
            site_key,
            header,
        } = self;
        document.put("netaceaCaptchaCookieName", cookie_name);
        document.put("netaceaCaptchaCookieAttributes", cookie_attributes);
        document.put("captchaSiteKey", site_key);
        document.put("captchaStatus", *status);
        document.put("netaceaCaptchaPath", path);
        document.put("strictCaptchaPath", *strict_path);
        document.put("checkpointSignalPath", signal_path);
        document.put("enableDynamicCaptchaContentType", *dynamic_content_type);
        if let Some(CaptchaHeader { name, value }) = header {
            document.section("captchaHeader", |document| {
                document.put("name", name);
                document.put("value", value);
            });
        }
    }

    pub(super) fn check(&self, session: &Session, rules: &mut Rules) {
        let Self {
            cookie_name,
            cookie_attributes,
            status,
            path,
            strict_path: _,
            signal_path,
            dynamic_content_type: _,
            site_key,
            header,
        } = self;
        let field = "settings.captcha.cookie_name";
        rules.cookie_name(cookie_name, field);
        let message = "must differ from `settings.session.cookie_name`";
        rules.require(*cookie_name != session.cookie_name, field, message);
        let field = "settings.captcha.cookie_attributes";
        rules.cookie_attributes(cookie_attributes, field);
        rules.browsers_take_cookies(
            [&session.cookie_name, cookie_name],
            [&session.cookie_attributes, cookie_attributes],
        );
        let message = "must be 200, 401, 403 or 429";
        let holds = matches!(status, 200 | 401 | 403 | 429);
        rules.require(holds, "settings.captcha.status", message);
        for (path, field) in [
            (path, "settings.captcha.path"),
            (signal_path, "settings.captcha.signal_path"),
        ] {
            let message = "must be a path: a leading slash, then printable ASCII without spaces, \
                 quotes, `?` and `#`";
            let holds = |path: &String| path.starts_with('/') && is_path(path);
            rules.require(path.as_ref().is_none_or(holds), field, message);
        }
        if let Some(site_key) = site_key {
            rules.header_value(site_key, "settings.captcha.site_key");
        }
        if let Some(CaptchaHeader { name, value }) = header {
            let field = "settings.captcha.header.name";
            rules.header_name(name, field);
            let message = "must not be a header that CloudFront or Netacea reserves, such as \
                           `Host`; choose another name";
            rules.require(!headers::is_reserved(name), field, message);
            let message = "must not be a header that the function itself sets, such as \
                           `Cache-Control`; choose another name";
            rules.require(!headers::is_ours(name), field, message);
            rules.header_value(value, "settings.captcha.header.value");
        }
    }
}

impl CaptchaHeader {
    fn read(file: &mut ConfigurationFile) -> Option<Self> {
        file.section("captchaHeader", |file| {
            let (name, value) = (file.optional_string("name"), file.optional_string("value"));
            (name.is_some() || value.is_some()).then(|| Self {
                name: name.unwrap_or_default(),
                value: value.unwrap_or_default(),
            })
        })
    }
}

fn with_leading_slash(path: String) -> String {
    if path.starts_with('/') {
        path
    } else {
        format!("/{path}")
    }
}
